package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;

/**
 * What is told of state that replicas share. Values outside a label's closed set are not counted;
 * no call blocks or throws.
 */
public final class CacheMetrics {
  private final Map<String, Counter> requests;
  private final Family<Level> up;
  private final Map<String, Counter> writes;
  private final Counter conflicts;

  CacheMetrics(Meters meters) {
    Family<Counter> asked = meters.counters(CacheCatalogue.REQUESTS);
    requests = ClosedSeries.of(CacheCatalogue.REQUESTS.labels().getFirst(), asked::of);
    up = meters.gauges(CacheCatalogue.UP);
    Family<Counter> changed = meters.counters(CacheCatalogue.WRITES);
    writes = ClosedSeries.of(CacheCatalogue.WRITES.labels().getFirst(), changed::of);
    conflicts = meters.counters(CacheCatalogue.CONFLICTS).of();
  }

  /** Shared state was asked. */
  public void read(String result) {
    count(requests, result);
  }

  /** A change was to be made. */
  public void written(String result) {
    count(writes, result);
  }

  /** Whether it can be read and written. */
  public void reachable(boolean reachable) {
    up.of().set(reachable);
  }

  /** Replicas saw other content under one version. */
  public void conflict() {
    conflicts.increment();
  }

  private static void count(Map<String, Counter> series, String which) {
    Counter counter = series.get(which);
    if (counter != null) {
      counter.increment();
    }
  }
}
