package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Calls to other hosts, by host. Only hosts of the configuration in force have series: what still
 * comes of one that was removed is not counted.
 */
final class UpstreamMetrics {
  private final Family<Counter> requests;
  private final Family<Timer> durations;
  private final Family<Level> up;
  private final Family<Level> breaker;
  private final Family<Level> certificate;
  private final Family<Level> skew;
  private final List<Family<Level>> byHost;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();

  private record Host(String name, String kind, Map<String, Counter> results, Timer duration) {}

  UpstreamMetrics(Meters meters) {
    requests = meters.counters(Catalogue.UPSTREAM_REQUESTS);
    durations = meters.timers(Catalogue.UPSTREAM_DURATION);
    up = meters.gauges(Catalogue.UPSTREAM_UP);
    breaker = meters.gauges(Catalogue.BREAKER_STATE);
    certificate = meters.gauges(Catalogue.UPSTREAM_CERTIFICATE);
    skew = meters.gauges(Catalogue.CLOCK_SKEW);
    byHost = List.of(up, breaker, certificate, skew);
  }

  void called(String host, String result, boolean made, Duration took) {
    with(
        host,
        known -> {
          Counter counter = known.results().get(result);
          if (counter != null) {
            counter.increment();
          }
          if (made) {
            known.duration().record(took);
          }
        });
  }

  void up(String host, boolean isUp) {
    with(host, known -> up.of(known.name(), known.kind()).set(isUp));
  }

  void breaker(String host, int state) {
    with(host, known -> breaker.of(known.name()).set(state));
  }

  void certificate(String host, Instant notAfter) {
    with(host, known -> certificate.of(known.name()).set((double) notAfter.getEpochSecond()));
  }

  void skew(String host, Duration ahead) {
    with(host, known -> skew.of(known.name()).set(ahead.toMillis() / 1e3));
  }

  private void with(String host, Consumer<Host> record) {
    Host known = hosts.get(host);
    if (known != null) {
      record.accept(known);
    }
  }

  void configured(Configured facts) {
    Map<String, String> kinds =
        facts.upstreams().stream()
            .collect(
                Collectors.toMap(
                    Configured.Upstream::host,
                    Configured.Upstream::kind,
                    (one, other) -> one.equals("token") ? other : one));
    hosts.values().removeIf(host -> !host.kind().equals(kinds.get(host.name())));
    requests.removeIf(labels -> !hosts.containsKey(labels.getFirst()));
    durations.removeIf(labels -> !hosts.containsKey(labels.getFirst()));
    byHost.forEach(gauge -> gauge.removeIf(labels -> !hosts.containsKey(labels.getFirst())));
    kinds.forEach((name, kind) -> hosts.computeIfAbsent(name, host -> register(host, kind)));
  }

  private Host register(String host, String kind) {
    breaker.of(host).set(0);
    return new Host(
        host,
        kind,
        ClosedSeries.of(MetricLabels.CALL_RESULT, result -> requests.of(host, kind, result)),
        durations.of(host, kind));
  }
}
