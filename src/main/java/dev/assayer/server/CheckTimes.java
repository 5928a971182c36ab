package dev.assayer.server;

import java.time.Duration;

/**
 * The pace of background checks.
 *
 * @param usually between the starts of two checks
 * @param urgently the same while a circuit breaker refuses calls
 * @param deadline of one check
 * @param steady how long readiness keeps still after a change
 */
record CheckTimes(Duration usually, Duration urgently, Duration deadline, Duration steady) {
  static final CheckTimes STANDARD =
      new CheckTimes(
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(30));

  /** How far apart two failures must be to count as two. */
  Duration apart() {
    return usually.multipliedBy(4).dividedBy(5);
  }
}
