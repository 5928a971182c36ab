package dev.assayer.telemetry;

import static dev.assayer.telemetry.TracedDecisions.image;
import static dev.assayer.telemetry.TracedDecisions.open;
import static dev.assayer.telemetry.TracedDecisions.stage;
import static dev.assayer.telemetry.TracedDecisions.timing;
import static dev.assayer.telemetry.TracedDecisions.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TraceRef;
import dev.assayer.telemetry.OtlpCollector.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector receives. */
@Timeout(120)
class TracesTest {
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";

  private final OtlpCollector collector;

  TracesTest() throws IOException {
    collector = new OtlpCollector();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  private Traces traces(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return Traces.open(environment, "0.1.0", "assayer-0");
  }

  private Traces never() {
    return traces(
        "OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0");
  }

  private static RequestTrace begin(Traces traces) {
    return traces.begin("POST /mutate", Optional.empty(), Optional.empty());
  }

  private Received only(String name) {
    List<Received> named =
        collector.spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(named).as("spans called %s", name).hasSize(1);
    return named.getFirst();
  }

  @Test
  void aTraceIsTheTreeOfTheRequestWithItsImagesAndTheirSteps() {
    TraceRef ref;
    try (Traces traces = traces()) {
      RequestTrace trace =
          traces.begin("POST /mutate", Optional.of(PARENT + "01"), Optional.of("vendor=1"));
      ref = trace.ref();
      assertThat(trace.end(decision(Reason.SIGNATURE_VALID, ref, verified("acme/app:1")))).isTrue();
    }
    Received root = only("POST /mutate");
    assertThat(root.traceId()).isEqualTo(ref.traceId()).isEqualTo(PARENT.substring(3, 35));
    assertThat(root.spanId()).isEqualTo(ref.spanId());
    assertThat(root.parentId()).isEqualTo("00f067aa0ba902b7");
    assertThat(root.traceState()).isEqualTo("vendor=1");
    assertThat(root.kind()).isEqualTo(OtlpCollector.SERVER);
    assertThat(root.status()).isZero();
    assertThat(root.attributes())
        .containsEntry("http.request.method", "POST")
        .containsEntry("http.route", "/mutate")
        .containsEntry("http.response.status_code", 200L)
        .containsEntry("assayer.request.uid", "6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11")
        .containsEntry("k8s.namespace.name", "shop")
        .containsEntry("assayer.outcome", "allowed")
        .containsEntry("assayer.verdict", "verified")
        .containsEntry("assayer.reason", "signature_valid")
        .containsEntry("assayer.mode", "enforce")
        .containsEntry("assayer.record_id", "0193aaaa-0000-7000-8000-000000000000");
    assertThat(childrenOf(root))
        .containsExactlyInAnyOrder(
            "review.parse", "policy.select", "image.verify", "patch.build", "response.encode");
    assertThat(only("review.parse").attributes()).containsEntry("assayer.bytes", 512L);
    assertThat(only("patch.build").attributes()).containsEntry("assayer.patch.operations", 1L);
    Received image = only("image.verify");
    assertThat(image.attributes())
        .containsEntry("container.image.name", "docker.io/acme/app:1")
        .containsEntry("oci.manifest.digest", TracedDecisions.DIGEST)
        .containsEntry("assayer.rule.index", 3L)
        .containsEntry("assayer.signer.key_ids", List.of("ab"));
    assertThat(childrenOf(image))
        .containsExactlyInAnyOrder(
            "cache.lookup",
            "upstream.queue",
            "token.fetch",
            "notary.fetch",
            "notary.fetch",
            "verify.root",
            "verify.tuf",
            "verify.delegations");
    assertThat(only("cache.lookup").attributes()).containsEntry("assayer.cache.result", "miss");
    assertThat(only("verify.root").attributes())
        .containsEntry("assayer.tuf.version", 4L)
        .containsEntry("assayer.tuf.signatures", 2L);
    assertThat(collector.spans).extracting(Received::traceId).containsOnly(ref.traceId());
    assertThat(collector.spans).extracting(Received::status).containsOnly(0L);
  }

  @Test
  void theLookUpOfAnOwnerIsACallToTheApiServer() {
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      RequestTrace trace = begin(traces);
      trace.end(
          decision(Reason.SIGNATURE_VALID, trace.ref(), verified("acme/app:1"))
              .then(List.of(stage("owner record", "", 1, 1, "verified")))
              .then(List.of(stage("owner lookup", "kubernetes", 1, 5, "unknown: no answer"))));
    }
    assertThat(only("owner.record").kind()).isNotEqualTo(OtlpCollector.CLIENT);
    Received call = only("owner.lookup");
    assertThat(call.kind()).isEqualTo(OtlpCollector.CLIENT);
    assertThat(call.attributes())
        .containsEntry("server.address", "kubernetes")
        .containsEntry("assayer.note", "unknown: no answer");
  }

  @Test
  void aFetchNamesHostRoleAndStatus() {
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      RequestTrace trace = begin(traces);
      trace.end(decision(Reason.SIGNATURE_VALID, trace.ref(), verified("acme/app:1")));
    }
    assertThat(collector.spans)
        .filteredOn(span -> span.name().equals("notary.fetch"))
        .allSatisfy(span -> {
          assertThat(span.kind()).isEqualTo(OtlpCollector.CLIENT);
          assertThat(span.attributes())
              .containsEntry("server.address", "n.example")
              .containsEntry("server.port", 4443L);
        })
        .extracting(span ->
            span.attributes().get("assayer.tuf.role")
                + " "
                + span.attributes().get("http.response.status_code"))
        .containsExactlyInAnyOrder("timestamp 200", "targets/lou 404");
  }

  @Test
  void childrenLieWithinTheRootAndAVerificationThatBeganBeforeIsCutAndCalledShared() {
    ImageDecision shared =
        image(
            "acme/app:1",
            Reason.SIGNATURE_VALID,
            new Timing(Duration.ofMillis(-50), Duration.ofMillis(60), true),
            stage("timestamp", "n.example", -40, 45, "200"),
            stage("verify timestamp", "", 5, 3_600_000, ""));
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      RequestTrace trace = begin(traces);
      trace.end(decision(Reason.SIGNATURE_VALID, trace.ref(), shared));
    }
    Received root = only("POST /mutate");
    assertThat(collector.spans)
        .allSatisfy(span -> {
          assertThat(span.start()).isBetween(root.start(), root.end());
          assertThat(span.end()).isBetween(span.start(), root.end());
        });
    assertThat(only("image.verify").attributes()).containsEntry("assayer.shared", true);
  }

  @Test
  void onlyWhatIsNoResultIsAnError() {
    ImageDecision late =
        image(
            "acme/late:1",
            Reason.UPSTREAM_TIMEOUT,
            timing(2, 80),
            stage("root", "n.example", 3, 4, "502"),
            stage("snapshot", "n.example", 3, 4, "tls_failed"),
            open("timestamp", "n.example", 3, 79));
    try (Traces traces = never()) {
      RequestTrace trace = begin(traces);
      assertThat(trace.end(decision(Reason.UPSTREAM_TIMEOUT, trace.ref(), late))).isTrue();
    }
    assertThat(only("POST /mutate").status()).isEqualTo(OtlpCollector.ERROR);
    assertThat(only("POST /mutate").attributes()).containsEntry("error.type", "upstream_timeout");
    assertThat(only("image.verify").status()).isEqualTo(OtlpCollector.ERROR);
    assertThat(collector.spans)
        .filteredOn(span -> span.name().equals("notary.fetch"))
        .allMatch(span -> span.status() == OtlpCollector.ERROR)
        .extracting(span -> span.attributes().get("error.type"))
        .containsExactlyInAnyOrder("502", "tls_failed", "upstream_timeout");
  }

  @Test
  void denialsAreKeptWhereNothingElseIs() {
    ImageDecision bad = image("acme/bad:1", Reason.TAG_NOT_SIGNED, timing(2, 80));
    try (Traces traces = never()) {
      RequestTrace allowed = begin(traces);
      assertThat(allowed.end(decision(Reason.SIGNATURE_VALID, allowed.ref(), verified("a:1"))))
          .isFalse();
      begin(traces).end(Refusal.BAD_JSON);
      RequestTrace denied = begin(traces);
      assertThat(denied.end(decision(Reason.TAG_NOT_SIGNED, denied.ref(), bad))).isTrue();
      RequestTrace unwanted =
          traces.begin("POST /mutate", Optional.of(PARENT + "00"), Optional.empty());
      assertThat(unwanted.ref().sampled(Reason.TAG_NOT_SIGNED.verdict())).isTrue();
      assertThat(unwanted.ref().sampled(Reason.SIGNATURE_VALID.verdict())).isFalse();
    }
    assertThat(collector.spans)
        .filteredOn(span -> span.name().equals("POST /mutate"))
        .hasSize(1)
        .allMatch(span -> span.status() == 0)
        .allMatch(span -> span.attributes().get("assayer.reason").equals("tag_not_signed"));
  }

  @Test
  void aRefusalThatIsSampledSaysWhy() {
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      begin(traces).end(Refusal.BODY_TOO_LARGE);
    }
    assertThat(only("POST /mutate").attributes())
        .containsEntry("http.response.status_code", 413L)
        .containsEntry("assayer.refusal", "body_too_large");
  }

  @Test
  void aFailureInTheBackgroundIsKeptAndASuccessOnlyIfSampled() {
    try (Traces traces = never()) {
      traces.background("selftest").end();
      traces.background("tls.reload").attribute("assayer.file", "tls.crt").failed("mismatch");
    }
    assertThat(collector.spans).hasSize(1);
    assertThat(only("tls.reload").attributes())
        .containsEntry("assayer.file", "tls.crt")
        .containsEntry("error.type", "mismatch");
    assertThat(only("tls.reload").parentId()).isEmpty();
  }

  @Test
  void whatFollowsFromARequestIsBelowItsSpanAndKeptWithIt() {
    try (Traces traces = never()) {
      TraceRef request = begin(traces).ref();
      traces.following("alert.deliver", request, true).end();
      traces.following("alert.unwanted", request, false).end();
      assertThat(request.sampling()).isNotEqualTo(TraceRef.Sampling.ALL);
      traces.following("alert.failed", request, false).failed("timeout");
    }
    assertThat(collector.spans).hasSize(2);
    assertThat(only("alert.deliver").traceId()).isEqualTo(only("alert.failed").traceId());
    assertThat(only("alert.deliver").parentId()).isNotEmpty();
    assertThat(only("alert.failed").attributes()).containsEntry("error.type", "timeout");
  }

  @Test
  void theResourceNamesServiceVersionAndReplica() {
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      begin(traces).end(Refusal.BAD_JSON);
    }
    try (Traces named =
        traces("OTEL_TRACES_SAMPLER", "always_on", "OTEL_SERVICE_NAME", "gatekeeper-eu")) {
      begin(named).end(Refusal.BAD_JSON);
    }
    assertThat(collector.resources.getFirst())
        .containsEntry("service.name", "assayer")
        .containsEntry("service.version", "0.1.0")
        .containsEntry("service.instance.id", "assayer-0");
    assertThat(collector.resources.getLast()).containsEntry("service.name", "gatekeeper-eu");
  }

  @Test
  void withoutAParentAboutOneInTwentyIsSampled() {
    try (Traces traces = traces()) {
      long sampled = 0;
      for (int i = 0; i < 4000; i++) {
        sampled += begin(traces).ref().sampling() == TraceRef.Sampling.ALL ? 1 : 0;
      }
      assertThat(sampled).isBetween(100L, 320L);
    }
  }

  @Test
  void aTraceOfManyImagesIsBounded() {
    String name = "acme/" + "a".repeat(1000) + "é".repeat(200);
    ImageDecision[] many = new ImageDecision[2000];
    for (int i = 0; i < many.length; i++) {
      many[i] = verified(name + i + ":1");
    }
    try (Traces traces = traces("OTEL_TRACES_SAMPLER", "always_on")) {
      RequestTrace trace = begin(traces);
      assertThat(trace.end(decision(Reason.SIGNATURE_VALID, trace.ref(), many))).isTrue();
    }
    assertThat(collector.spans).hasSizeBetween(100, SpanBudget.MAX_SPANS);
    assertThat(collector.raw.stream().mapToInt(String::length).sum())
        .isLessThan(SpanBudget.MAX_BYTES * 3 / 2);
    assertThat((Long) only("POST /mutate").attributes().get("assayer.spans_left_out"))
        .isGreaterThan(1000L);
    assertThat(collector.spans)
        .filteredOn(span -> span.name().equals("image.verify"))
        .allMatch(span ->
            span.attributes().get("container.image.name").toString().length()
                == SpanAttributes.MAX_VALUE);
  }

  @Test
  void withoutAnExporterThereAreIdsAndNothingElse() {
    try (Traces traces = Traces.open(Map.of(), "0.1.0", "assayer-0")) {
      TraceRef own = begin(traces).ref();
      assertThat(own.traceId()).matches("[0-9a-f]{32}").isNotEqualTo("0".repeat(32));
      assertThat(own.spanId()).matches("[0-9a-f]{16}").isNotEqualTo("0".repeat(16));
      assertThat(own.sampling()).isEqualTo(TraceRef.Sampling.NONE);
      RequestTrace child =
          traces.begin("POST /mutate", Optional.of(PARENT + "01"), Optional.empty());
      assertThat(child.ref().traceId()).isEqualTo(PARENT.substring(3, 35));
      assertThat(child.end(decision(Reason.INTERNAL_ERROR, child.ref()))).isFalse();
      assertThat(traces.exporting()).isFalse();
    }
    assertThat(collector.spans).isEmpty();
  }

  private static Decision decision(Reason reason, TraceRef ref, ImageDecision... images) {
    return TracedDecisions.of(reason, Optional.of(ref), images);
  }

  private List<String> childrenOf(Received parent) {
    return collector.spans.stream()
        .filter(span -> span.parentId().equals(parent.spanId()))
        .map(Received::name)
        .toList();
  }
}
