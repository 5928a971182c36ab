package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Duration TOOK = Duration.ofMillis(7);
  private static final TraceRef TRACE = new TraceRef("a".repeat(32), "b".repeat(16));

  private final Metrics metrics = new Metrics();

  @Test
  void everyClosedLabelSetStandsAtZeroFromTheStart() {
    Scraped scraped = Scraped.of(metrics);
    for (Catalogue metric :
        List.of(
            Catalogue.RECEIVED,
            Catalogue.REASONS,
            Catalogue.REFUSED,
            Catalogue.CONNECTIONS_CLOSED,
            Catalogue.IN_FLIGHT,
            Catalogue.SERIES_FOLDED,
            Catalogue.STATE_REQUESTS,
            Catalogue.SELF_TEST_SUCCESS,
            Catalogue.POLICY_RELOADS,
            Catalogue.TRUST_CONFIG_MISMATCH,
            Catalogue.CLIENT_AUTH_FAILURES,
            Catalogue.CERTIFICATE_RELOADS,
            Catalogue.TELEMETRY_DROPPED)) {
      int all =
          metric.labels().stream()
              .mapToInt(label -> label.values().size())
              .reduce(1, (a, b) -> a * b);
      assertThat(scraped.count(metric.metric())).as(metric.metric()).isEqualTo(all);
      assertThat(scraped.sum(metric.metric())).as(metric.metric()).isZero();
    }
    assertThat(scraped.count("assayer_admission_reviews_total")).isEqualTo(216);
    assertThat(scraped.count("assayer_admission_review_duration_seconds_count")).isEqualTo(8);
    assertThat(scraped.count("assayer_image_decisions_total")).isEqualTo(10);
  }

  @Test
  void whatHasNotBeenLookedAtHasNoValue() {
    assertThat(Scraped.of(metrics).count("assayer_readiness_condition")).isZero();
    metrics.condition("notary", true);
    metrics.condition("notary", true);
    assertThat(
            Scraped.of(metrics).value("assayer_readiness_transitions_total{condition=\"notary\"}"))
        .hasValue(0);
    metrics.condition("notary", false);
    Scraped after = Scraped.of(metrics);
    assertThat(after.value("assayer_readiness_condition{condition=\"notary\"}")).hasValue(0);
    assertThat(after.value("assayer_readiness_transitions_total{condition=\"notary\"}"))
        .hasValue(1);
  }

  @Test
  void receivedIsReviewsAndRefusedAndInFlightWheneverNothingMoves() throws Exception {
    int left = 25;
    List<Callable<Integer>> clients = new ArrayList<>();
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      clients.add(() -> IntStream.range(0, 500).map(_ -> request(random)).sum());
    }
    int denied = 0;
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> scrapes =
          threads.submit(() -> {
            int done = 0;
            while (!over.get()) {
              assertThat(Scraped.of(metrics).sum("assayer_admission_in_flight"))
                  .isBetween(0.0, 8.0);
              done++;
            }
            return done;
          });
      for (Future<Integer> client : threads.invokeAll(clients)) {
        denied += client.get();
      }
      over.set(true);
      assertThat(scrapes.get()).isPositive();
    }
    IntStream.range(0, left).forEach(_ -> metrics.received("validate"));
    Scraped scraped = Scraped.of(metrics);
    double received = scraped.sum("assayer_admission_received_total");
    double reviews = scraped.sum("assayer_admission_reviews_total");
    assertThat(received).isEqualTo(8 * 500 + left);
    assertThat(scraped.sum("assayer_admission_in_flight")).isEqualTo(left);
    assertThat(reviews + scraped.sum("assayer_admission_refused_total") + left).isEqualTo(received);
    assertThat(scraped.sum("assayer_admission_reasons_total")).isEqualTo(reviews);
    assertThat(scraped.sum("assayer_admission_review_duration_seconds_count")).isEqualTo(reviews);
    assertThat(scraped.sum("assayer_admission_reviews_total", "outcome=\"denied\""))
        .isEqualTo(denied);
    for (String endpoint : List.of("endpoint=\"mutate\"", "endpoint=\"validate\"")) {
      double open = endpoint.contains("validate") ? left : 0;
      assertThat(
              scraped.sum("assayer_admission_reviews_total", endpoint)
                  + scraped.sum("assayer_admission_refused_total", endpoint)
                  + open)
          .isEqualTo(scraped.sum("assayer_admission_received_total", endpoint));
    }
  }

  private static <T> T pick(Random random, T[] all) {
    return List.of(all).get(random.nextInt(all.length));
  }

  /** One random request; 1 if it was denied. */
  private int request(Random random) {
    String endpoint = random.nextBoolean() ? "mutate" : "validate";
    metrics.received(endpoint);
    if (random.nextInt(4) == 0) {
      metrics.refused(endpoint, pick(random, Refusal.values()));
      return 0;
    }
    Reason reason = pick(random, Reason.values());
    Mode mode = pick(random, Mode.values());
    Decisions.Asked asked =
        new Decisions.Asked(
            endpoint,
            random.nextBoolean() ? "CREATE" : "UPDATE",
            "apps/v1",
            "Kind" + random.nextInt(50),
            random.nextBoolean());
    metrics.decided(
        Decisions.of(asked, reason, mode, "docker.io/acme/app" + random.nextInt(300) + ":1"),
        TOOK,
        Optional.of(TRACE).filter(_ -> random.nextBoolean()));
    return mode == Mode.ENFORCE && !reason.verdict().admits() ? 1 : 0;
  }

  @Test
  void anExemplarPointsAtAKeptTraceAndAtNoOther() {
    metrics.received("mutate");
    metrics.decided(Decisions.of(Reason.SIGNATURE_VALID), TOOK, Optional.empty());
    assertThat(Scraped.open(metrics).text()).doesNotContain("trace_id");

    metrics.received("mutate");
    metrics.decided(Decisions.of(Reason.TAG_NOT_SIGNED), TOOK, Optional.of(TRACE));
    metrics.received("mutate");
    metrics.decided(Decisions.of(Reason.SIGNATURE_VALID), TOOK, Optional.empty());
    List<String> pointing =
        Scraped.open(metrics).text().lines().filter(line -> line.contains(" # {")).toList();
    assertThat(pointing)
        .allMatch(line ->
            line.contains("trace_id=\"" + TRACE.traceId() + '"')
                && line.contains("span_id=\"" + TRACE.spanId() + '"'))
        .noneMatch(line -> line.contains("signature_valid") || line.contains("verified"))
        .anyMatch(line -> line.contains("reviews_total{") && line.contains("rejected"))
        .anyMatch(line -> line.contains("reasons_total{") && line.contains("tag_not_signed"))
        .anyMatch(
            line -> line.contains("duration_seconds_bucket{") && line.contains("le=\"0.01\""));
    assertThat(pointing)
        .as("a Prometheus 2.42 refuses a scrape with exemplars elsewhere")
        .allMatch(line -> line.matches("[a-z_]+_(total|bucket)\\{.*"));
    assertThat(Scraped.of(metrics).text()).doesNotContain(TRACE.traceId());
  }

  @Test
  void aDurationSaysWhetherItsProofsCameFromMemory() {
    List<Optional<Duration>> ages = List.of(Optional.of(Duration.ofSeconds(3)), Optional.empty());
    for (Optional<Duration> age : ages) {
      decide(List.of(age));
    }
    decide(ages);
    decide(List.of());
    Scraped scraped = Scraped.of(metrics);
    for (String cache : MetricLabels.CACHE.values()) {
      assertThat(
              scraped.sum(
                  "assayer_admission_review_duration_seconds_count", "cache=\"" + cache + '"'))
          .as(cache)
          .isEqualTo(1);
    }
  }

  private void decide(List<Optional<Duration>> ages) {
    metrics.received("mutate");
    metrics.decided(
        Decisions.of(
            Decisions.POD,
            Outcome.ALLOWED,
            Reason.SIGNATURE_VALID,
            Mode.ENFORCE,
            ages.stream()
                .map(age ->
                    Decisions.image(
                        "docker.io/acme/app:1",
                        Reason.SIGNATURE_VALID,
                        Optional.of(new TrustFacts(List.of(), List.of(), "", age, false))))
                .toList()),
        TOOK,
        Optional.empty());
  }

  @Test
  void valuesFromOutsideNeverBecomeLabels() {
    List<String> hostile =
        List.of("", "pod", "Pod\n", "a\"b", "x".repeat(300), "Deployment}", "\u202ePod");
    for (String value : hostile) {
      for (String version : List.of("v1", "evil.example/v1", value)) {
        metrics.received(value);
        metrics.decided(
            Decisions.of(
                new Decisions.Asked(value, value, version, value, true),
                Reason.UNSIGNED,
                Mode.ENFORCE,
                "docker.io/acme/app:1"),
            TOOK,
            Optional.empty());
      }
      metrics.clientRefused(value);
      metrics.certificate(value, Instant.EPOCH);
      metrics.certificateReload(value);
      metrics.policyReload(value);
      metrics.trustConfigMismatch(value, true);
      metrics.condition(value, true);
      metrics.selfTest(value, true);
      metrics.upstreamUp(value, value, true);
      metrics.called(value, value, true, TOOK);
      metrics.clockSkew(value, TOOK);
      metrics.breaker(value, 2);
      metrics.dropped(value, 5);
    }
    Scraped scraped = Scraped.of(metrics);
    new ClosedLabels(scraped).check();
    assertThat(
            scraped.sum("assayer_admission_reviews_total", "kind=\"other\"", "operation=\"other\""))
        .isEqualTo(hostile.size() * 3);
  }

  @Test
  void aKindOfAnotherGroupIsNotTheOneThatIsKnown() {
    for (String version : List.of("apps/v1", "apps/v1beta1", "evil.example/v1", "appsx/v1", "v1")) {
      metrics.received("mutate");
      metrics.decided(
          Decisions.of(
              new Decisions.Asked("mutate", "CREATE", version, "Deployment", false),
              Reason.UNSIGNED,
              Mode.ENFORCE),
          TOOK,
          Optional.empty());
    }
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.sum("assayer_admission_reviews_total", "kind=\"Deployment\"")).isEqualTo(2);
    assertThat(scraped.sum("assayer_admission_reviews_total", "kind=\"other\"")).isEqualTo(3);
  }

  @Test
  void reviewsFoldKindAndOperationBeyondTheirBoundAndNeverWhatWasDecided() {
    int sent = 0;
    for (Mode mode : Mode.values()) {
      for (Reason reason : Reason.values()) {
        for (String kind : MetricLabels.KIND.values()) {
          for (String operation : List.of("CREATE", "UPDATE", "DELETE")) {
            for (String endpoint : List.of("mutate", "validate")) {
              String version =
                  switch (kind) {
                    case "Pod", "ReplicationController" -> "v1";
                    case "Job", "CronJob" -> "batch/v1";
                    default -> "apps/v1";
                  };
              metrics.received(endpoint);
              metrics.decided(
                  Decisions.of(
                      new Decisions.Asked(endpoint, operation, version, kind, sent % 2 == 0),
                      reason,
                      mode),
                  TOOK,
                  Optional.empty());
              sent++;
            }
          }
        }
      }
    }
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.count("assayer_admission_reviews_total"))
        .isGreaterThan(216 + 96)
        .isLessThanOrEqualTo(ReviewSeries.MOST);
    assertThat(scraped.sum("assayer_admission_reviews_total")).isEqualTo(sent);
    for (Mode mode : Mode.values()) {
      assertThat(
              scraped.sum(
                  "assayer_admission_reviews_total",
                  "mode=\"" + mode.code() + '"',
                  "verdict=\"timeout\""))
          .isEqualTo(9 * 3 * 2 * 2);
    }
  }
}
