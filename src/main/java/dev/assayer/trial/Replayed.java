package dev.assayer.trial;

import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import java.util.Optional;

/**
 * What another configuration would have said of an image.
 *
 * @param reason empty if the record does not tell
 * @param why what decides it, or what is not known
 */
record Replayed(Optional<Reason> reason, Mode mode, String why) {
  static Replayed of(Reason reason, Mode mode, String why) {
    return new Replayed(Optional.of(reason), mode, why);
  }

  static Replayed unknown(Mode mode, String why) {
    return new Replayed(Optional.empty(), mode, why);
  }

  boolean isUnknown() {
    return reason.isEmpty();
  }

  boolean isRejected() {
    return reason.filter(known -> !known.verdict().admits()).isPresent();
  }

  /** Whether it denies the review, as far as is known. */
  boolean denies() {
    return isRejected() && mode == Mode.ENFORCE;
  }

  /** Whether it may deny the review. */
  boolean mayDeny() {
    return isUnknown() && mode == Mode.ENFORCE;
  }
}
