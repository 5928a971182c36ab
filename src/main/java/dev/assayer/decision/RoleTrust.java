package dev.assayer.decision;

import java.time.Instant;
import java.util.List;

/**
 * One link of a chain of trust as it was verified.
 *
 * @param role role name, such as {@code root} or {@code targets/releases}
 * @param version the metadata's version
 * @param expires when the metadata expires
 * @param threshold number of distinct keys that had to sign
 * @param signedBy ids of the distinct keys whose signatures were verified
 * @param sha256 hex sha256 of the file, the content address of the evidence
 */
public record RoleTrust(
    String role,
    long version,
    Instant expires,
    int threshold,
    List<String> signedBy,
    String sha256) {}
