package dev.assayer.admission;

import dev.assayer.decision.StageLog;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A verification under way, as whoever waits for it may see it.
 *
 * @param stages what was done so far
 * @param said what validators said so far, also while others are still at work; one that was given
 *     up on may speak twice
 */
record Inquiry(StageLog stages, Queue<Opinion> said) {
  Inquiry() {
    this(new StageLog(), new ConcurrentLinkedQueue<>());
  }

  /** Takes note of an opinion, and gives it back. */
  Opinion hears(Opinion opinion) {
    said.add(opinion);
    return opinion;
  }

  /** What validators have said until now. */
  List<Opinion> heard() {
    return List.copyOf(said);
  }
}
