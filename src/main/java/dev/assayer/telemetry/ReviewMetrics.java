package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Requests from the handler to the answer. Whenever nothing moves: received = reviews + refused +
 * in flight.
 */
final class ReviewMetrics {
  private static final String VALIDATE = "validate";

  private final PerEndpoint mutate;
  private final PerEndpoint validate;
  private final ReviewSeries reviews;
  private final Level inFlight;
  private final Map<Outcome, Map<String, Timer>> durations = new EnumMap<>(Outcome.class);
  private final Map<Refusal, Counter> closed = new EnumMap<>(Refusal.class);

  private record PerEndpoint(
      Counter received, Map<Refusal, Counter> refused, Map<Reason, Counter> reasons) {}

  ReviewMetrics(Meters meters) {
    Family<Counter> received = meters.counters(Catalogue.RECEIVED);
    Family<Counter> refused = meters.counters(Catalogue.REFUSED);
    Family<Counter> reasons = meters.counters(Catalogue.REASONS);
    mutate = endpoint("mutate", received, refused, reasons);
    validate = endpoint(VALIDATE, received, refused, reasons);
    reviews = new ReviewSeries(meters.counters(Catalogue.REVIEWS));
    inFlight = meters.gauges(Catalogue.IN_FLIGHT).of();
    Family<Timer> duration = meters.timers(Catalogue.REVIEW_DURATION);
    for (Outcome outcome : Outcome.values()) {
      durations.put(
          outcome,
          ClosedSeries.of(MetricLabels.CACHE, cache -> duration.of(outcome.code(), cache)));
    }
    Family<Counter> connections = meters.counters(Catalogue.CONNECTIONS_CLOSED);
    for (Refusal why : Refusal.values()) {
      closed.put(why, connections.of(why.code()));
    }
  }

  private static PerEndpoint endpoint(
      String name, Family<Counter> received, Family<Counter> refused, Family<Counter> reasons) {
    Map<Refusal, Counter> byRefusal = new EnumMap<>(Refusal.class);
    for (Refusal why : Refusal.values()) {
      byRefusal.put(why, refused.of(name, why.code()));
    }
    Map<Reason, Counter> byReason = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      byReason.put(reason, reasons.of(name, reason.code()));
    }
    return new PerEndpoint(received.of(name), byRefusal, byReason);
  }

  void received(String endpoint) {
    at(endpoint).received().increment();
    inFlight.add(1);
  }

  void refused(String endpoint, Refusal why) {
    count(at(endpoint).refused(), why);
    inFlight.add(-1);
  }

  void decided(Decision decision, Duration took) {
    String endpoint = decision.request().endpoint();
    reviews.of(decision, endpoint.equals(VALIDATE)).increment();
    inFlight.add(-1);
    count(at(endpoint).reasons(), decision.reason());
    Timer duration = durations.getOrDefault(decision.outcome(), Map.of()).get(cache(decision));
    if (duration != null) {
      duration.record(took);
    }
  }

  void connectionEnded(Refusal why) {
    count(closed, why);
  }

  private PerEndpoint at(String endpoint) {
    return endpoint.equals(VALIDATE) ? validate : mutate;
  }

  private static <K> void count(Map<K, Counter> series, K which) {
    Counter counter = series.get(which);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Whether the freshness proofs behind a decision were remembered. */
  private static String cache(Decision decision) {
    boolean hit = false;
    boolean miss = false;
    for (ImageDecision image : decision.images()) {
      if (image.trust().isPresent()) {
        boolean remembered = image.trust().get().age().isPresent();
        hit |= remembered;
        miss |= !remembered;
      }
    }
    if (hit && miss) {
      return "mixed";
    }
    if (hit) {
      return "hit";
    }
    return miss ? "miss" : "none";
  }
}
