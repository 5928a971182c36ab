package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.DIGEST;
import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.TraceRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has one record of a decision finds the others. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterRecordsTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final ScenarioCluster cluster = ScenarioCluster.shared();

  private List<Decision> decisions(Kubectl kubectl) {
    return cluster.replicas().stream()
        .flatMap(replica -> replica.decisions().stream())
        .filter(one -> one.request().namespace().equals(kubectl.namespace()))
        .toList();
  }

  @Test
  void theApiServersAuditLogAndOursNameTheSameDecisionsAllowedOrDenied() throws IOException {
    Kubectl kubectl = cluster.namespace("audit");
    kubectl.ok("run good --image=" + SIGNED);
    assertThat(kubectl.say("run bad --image=" + UNSIGNED).fine()).isFalse();
    kubectl.ok("label pod good tier=front");

    List<JsonObject> events;
    try (Stream<String> lines = Files.lines(cluster.auditLog())) {
      events =
          lines
              .map(Kubectl::json)
              .filter(event ->
                  Kubectl.text(event, "objectRef", "namespace").equals(kubectl.namespace()))
              .toList();
    }
    Map<String, Decision> records =
        decisions(kubectl).stream()
            .collect(Collectors.toMap(Decision::recordId, Function.identity()));

    assertThat(events).hasSize(3);
    assertThat(
            events.stream()
                .flatMap(event -> Stream.of("mutate", "validate").map(end -> id(event, end)))
                .filter(id -> !id.isEmpty()))
        .as("each record is named once, and nothing else is")
        .containsExactlyInAnyOrderElementsOf(records.keySet());
    for (JsonObject event : events) {
      Decision mutating = records.get(id(event, "mutate"));
      assertThat(annotation(event, "mutate", "verdict")).isEqualTo(mutating.verdict().code());
      assertThat(annotation(event, "mutate", "reason")).isEqualTo(mutating.reason().code());
      assertThat(mutating.request().operation())
          .isEqualTo(Kubectl.text(event, "verb").equals("create") ? "CREATE" : "UPDATE");
      boolean denied = mutating.request().name().equals("bad");
      assertThat(id(event, "validate").isEmpty()).isEqualTo(denied);
      assertThat(code(event)).isEqualTo(denied ? 403 : code(event)).isGreaterThanOrEqualTo(200);
    }
    assertThat(annotation(events.getFirst(), "mutate", "digests")).isEqualTo("good=" + DIGEST);
  }

  @Test
  void whereALaterWebhookBringsUsInAgainTheAuditLogNamesTheFirstLookAndTheDenialTheLast()
      throws IOException {
    Kubectl kubectl = cluster.namespace("zz-again");
    String denial;
    try (LaterWebhook later = new LaterWebhook(kubectl, "Never")) {
      later.rewrites(_ -> UNSIGNED);
      denial = kubectl.say("run again --image=" + SIGNED).text();
    }
    List<Decision> looks =
        decisions(kubectl).stream()
            .filter(one -> one.request().name().equals("again"))
            .sorted(Comparator.comparing(Decision::time))
            .toList();

    assertThat(looks).extracting(one -> one.verdict().admits()).containsExactly(true, false);
    assertThat(denial).contains("Record " + looks.getLast().recordId());
    assertThat(Files.readString(cluster.auditLog()))
        .as("the API server keeps the first annotation of a name")
        .contains(looks.getFirst().recordId())
        .doesNotContain("record-id\":\"" + looks.getLast().recordId());
  }

  private static String id(JsonObject event, String endpoint) {
    return annotation(event, endpoint, "record-id");
  }

  private static String annotation(JsonObject event, String endpoint, String key) {
    return Kubectl.text(event, "annotations", endpoint + ".assayer.dev/" + key);
  }

  private static long code(JsonObject event) {
    return event
        .get("responseStatus")
        .flatMap(Json::asObject)
        .flatMap(status -> status.get("code"))
        .map(Json::asLong)
        .orElseThrow()
        .orElseThrow();
  }

  @Test
  void theTraceOfTheApiServerGoesOnInOurRecordAndInTheDenial() throws Exception {
    Kubectl kubectl = cluster.namespace("trace");

    ApiClient.Told told =
        new ApiClient(cluster.plane())
            .create(
                kubectl.namespace(),
                "traced",
                UNSIGNED,
                Map.of("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01"));

    assertThat(told.status()).isEqualTo(403);
    List<String> traces =
        decisions(kubectl).stream()
            .map(one -> one.trace().map(TraceRef::traceId).orElse(""))
            .toList();
    assertThat(traces).hasSize(1);
    assertThat(told.message()).endsWith("trace " + traces.getFirst());
    if (cluster.plane().minor() < 33) {
      // 1.30 begins a trace of its own, whoever asks.
      assertThat(traces.getFirst()).matches("[0-9a-f]{32}");
    } else {
      assertThat(traces).containsExactly(TRACE);
    }
  }
}
