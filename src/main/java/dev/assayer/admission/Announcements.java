package dev.assayer.admission;

import dev.assayer.decision.Decision;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells of admissions those who insist on knowing ({@code failAdmission}): what they cannot be told
 * is not admitted. One for each configuration. Safe for concurrent use; never throws.
 */
public interface Announcements {

  /** Time of a review that verification leaves for telling; zero if nobody insists. */
  Duration reserve();

  /**
   * Tells of a review that is about to be admitted, whatever its verdict.
   *
   * @param stages takes a stage {@code alert.send NAME} for each receiver
   * @param deadline when the answer must exist
   * @return why not everybody was told, as one sentence without any address; empty if all were
   */
  Optional<String> undelivered(Decision decision, StageLog stages, Deadline deadline);

  /** Nobody insists. */
  static Announcements none() {
    return new Announcements() {
      @Override
      public Duration reserve() {
        return Duration.ZERO;
      }

      @Override
      public Optional<String> undelivered(Decision decision, StageLog stages, Deadline deadline) {
        return Optional.empty();
      }
    };
  }
}
