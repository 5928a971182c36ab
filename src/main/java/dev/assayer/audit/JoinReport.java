package dev.assayer.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a join found.
 *
 * @param from begin of the API server's audit log; empty if it has no finished request
 * @param until its end
 * @param admissions requests that could start containers, and succeeded
 * @param records records of the logs, whenever they were made
 * @param joined records that a request names
 * @param explained further records of such requests: a webhook is called again where another one
 *     changed the object, and where an update is tried again
 * @param before admissions before the first record, which nothing can be said of
 * @param outside records of other times than the audit log's, which nothing can be said of
 * @param callers who asked for the records that a request names
 * @param findings in the order of their time
 */
public record JoinReport(
    Optional<Instant> from,
    Optional<Instant> until,
    long admissions,
    long records,
    long joined,
    long explained,
    long before,
    long outside,
    Set<String> callers,
    List<JoinFinding> findings) {}
