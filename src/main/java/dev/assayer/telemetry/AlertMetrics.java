package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Alerts, by receiver. Only receivers of the configuration in force have series: what still comes
 * of one that was removed is not counted.
 */
final class AlertMetrics {
  private final Family<Counter> alerts;
  private final Family<Counter> attempts;
  private final Family<Timer> durations;
  private final Family<Level> depths;
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();

  private record Receiver(
      Configured.Receiver facts,
      Map<String, Counter> results,
      Map<String, Counter> attempts,
      Timer duration,
      Level depth) {}

  AlertMetrics(Meters meters) {
    alerts = meters.counters(Catalogue.ALERTS);
    attempts = meters.counters(Catalogue.ALERT_ATTEMPTS);
    durations = meters.timers(Catalogue.ALERT_DURATION);
    depths = meters.gauges(Catalogue.ALERT_QUEUE);
  }

  void configured(Configured facts) {
    Set<Configured.Receiver> now = facts.receivers();
    receivers.values().removeIf(receiver -> !now.contains(receiver.facts()));
    alerts.removeIf(labels -> !now.contains(new Configured.Receiver(labels.get(0), labels.get(1))));
    attempts.removeIf(this::isGone);
    durations.removeIf(this::isGone);
    depths.removeIf(this::isGone);
    now.forEach(receiver -> receivers.computeIfAbsent(receiver.name(), _ -> register(receiver)));
  }

  private boolean isGone(List<String> labels) {
    return !receivers.containsKey(labels.getFirst());
  }

  private Receiver register(Configured.Receiver facts) {
    String name = facts.name();
    return new Receiver(
        facts,
        ClosedSeries.of(
            MetricLabels.ALERT_RESULT, result -> alerts.of(name, facts.category(), result)),
        ClosedSeries.of(MetricLabels.ATTEMPT_RESULT, result -> attempts.of(name, result)),
        durations.of(name),
        depths.of(name));
  }

  void ended(String receiver, String result) {
    with(receiver, known -> count(known.results(), result));
  }

  void attempted(String receiver, String result) {
    with(receiver, known -> count(known.attempts(), result));
  }

  void took(String receiver, Duration took) {
    with(receiver, known -> known.duration().record(took));
  }

  void waiting(String receiver, int number) {
    with(receiver, known -> known.depth().set(number));
  }

  private static void count(Map<String, Counter> counters, String result) {
    Counter counter = counters.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  private void with(String receiver, Consumer<Receiver> record) {
    Receiver known = receivers.get(receiver);
    if (known != null) {
      record.accept(known);
    }
  }
}
