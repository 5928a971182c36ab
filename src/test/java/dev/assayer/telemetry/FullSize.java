package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.Signer;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Metrics with everything that can have a value having one. */
final class FullSize {
  static final int UPSTREAMS = 3;
  static final int VALIDATORS = 3;
  static final int KEYS = 6;
  static final int RECEIVERS = 2;
  static final Duration TOOK = Duration.ofMillis(4);

  private FullSize() {}

  static String host(int index) {
    return "notary" + index + ".example.com";
  }

  static ValidatorRef ref(int index) {
    return new ValidatorRef("validator" + index, "notaryV1", host(index));
  }

  /** Validators with two keys and a Notary of its own each. */
  static Configured configured(String... repositories) {
    Set<Configured.Upstream> upstreams = new LinkedHashSet<>();
    for (int i = 0; i < UPSTREAMS; i++) {
      upstreams.add(new Configured.Upstream(host(i), "notary"));
    }
    return new Configured(
        "sha256:" + "ab".repeat(32),
        "assayer.dev/v1",
        4,
        true,
        List.of(
            new Configured.Rule(true, "enforce"),
            new Configured.Rule(true, "warn"),
            new Configured.Rule(true, "warn"),
            new Configured.Rule(false, "enforce")),
        List.of(repositories),
        IntStream.range(0, VALIDATORS)
            .mapToObj(i ->
                new Configured.Validator(
                    "validator" + i, "notaryV1", List.of("key" + i, "spare" + i)))
            .toList(),
        upstreams,
        IntStream.range(0, RECEIVERS)
            .mapToObj(i -> new Configured.Receiver("receiver-" + i, "reject"))
            .collect(Collectors.toSet()));
  }

  /** Uses every place and every value that there is. */
  static Metrics metrics() {
    Metrics metrics = new Metrics("0.1.0", Metrics.DEFAULT_BUDGET);
    metrics.configured(configured());
    everyDecision(metrics);
    for (int i = 0; i < 2 * Metrics.DEFAULT_BUDGET; i++) {
      String repository = "docker.io/team" + i % 7 + "/application-" + i;
      decide(metrics, Decisions.of(Reason.SIGNATURE_VALID, repository + ":1"));
      metrics.verified(valid(i % VALIDATORS, repository, Optional.of(TOOK)));
    }
    for (Reason reason : Reason.values()) {
      for (int i = 0; i < VALIDATORS; i++) {
        metrics.verified(failed(i, "docker.io/acme/app", reason));
      }
    }
    for (int i = 0; i < UPSTREAMS; i++) {
      for (String result : MetricLabels.CALL_RESULT.values()) {
        metrics.called(host(i), result, true, TOOK);
      }
      metrics.upstreamUp(host(i), "notary", true);
      metrics.upstreamCertificate(host(i), Decisions.NOW);
      metrics.clockSkew(host(i), Duration.ofMillis(-1500));
      metrics.breaker(host(i), 2);
    }
    for (int i = 0; i < RECEIVERS; i++) {
      String receiver = "receiver-" + i;
      MetricLabels.ALERT_RESULT.values().forEach(result -> metrics.alert(receiver, result));
      MetricLabels.ATTEMPT_RESULT
          .values()
          .forEach(result -> metrics.alertAttempt(receiver, result));
      metrics.alertDelivered(receiver, TOOK);
      metrics.alertsWaiting(receiver, 3);
    }
    MetricLabels.CONDITION.values().forEach(condition -> metrics.condition(condition, true));
    MetricLabels.CERTIFICATE_USE
        .values()
        .forEach(use -> metrics.certificate(use, Instant.ofEpochSecond(2_000_000_000)));
    metrics.ready(true);
    metrics.cluster().webhook(true, Set.of("rules"));
    metrics.cluster().webhookTimeout(OptionalLong.of(10));
    metrics.cluster().exemptNamespaces(1);
    metrics.cache().reachable(true);
    metrics.audit().log(1, 4096, 7, OptionalLong.of(1), OptionalLong.of(1));
    metrics.audit().evidence(1, 2);
    metrics.audit().checkpoint(Instant.EPOCH);
    metrics.audit().publishes("configmap", Instant.EPOCH);
    metrics.guard().permissions(0, 0);
    metrics.guard().integrity(0);
    metrics.guard().foreignEndpoints(0);
    Stream.of(Refusal.values()).forEach(metrics::connectionEnded);
    return metrics;
  }

  private static void everyDecision(Metrics metrics) {
    for (String kind : MetricLabels.KIND.values()) {
      for (Mode mode : Mode.values()) {
        for (Reason reason : Reason.values()) {
          for (Outcome outcome : Outcome.values()) {
            for (String endpoint : List.of("mutate", "validate")) {
              decide(
                  metrics,
                  Decisions.of(
                      new Decisions.Asked(endpoint, "UPDATE", "apps/v1", kind, true),
                      outcome,
                      reason,
                      mode,
                      List.of()));
            }
          }
        }
      }
    }
  }

  private static void decide(Metrics metrics, Decision decision) {
    metrics.received(decision.request().endpoint());
    metrics.decided(decision, TOOK, Optional.of(new TraceRef("c".repeat(32), "d".repeat(16))));
  }

  /** A valid signature of a repository, resting on all roles. */
  static Verification valid(int validator, String repository, Optional<Duration> age) {
    List<RoleTrust> chain =
        Stream.of("root", "targets", "targets/lou", "targets/max", "snapshot", "timestamp")
            .map(role -> role(role, Decisions.NOW.plusSeconds(role.length())))
            .toList();
    return new Verification(
        ref(validator),
        repository,
        Reason.SIGNATURE_VALID,
        List.of(new Signer("targets/lou", "76d2", "ecdsa-p256", true)),
        Optional.of(new TrustFacts(List.of("key" + validator), chain, "", age, false)),
        TOOK);
  }

  static Verification failed(int validator, String repository, Reason reason) {
    return new Verification(ref(validator), repository, reason, List.of(), Optional.empty(), TOOK);
  }

  static RoleTrust role(String name, Instant expires) {
    return new RoleTrust(name, 1, expires, 1, List.of("76d2"), "ef".repeat(32));
  }
}
