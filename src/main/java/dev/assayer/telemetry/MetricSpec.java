package dev.assayer.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a metric is called, and what it can hold. */
interface MetricSpec {
  /** The name as it is scraped. */
  String metric();

  Catalogue.Type type();

  SeriesBound bound();

  String meaning();

  /** Upper bounds of the buckets, without the last, infinite one. */
  List<Duration> buckets();

  List<MetricLabel> labels();

  /** Every metric of our own. */
  static List<MetricSpec> all() {
    return Stream.<MetricSpec[]>of(
            Catalogue.values(),
            ClusterCatalogue.values(),
            AuditCatalogue.values(),
            CacheCatalogue.values(),
            GuardCatalogue.values())
        .flatMap(Stream::of)
        .toList();
  }
}
