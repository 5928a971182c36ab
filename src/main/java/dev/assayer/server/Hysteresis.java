package dev.assayer.server;

import java.time.Duration;

/**
 * Damps a truth value: it changes at most once in a while, whatever is wanted. It starts false and
 * becomes true for the first time as soon as that is wanted. Used under its owner's lock.
 */
final class Hysteresis {
  private final long pauseNanos;
  private boolean holds;
  private boolean changed;
  private long changedAt;

  /** At most one change each {@code pause}. */
  Hysteresis(Duration pause) {
    pauseNanos = pause.toNanos();
  }

  /**
   * The value from now on.
   *
   * @param now monotonic time in nanoseconds
   */
  boolean update(boolean wanted, long now) {
    if (wanted != holds && (!changed || now - changedAt >= pauseNanos)) {
      holds = wanted;
      changed = true;
      changedAt = now;
    }
    return holds;
  }
}
