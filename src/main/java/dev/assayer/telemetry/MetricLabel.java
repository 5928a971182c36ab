package dev.assayer.telemetry;

import java.util.List;

/**
 * A label of a metric.
 *
 * @param values every value that it can have; empty where the values come from configuration
 * @param source where the values come from, for a label that is not a closed set
 */
record MetricLabel(String name, List<String> values, String source) {

  /** A label with these values and no others. */
  static MetricLabel closed(String name, List<String> values) {
    return new MetricLabel(name, List.copyOf(values), "");
  }

  /** A label with these values and no others. */
  static MetricLabel closed(String name, String... values) {
    return closed(name, List.of(values));
  }

  /** A label whose values are as many as {@code source} says. */
  static MetricLabel configured(String name, String source) {
    return new MetricLabel(name, List.of(), source);
  }

  boolean isClosed() {
    return !values.isEmpty();
  }
}
