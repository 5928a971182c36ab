package dev.assayer.server;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Durations as Go writes them, such as {@code 10s}, {@code 1.5s} or {@code 1m0s}: the form of the
 * {@code timeout} that the API server sends (Go, {@code time.ParseDuration}).
 */
final class GoDuration {
  private static final int LONGEST = 32;
  private static final BigDecimal MOST = BigDecimal.valueOf(Duration.ofDays(1).toNanos());
  private static final Map<String, BigDecimal> NANOS =
      Map.of(
          "ns", BigDecimal.valueOf(1L),
          "us", BigDecimal.valueOf(1_000L),
          "ms", BigDecimal.valueOf(1_000_000L),
          "s", BigDecimal.valueOf(1_000_000_000L),
          "m", BigDecimal.valueOf(60_000_000_000L),
          "h", BigDecimal.valueOf(3_600_000_000_000L));

  private GoDuration() {}

  /** The positive duration of at most a day that is written, or none. */
  static Optional<Duration> parse(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return Optional.empty();
    }
    BigDecimal total = BigDecimal.ZERO;
    int at = 0;
    while (at < text.length()) {
      int unit = endOfNumber(text, at);
      int next = endOfUnit(text, unit);
      Optional<BigDecimal> factor = Optional.ofNullable(NANOS.get(text.substring(unit, next)));
      if (unit == at || factor.isEmpty()) {
        return Optional.empty();
      }
      total = total.add(new BigDecimal(text.substring(at, unit)).multiply(factor.get()));
      at = next;
    }
    return total.signum() > 0 && total.compareTo(MOST) <= 0
        ? Optional.of(Duration.ofNanos(total.longValue()))
        : Optional.empty();
  }

  /** Digits, or digits, a point and digits; otherwise the start. */
  private static int endOfNumber(String text, int start) {
    int end = endOfDigits(text, start);
    if (end == start || end == text.length() || text.charAt(end) != '.') {
      return end;
    }
    int fraction = endOfDigits(text, end + 1);
    return fraction == end + 1 ? start : fraction;
  }

  private static int endOfDigits(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static int endOfUnit(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= 'a' && text.charAt(end) <= 'z') {
      end++;
    }
    return end;
  }
}
