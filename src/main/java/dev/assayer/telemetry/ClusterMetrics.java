package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is told of the cluster around us. Values outside a label's closed set are not counted; no
 * call blocks or throws.
 */
public final class ClusterMetrics {
  private final Family<Level> present;
  private final Family<Level> drift;
  private final Family<Level> timeout;
  private final Level sentinelActive;
  private final Level sentinelStarted;
  private final Map<String, Counter> sentinels;
  private final Map<String, Counter> requests;
  private final Map<String, Counter> events;
  private final Family<Level> exemptNamespaces;
  private final Level glassActive;
  private final Level glassExpires;
  private final Map<String, Counter> glassSeen;
  private final Level leader;
  private final Map<String, Counter> owners;

  ClusterMetrics(Meters meters) {
    present = meters.gauges(ClusterCatalogue.WEBHOOK_PRESENT);
    drift = meters.gauges(ClusterCatalogue.WEBHOOK_DRIFT);
    timeout = meters.gauges(ClusterCatalogue.WEBHOOK_TIMEOUT);
    sentinelActive = meters.gauges(ClusterCatalogue.SENTINEL_ACTIVE).of();
    sentinelStarted = meters.gauges(ClusterCatalogue.SENTINEL_STARTED).of();
    Family<Counter> seen = meters.counters(ClusterCatalogue.SENTINEL_SEEN);
    sentinels = ClosedSeries.of(ClusterCatalogue.SENTINEL_SEEN.labels().getFirst(), seen::of);
    Family<Counter> calls = meters.counters(ClusterCatalogue.REQUESTS);
    requests = ClosedSeries.of(ClusterCatalogue.REQUESTS.labels().getFirst(), calls::of);
    Family<Counter> sent = meters.counters(ClusterCatalogue.EVENTS);
    events = ClosedSeries.of(ClusterCatalogue.EVENTS.labels().getFirst(), sent::of);
    exemptNamespaces = meters.gauges(ClusterCatalogue.EXEMPT_NAMESPACES);
    glassActive = meters.gauges(ClusterCatalogue.BREAK_GLASS_ACTIVE).of();
    glassExpires = meters.gauges(ClusterCatalogue.BREAK_GLASS_EXPIRES).of();
    Family<Counter> glass = meters.counters(ClusterCatalogue.BREAK_GLASS_SEEN);
    glassSeen = ClosedSeries.of(ClusterCatalogue.BREAK_GLASS_SEEN.labels().getFirst(), glass::of);
    leader = meters.gauges(ClusterCatalogue.LEADER).of();
    Family<Counter> lookUps = meters.counters(ClusterCatalogue.OWNER_LOOKUPS);
    owners = ClosedSeries.of(ClusterCatalogue.OWNER_LOOKUPS.labels().getFirst(), lookUps::of);
  }

  /** A call to the API server ended. */
  public void called(String result) {
    count(requests, result);
  }

  /** The webhook objects were looked at: whether all are there, and the fields that differ. */
  public void webhook(boolean there, Set<String> drifted) {
    present.of().set(there);
    for (String field : ClusterCatalogue.WEBHOOK_DRIFT.labels().getFirst().values()) {
      drift.of(field).set(drifted.contains(field));
    }
  }

  /** The least {@code timeoutSeconds} of the live webhooks. */
  public void webhookTimeout(OptionalLong seconds) {
    seconds.ifPresent(value -> timeout.of().set((double) value));
  }

  /** A pod under the sentinel's name was judged for the first time. */
  public void sentinelSeen(String result) {
    count(sentinels, result);
  }

  /** When the sentinel that is honoured was made; empty for none. */
  public void sentinelHonoured(Optional<Instant> started) {
    sentinelActive.set(started.isPresent());
    sentinelStarted.set(started.map(when -> (double) when.getEpochSecond()).orElse(0.0));
  }

  /** What became of an Event. */
  public void event(String result) {
    count(events, result);
  }

  /** How many namespaces their labels take out of verification. */
  public void exemptNamespaces(int number) {
    exemptNamespaces.of().set(number);
  }

  /** How many break-glass objects are in force, and when the last of them expires. */
  public void breakGlass(int active, Optional<Instant> until) {
    glassActive.set(active);
    glassExpires.set(until.map(when -> (double) when.getEpochSecond()).orElse(0.0));
  }

  /** A break-glass object was seen for the first time with this result. */
  public void breakGlassSeen(String result) {
    count(glassSeen, result);
  }

  /** Whether this replica leads. */
  public void leads(boolean leads) {
    leader.set(leads);
  }

  /** The owner that an object claims was looked up. */
  public void ownerLookedUp(String result) {
    count(owners, result);
  }

  private static void count(Map<String, Counter> series, String which) {
    Counter counter = series.get(which);
    if (counter != null) {
      counter.increment();
    }
  }
}
