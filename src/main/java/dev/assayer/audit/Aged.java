package dev.assayer.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How much of a log's time a process has removed for its age. A clock that was wrong before the
 * start must not take everything at once: a day goes at once, and then a day an hour, which is 24
 * times what grows old meanwhile.
 *
 * @param last the newest time that was removed, for whatever reason
 * @param span of what was removed for its age
 */
record Aged(Optional<Instant> last, Duration span) {
  private static final Duration AT_ONCE = Duration.ofDays(1);
  private static final int TIMES_AS_FAST = 24;

  /** Nothing was removed. */
  static final Aged NOTHING = new Aged(Optional.empty(), Duration.ZERO);

  /** Whether a process that runs for so long may have removed as much. */
  boolean isWithin(Duration running) {
    return span.compareTo(AT_ONCE.plus(running.multipliedBy(TIMES_AS_FAST))) <= 0;
  }

  /**
   * When this is removed too.
   *
   * @param newest its newest time; a step counts as a day at most, since a cluster may be quiet,
   *     and a clock may have been wrong for years
   * @param forItsAge whether it counts
   */
  Aged to(Instant newest, boolean forItsAge) {
    Duration step = last.map(from -> Duration.between(from, newest)).orElse(Duration.ZERO);
    Duration bounded = step.compareTo(AT_ONCE) > 0 ? AT_ONCE : step;
    boolean counts = forItsAge && !bounded.isNegative();
    return new Aged(Optional.of(newest), counts ? span.plus(bounded) : span);
  }
}
