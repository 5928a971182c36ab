package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart's pods may do, and how replicas come, go and are found. */
class ChartPodsTest {
  private static final Set<String> VOLUMES =
      Set.of("configMap", "secret", "emptyDir", "persistentVolumeClaim");

  static List<Path> valueSets() throws IOException {
    return Chart.valueSets();
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void everyPodIsRestrictedAndMore(Path values) {
    List<JsonNode> pods = Chart.with(values).pods();
    assertThat(pods).hasSizeGreaterThanOrEqualTo(2);
    for (JsonNode pod : pods) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      Stream.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
          .forEach(shared -> assertThat(pod.path(shared).asBoolean()).as(shared).isFalse());
      Chart.each(pod.path("volumes"))
          .forEach(volume ->
              assertThat(volume.properties().stream().map(field -> field.getKey()))
                  .filteredOn(field -> !field.equals("name"))
                  .allMatch(VOLUMES::contains));
      assertThat(Chart.each(pod.path("containers"))).hasSize(1).allSatisfy(this::isHardened);
    }
  }

  private void isHardened(JsonNode container) {
    JsonNode security = container.path("securityContext");
    assertThat(security.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
    assertThat(security.path("privileged").asText()).isEqualTo("false");
    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(Chart.texts(security.at("/capabilities/drop"))).containsExactly("ALL");
    assertThat(security.at("/capabilities/add").isMissingNode()).isTrue();
    assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
    assertThat(container.path("command").isMissingNode()).as("the image's own entrypoint").isTrue();
    assertThat(Chart.each(container.path("volumeMounts")))
        .filteredOn(mount -> !mount.path("readOnly").asBoolean())
        .extracting(mount -> mount.path("name").asText())
        .isSubsetOf("tmp", "audit");
  }

  @Test
  void onlyWhatHasWorkWithTheApiServerHasAToken() {
    Chart chart = Chart.rendered();
    assertThat(chart.all("ServiceAccount"))
        .hasSize(2)
        .allMatch(account -> !account.path("automountServiceAccountToken").asBoolean(true));
    assertThat(
            chart.pods().stream()
                .filter(pod -> pod.path("automountServiceAccountToken").asBoolean())
                .map(pod -> pod.path("serviceAccountName").asText()))
        .containsExactlyInAnyOrder(
            Chart.NAME, Chart.NAME + "-hooks", Chart.NAME + "-hooks", Chart.NAME + "-hooks");
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void selectorsFindTheReplicasAndNothingElse(Path values) {
    Chart chart = Chart.with(values);
    JsonNode selector = chart.workload().at("/spec/selector/matchLabels");
    JsonNode labels = chart.workload().at("/spec/template/metadata/labels");
    assertThat(selector.properties()).isNotEmpty().allSatisfy(isIn(labels));
    assertThat(selector.path("app.kubernetes.io/component").asText()).isEqualTo("webhook");
    assertThat(selector.has("app.kubernetes.io/version"))
        .as("a selector never changes, a version does")
        .isFalse();
    assertThat(chart.all("Service"))
        .hasSize(2)
        .allSatisfy(service -> assertThat(service.at("/spec/selector")).isEqualTo(selector));
    chart
        .all("PodDisruptionBudget")
        .forEach(budget -> assertThat(budget.at("/spec/selector/matchLabels")).isEqualTo(selector));
    chart
        .all("ServiceMonitor")
        .forEach(monitor ->
            assertThat(monitor.at("/spec/selector/matchLabels").properties())
                .allSatisfy(
                    isIn(
                        chart
                            .one("Service", Chart.name(chart.workload()) + "-admin")
                            .at("/metadata/labels"))));
    Stream.concat(chart.all("Pod"), chart.all("Job"))
        .forEach(other ->
            assertThat(other.at("/metadata/labels/app.kubernetes.io~1component").asText())
                .isNotEqualTo("webhook"));
  }

  private static java.util.function.Consumer<java.util.Map.Entry<String, JsonNode>> isIn(
      JsonNode labels) {
    return label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue());
  }

  @Test
  void threeReplicasSpreadAndNoneIsTakenAwayBeforeItsSuccessorIsReady() {
    JsonNode spec = Chart.rendered().workload().path("spec");
    assertThat(spec.path("replicas").isInt()).isTrue();
    assertThat(spec.path("replicas").asInt()).isEqualTo(3);
    assertThat(spec.at("/strategy/rollingUpdate/maxUnavailable").asText()).isEqualTo("0");
    assertThat(Chart.each(spec.at("/template/spec/topologySpreadConstraints")))
        .extracting(constraint -> constraint.path("topologyKey").asText())
        .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    assertThat(spec.at("/template/spec/priorityClassName").asText())
        .isEqualTo("system-cluster-critical");
    assertThat(spec.at("/template/spec/terminationGracePeriodSeconds").asInt())
        .as("a replica ends within 45 s: docs/operating.md")
        .isGreaterThanOrEqualTo(45);
  }

  @Test
  void aReplicaThatIsNotReadyDoesNotHoldUpADrain() {
    JsonNode budget = Chart.rendered().one("PodDisruptionBudget", Chart.NAME).path("spec");
    assertThat(budget.path("maxUnavailable").asInt()).isEqualTo(1);
    assertThat(budget.path("unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
  }

  @Test
  void withAutoscalingTheChartNamesNoNumber() {
    Chart chart = Chart.with("autoscaling.enabled", true);
    assertThat(chart.workload().at("/spec/replicas").isMissingNode()).isTrue();
    assertThat(
            chart
                .one("HorizontalPodAutoscaler", Chart.NAME)
                .at("/spec/scaleTargetRef/kind")
                .asText())
        .isEqualTo("Deployment");
  }

  @Test
  void withPersistenceEachReplicaHasAVolumeForTheLog() {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/persistence-values.yaml"));
    JsonNode workload = chart.workload();
    assertThat(workload.path("kind").asText()).isEqualTo("StatefulSet");
    assertThat(workload.at("/spec/volumeClaimTemplates/0/metadata/name").asText())
        .isEqualTo("audit");
    assertThat(chart.configuration().at("/data/assayer.yaml").asText())
        .contains("directory: /var/lib/assayer/audit");
    assertThat(Chart.each(workload.at("/spec/template/spec/containers/0/volumeMounts")))
        .anyMatch(mount -> mount.path("mountPath").asText().equals("/var/lib/assayer/audit"));
  }

  @Test
  void anImageByDigestKeepsItsTagForPeopleToRead() {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/persistence-values.yaml"));
    assertThat(chart.pods())
        .allMatch(pod ->
            pod.at("/containers/0/image")
                .asText()
                .equals("registry.example.com/assayer:0.1.0@sha256:" + "1".repeat(64)));
  }

  @Test
  void theProbesAskTheAdminListenerAndLivenessIsTheProcessAlone() {
    JsonNode container = Chart.rendered().workload().at("/spec/template/spec/containers/0");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/started");
    assertThat(Chart.each(container.path("ports")))
        .extracting(port -> port.path("containerPort").asInt())
        .containsExactly(8443, 9090);
  }

  @Test
  void theEnvironmentIsWhatCommandsRead() {
    assertThat(
            Chart.each(Chart.rendered().workload().at("/spec/template/spec/containers/0/env"))
                .map(entry -> entry.path("name").asText()))
        .containsExactlyInAnyOrder(
            "ASSAYER_CONFIG",
            "ASSAYER_CONFIG_SHA256",
            "ASSAYER_RELEASE",
            "ASSAYER_POD_NAME",
            "ASSAYER_POD_NAMESPACE",
            "ASSAYER_POD_UID",
            "ASSAYER_NODE_NAME",
            "ASSAYER_SERVICE_ACCOUNT",
            "ASSAYER_CA_FILE");
    assertThat(Chart.rendered().variable("ASSAYER_RELEASE")).isEqualTo(Chart.NAME);
  }
}
