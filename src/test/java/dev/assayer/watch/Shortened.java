package dev.assayer.watch;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules in which every time is divided by one factor, and nothing else is touched: ranges, steps of
 * subqueries, offsets, {@code for}, {@code keep_firing_for} and intervals.
 */
record Shortened(int factor) {
  private static final Pattern TIME =
      Pattern.compile(
          "(?m)(?<before>\\[|\\[\\w+:|\\boffset |^ +(?:for|keep_firing_for|interval): )"
              + "(?<number>\\d+)(?<unit>[smhd])\\b");

  /** This text of rules, shortened. */
  String rules(String text) {
    // Twice, since the step of a subquery overlaps with its range.
    return once(once(text));
  }

  private String once(String text) {
    Matcher matcher = TIME.matcher(text);
    return matcher.replaceAll(found ->
        Matcher.quoteReplacement(
            matcher.group("before")
                + of(matcher.group("number"), matcher.group("unit")).toMillis()
                + "ms"));
  }

  Duration of(Duration time) {
    return time.dividedBy(factor);
  }

  private Duration of(String number, String unit) {
    long count = Long.parseLong(number);
    return of(
        switch (unit) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
