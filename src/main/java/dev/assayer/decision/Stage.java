package dev.assayer.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * One timed step of a verification.
 *
 * @param name what was done, such as {@code timestamp} or {@code token}
 * @param dependency host that was waited for, empty for own work
 * @param start offset from the start of the request
 * @param duration time it took, or has taken so far while {@code open}
 * @param open true if it had not ended when the snapshot was taken: the culprit of a time-out
 * @param note a short remark such as {@code 404} or {@code remembered}
 */
public record Stage(
    String name,
    Optional<String> dependency,
    Duration start,
    Duration duration,
    boolean open,
    Optional<String> note) {}
