package dev.assayer.admission;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Writes durations for people. */
final class Figures {
  private Figures() {}

  /** Seconds with at most one decimal, {@code 9.5 s}; below a second milliseconds. */
  static String seconds(Duration duration) {
    if (duration.toMillis() < 1000) {
      return millis(duration);
    }
    BigDecimal seconds =
        BigDecimal.valueOf(duration.toMillis(), 3).setScale(1, RoundingMode.HALF_UP);
    return seconds.stripTrailingZeros().toPlainString() + " s";
  }

  /** Whole milliseconds, {@code 610 ms}. */
  static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
