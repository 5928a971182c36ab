package dev.assayer.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The samples of a scrape in the text format. */
record Scraped(String text, Map<String, Double> samples) {
  static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

  static Scraped of(Metrics metrics) {
    return of(metrics, Optional.empty());
  }

  static Scraped open(Metrics metrics) {
    return of(metrics, Optional.of(OPEN_METRICS));
  }

  private static Scraped of(Metrics metrics, Optional<String> accept) {
    String text = new String(metrics.scrape(accept).body(), StandardCharsets.UTF_8);
    Map<String, Double> samples = new LinkedHashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(Scraped::withoutExemplar)
        .forEach(line -> {
          int end = line.lastIndexOf(' ');
          if (samples.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)))
              != null) {
            throw new AssertionError("twice: " + line);
          }
        });
    return new Scraped(text, samples);
  }

  private static String withoutExemplar(String line) {
    int exemplar = line.indexOf(" # {");
    return exemplar < 0 ? line : line.substring(0, exemplar);
  }

  /** The value of one series, given as it is written. */
  OptionalDouble value(String series) {
    Double value = samples.get(series);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /**
   * The sum of the series of a metric that have all these labels, given as {@code name="value"}.
   */
  double sum(String metric, String... labels) {
    return samples.entrySet().stream()
        .filter(sample -> name(sample.getKey()).equals(metric))
        .filter(sample -> List.of(labels).stream().allMatch(sample.getKey()::contains))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** How many series a metric has with all these labels. */
  long count(String metric, String... labels) {
    return samples.keySet().stream()
        .filter(series -> name(series).equals(metric))
        .filter(series -> List.of(labels).stream().allMatch(series::contains))
        .count();
  }

  /** The metric of a series. */
  static String name(String series) {
    int brace = series.indexOf('{');
    return brace < 0 ? series : series.substring(0, brace);
  }
}
