package dev.assayer.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What can be scraped: the page of metrics, which a test of its own holds to the code. */
final class Declared {
  /** Labels that Prometheus adds, and those of histograms. */
  private static final Set<String> ADDED = Set.of("job", "instance", "le", "pod", "namespace");

  /** What is scraped elsewhere, with the labels that are used. */
  private static final Map<String, Metric> OTHERS =
      Map.of(
          "apiserver_admission_webhook_fail_open_count",
          new Metric("counter", Map.of("name", Set.of())),
          "apiserver_admission_webhook_rejection_count",
          new Metric("counter", Map.of("name", Set.of(), "error_type", Set.of())),
          "apiserver_admission_webhook_request_total",
          new Metric("counter", Map.of("name", Set.of(), "code", Set.of())),
          "up",
          new Metric("gauge", Map.of()),
          "ALERTS",
          new Metric(
              "gauge",
              Map.of("alertname", Set.of(), "alertstate", Set.of(), "severity", Set.of())));

  private static final Pattern ROW =
      Pattern.compile("\\| `(?<name>[a-z_]+)` \\| (?<type>\\w+) \\| (?<labels>.*?) \\| .* \\|");
  private static final Pattern LABEL = Pattern.compile("`([a-z_]+)`: ([^;]*)");
  private static final Pattern WORD = Pattern.compile("`([^`]+)`");

  private final Map<String, Metric> metrics;

  /**
   * One metric.
   *
   * @param labels its labels, each with its closed set of values, or with none if it is open
   */
  record Metric(String type, Map<String, Set<String>> labels) {
    boolean has(String label) {
      return ADDED.contains(label) || labels.containsKey(label);
    }

    /** Whether a label may have that value. */
    boolean has(String label, String value) {
      Set<String> values = labels.getOrDefault(label, Set.of());
      return values.isEmpty() || values.contains(value);
    }
  }

  private Declared(Map<String, Metric> metrics) {
    this.metrics = metrics;
  }

  static Declared page() {
    Map<String, Metric> found = new LinkedHashMap<>(OTHERS);
    for (String line : lines()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        found.put(row.group("name"), new Metric(row.group("type"), labels(row.group("labels"))));
      }
    }
    return new Declared(found);
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(Path.of("docs/metrics.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Set<String>> labels(String cell) {
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(cell);
    while (label.find()) {
      String values = label.group(2);
      boolean open = !values.startsWith("`");
      labels.put(
          label.group(1),
          open
              ? Set.of()
              : WORD.matcher(values)
                  .results()
                  .map(one -> one.group(1))
                  .collect(Collectors.toSet()));
    }
    return labels;
  }

  /** The metric behind a series, whatever a histogram adds to its name. */
  Optional<Metric> metric(String series) {
    return Optional.ofNullable(metrics.get(series))
        .or(() ->
            Optional.ofNullable(metrics.get(series.replaceFirst("_(bucket|count|sum)$", "")))
                .filter(metric -> metric.type().equals("histogram")));
  }

  /** The names of our own. */
  Set<String> own() {
    return metrics.keySet().stream()
        .filter(name -> name.startsWith("assayer_"))
        .collect(Collectors.toSet());
  }
}
