package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Holds a scrape to the catalogue. */
record ClosedLabels(Scraped scraped) {
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Each series is of a known metric, with its labels, each with a value of its closed set. */
  void check() {
    for (String series : scraped.samples().keySet()) {
      Optional<MetricSpec> metric = metric(Scraped.name(series));
      assertThat(metric).as(series).isPresent();
      Map<String, String> labels =
          LABEL
              .matcher(series)
              .results()
              .filter(label -> !label.group(1).equals("le"))
              .collect(
                  Collectors.toMap(label -> label.group(1), (MatchResult label) -> label.group(2)));
      assertThat(labels.keySet())
          .as(series)
          .containsExactlyInAnyOrderElementsOf(MetricLabels.names(metric.get().labels()));
      for (MetricLabel label : metric.get().labels()) {
        if (label.isClosed()) {
          assertThat(label.values()).as(series).contains(labels.get(label.name()));
        }
      }
    }
  }

  /** The metric that a sample belongs to. */
  static Optional<MetricSpec> metric(String name) {
    return MetricSpec.all().stream()
        .filter(metric ->
            metric.metric().equals(name)
                || (metric.type() == Catalogue.Type.HISTOGRAM
                    && name.matches(metric.metric() + "_(bucket|count|sum|max)"))
                || (metric.type() == Catalogue.Type.SUMMARY
                    && name.matches(metric.metric() + "_(count|sum)")))
        .findFirst();
  }
}
