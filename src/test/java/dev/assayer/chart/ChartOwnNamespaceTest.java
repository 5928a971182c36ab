package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The webhook objects of the chart on a real API server while no replica runs. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ChartOwnNamespaceTest {

  @Test
  @DisplayName("ADM-12: no entry of the webhook matches the own namespace")
  void noEntryMatchesTheOwnNamespace() {
    for (String key : List.of("mutating.yaml", "validating.yaml")) {
      for (JsonNode entry : Chart.rendered().webhooks(key).path("webhooks")) {
        JsonNode names = entry.at("/namespaceSelector/matchExpressions/0");
        boolean in = names.path("operator").asText().equals("In");
        assertThat(Chart.texts(names.path("values")).contains(Chart.NAMESPACE))
            .as("%s %s", key, entry.path("name").asText())
            .isEqualTo(!in);
      }
    }
  }

  @Test
  @NeedsControlPlane
  @DisplayName("ADM-12: while all replicas are down the own pods can start, and no others")
  void theOwnPodsStartWhileAllReplicasAreDown(@TempDir Path directory) {
    try (ControlPlane plane = ControlPlane.start(directory)) {
      plane.kubectl("", "create", "namespace", Chart.NAMESPACE);
      plane.kubectl("", "create", "namespace", "shop");
      assertThat(started(plane, "shop", "before")).isEmpty();
      for (String key : List.of("mutating.yaml", "validating.yaml")) {
        plane.apply(Chart.rendered().webhooks(key).toString());
      }
      Await.until("the webhook is called", () -> !started(plane, "shop", "during").isEmpty());
      assertThat(started(plane, "shop", "denied"))
          .contains("failed calling webhook")
          .contains("assayer.dev");
      assertThat(started(plane, Chart.NAMESPACE, "replica")).isEmpty();
      assertThat(started(plane, "kube-system", "network")).isEmpty();
      plane.kubectl(
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: replicas, namespace: %s}
          spec:
            selector: {matchLabels: {a: b}}
            template:
              metadata: {labels: {a: b}}
              spec: {containers: [{name: c, image: "example.com/assayer@sha256:%s"}]}
          """
              .formatted(Chart.NAMESPACE, "1a".repeat(32)),
          "create",
          "-f",
          "-");
    }
  }

  /** What kubectl says against a new pod; empty if it is made. */
  private static String started(ControlPlane plane, String namespace, String name) {
    try {
      plane.kubectl(
          "",
          "run",
          name,
          "--namespace=" + namespace,
          "--dry-run=server",
          "--image=example.com/app@sha256:" + "1a".repeat(32));
      return "";
    } catch (IllegalStateException denied) {
      return String.valueOf(denied.getMessage());
    }
  }
}
