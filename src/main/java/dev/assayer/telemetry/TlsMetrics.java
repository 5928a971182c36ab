package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.util.Map;

/** Own certificates and the clients that come. */
final class TlsMetrics {
  private final Family<Level> notAfter;
  private final Map<String, Counter> reloads;
  private final Map<String, Counter> refused;

  TlsMetrics(Meters meters) {
    notAfter = meters.gauges(Catalogue.CERTIFICATE_NOT_AFTER);
    Family<Counter> reload = meters.counters(Catalogue.CERTIFICATE_RELOADS);
    reloads = ClosedSeries.of(MetricLabels.CERTIFICATE_RELOAD, reload::of);
    Family<Counter> failures = meters.counters(Catalogue.CLIENT_AUTH_FAILURES);
    refused = ClosedSeries.of(MetricLabels.CLIENT_AUTH, failures::of);
  }

  void certificate(String use, Instant end) {
    if (MetricLabels.CERTIFICATE_USE.values().contains(use)) {
      notAfter.of(use).set((double) end.getEpochSecond());
    }
  }

  void reload(String result) {
    count(reloads, result);
  }

  void clientRefused(String reason) {
    count(refused, reason);
  }

  private static void count(Map<String, Counter> series, String which) {
    Counter counter = series.get(which);
    if (counter != null) {
      counter.increment();
    }
  }
}
