package dev.assayer.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The series of a metric for every value of one closed label. */
final class ClosedSeries {
  private ClosedSeries() {}

  /** Makes them all, which registers them at zero. */
  static <T> Map<String, T> of(MetricLabel label, Function<String, T> make) {
    Map<String, T> made = new LinkedHashMap<>();
    for (String value : label.values()) {
      made.put(value, make.apply(value));
    }
    return Map.copyOf(made);
  }
}
