package dev.assayer.decision;

import java.time.Duration;
import java.util.Optional;

/**
 * One timed step of a verification.
 *
 * @param name what was done, such as {@code timestamp} or {@code token}
 * @param dependency host that was waited for, empty for own work
 * @param start offset from the start of the request; negative if it began before, in a verification
 *     that requests share
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
    Optional<String> note) {

  /** The same seen from an origin that lies this much earlier. */
  public Stage later(Duration by) {
    return new Stage(name, dependency, start.plus(by), duration, open, note);
  }
}
