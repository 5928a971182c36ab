package dev.assayer.telemetry;

import java.time.Duration;
import java.util.List;

/** A counter or gauge, told apart by its name: counters end in {@code _total}. */
interface PlainSpec extends MetricSpec {
  /**
   * What is said of it.
   *
   * @param bound most series
   */
  record Said(String metric, SeriesBound bound, String meaning, List<MetricLabel> labels) {
    static Said of(String metric, int bound, String meaning, MetricLabel... labels) {
      return new Said(metric, SeriesBound.of(bound), meaning, List.of(labels));
    }
  }

  Said said();

  @Override
  default String metric() {
    return said().metric();
  }

  @Override
  default Catalogue.Type type() {
    return metric().endsWith("_total") ? Catalogue.Type.COUNTER : Catalogue.Type.GAUGE;
  }

  @Override
  default SeriesBound bound() {
    return said().bound();
  }

  @Override
  default String meaning() {
    return said().meaning();
  }

  @Override
  default List<Duration> buckets() {
    return List.of();
  }

  @Override
  default List<MetricLabel> labels() {
    return said().labels();
  }
}
