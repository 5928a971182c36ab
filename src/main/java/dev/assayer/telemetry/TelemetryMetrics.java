package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;

/** What telemetry says of itself. */
final class TelemetryMetrics {
  private final Map<String, Counter> dropped;

  TelemetryMetrics(Meters meters) {
    Family<Counter> counter = meters.counters(Catalogue.TELEMETRY_DROPPED);
    dropped = ClosedSeries.of(MetricLabels.SIGNAL, counter::of);
  }

  void dropped(String signal, long items) {
    Counter counter = dropped.get(signal);
    if (counter != null && items > 0) {
      counter.increment((double) items);
    }
  }
}
