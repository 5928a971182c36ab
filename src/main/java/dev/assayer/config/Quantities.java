package dev.assayer.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Durations such as {@code 30s} and sizes such as {@code 32Mi}: a whole number and a unit. */
final class Quantities {
  private static final int MAX_DIGITS = 18;
  private static final Map<String, Duration> TIMES =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZES =
      Map.of(
          "", 1L,
          "k", 1_000L,
          "M", 1_000_000L,
          "G", 1_000_000_000L,
          "T", 1_000_000_000_000L,
          "Ki", 1L << 10,
          "Mi", 1L << 20,
          "Gi", 1L << 30,
          "Ti", 1L << 40);

  private Quantities() {}

  static Optional<Duration> duration(String text) {
    int digits = digits(text);
    Duration unit = TIMES.get(text.substring(digits));
    if (digits == 0 || digits > MAX_DIGITS || unit == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(unit.multipliedBy(Long.parseLong(text.substring(0, digits))));
    } catch (ArithmeticException tooLong) {
      return Optional.empty();
    }
  }

  static OptionalLong size(String text) {
    int digits = digits(text);
    Long unit = SIZES.get(text.substring(digits));
    if (digits == 0 || digits > MAX_DIGITS || unit == null) {
      return OptionalLong.empty();
    }
    long count = Long.parseLong(text.substring(0, digits));
    return count > Long.MAX_VALUE / unit
        ? OptionalLong.empty()
        : OptionalLong.of(Math.multiplyExact(count, unit));
  }

  /** A duration in the largest unit that holds it in whole numbers. */
  static String words(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static int digits(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits;
  }
}
