package dev.assayer.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as they are written on the command line. */
final class TimeArguments {
  private static final int MAX_DIGITS = 9;

  private TimeArguments() {}

  /** {@code 10s}, {@code 500ms}, {@code 2m} or {@code 1h}; more than nothing. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      int digits = 0;
      while (digits < text.length() && isDigit(text.charAt(digits))) {
        digits++;
      }
      long number = digits == 0 || digits > MAX_DIGITS ? 0 : Long.parseLong(text, 0, digits, 10);
      Optional<Duration> unit =
          switch (text.substring(digits)) {
            case "ms" -> Optional.of(Duration.ofMillis(1));
            case "s" -> Optional.of(Duration.ofSeconds(1));
            case "m" -> Optional.of(Duration.ofMinutes(1));
            case "h" -> Optional.of(Duration.ofHours(1));
            default -> Optional.empty();
          };
      return unit.filter(one -> number > 0)
          .map(one -> one.multipliedBy(number))
          .orElseThrow(() ->
              new TypeConversionException(
                  "\""
                      + text
                      + "\" is no length of time: write a whole number above 0 and a unit, such"
                      + " as 500ms, 10s or 2m"));
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }

  /** An instant, or a date, which is its beginning in UTC. */
  static final class InstantConverter implements ITypeConverter<Instant> {
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    @Override
    public Instant convert(String text) {
      return Stream.<Function<String, Instant>>of(
              written -> OffsetDateTime.parse(written).toInstant(),
              written -> LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant())
          .flatMap(reader -> attempt(reader, text).stream())
          .filter(instant -> !instant.isBefore(EARLIEST) && !instant.isAfter(LATEST))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "\""
                      + text
                      + "\" is no instant from 1970 to 9999: write it like"
                      + " 2026-11-22T09:30:00Z, 2026-11-22T09:30:00+01:00 or 2026-11-22"));
    }

    private static Optional<Instant> attempt(Function<String, Instant> reader, String text) {
      try {
        return Optional.of(reader.apply(text));
      } catch (DateTimeException otherForm) {
        return Optional.empty();
      }
    }
  }
}
