package dev.assayer.admission;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.time.Duration;

/**
 * Keeps the record of each decision before it is answered. Safe for concurrent use; never throws.
 */
@FunctionalInterface
public interface Recorder {

  /** What became of a record. */
  sealed interface Result {
    /** It is kept. */
    record Kept(Logged where) implements Result {}

    /**
     * It is not.
     *
     * @param why one clause, without secrets
     */
    record Lost(String why) implements Result {}

    /** There is no place to keep it. */
    record NowhereToKeep() implements Result {}
  }

  /**
   * Keeps a record, durably.
   *
   * @param binding whether the request is denied should the record be lost
   * @param stages takes a stage {@code audit.append} if there is a place
   * @param deadline when the answer must exist
   */
  Result keep(Decision decision, boolean binding, StageLog stages, Deadline deadline);

  /** How much of a request's time is not to be spent before a record is kept. */
  default Duration reserve() {
    return Duration.ZERO;
  }

  /** Keeps nothing. */
  static Recorder none() {
    return (decision, binding, stages, deadline) -> new Result.NowhereToKeep();
  }
}
