package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The webhook objects, and the hooks that apply and remove them. */
class ChartWebhooksTest {
  private static final List<String> KEYS = List.of("mutating.yaml", "validating.yaml");

  private static JsonNode entry(JsonNode object, int index) {
    return object.path("webhooks").path(index);
  }

  private static List<String> namespaces(JsonNode entry, String operator) {
    JsonNode expression = entry.at("/namespaceSelector/matchExpressions/0");
    assertThat(expression.path("key").asText()).isEqualTo("kubernetes.io/metadata.name");
    assertThat(expression.path("operator").asText()).isEqualTo(operator);
    assertThat(entry.at("/namespaceSelector/matchExpressions")).hasSize(1);
    return Chart.texts(expression.path("values"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutating.yaml", "validating.yaml"})
  void allNamespacesAreClosedButTheOwnOneWhichIsInNeitherEntry(String key) {
    JsonNode object = Chart.rendered().webhooks(key);
    assertThat(object.path("webhooks")).hasSize(2);
    assertThat(Chart.name(object)).isEqualTo(Chart.NAME);
    assertThat(entry(object, 0).path("failurePolicy").asText()).isEqualTo("Fail");
    assertThat(namespaces(entry(object, 0), "NotIn"))
        .containsExactlyInAnyOrder(Chart.NAMESPACE, "kube-system");
    assertThat(entry(object, 1).path("failurePolicy").asText()).isEqualTo("Ignore");
    assertThat(namespaces(entry(object, 1), "In")).containsExactly("kube-system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutating.yaml", "validating.yaml"})
  void namespacesOfTheNetworkMoveFromOneEntryToTheOther(String key) {
    JsonNode object = Chart.with(Chart.HOME.resolve("ci/persistence-values.yaml")).webhooks(key);
    assertThat(namespaces(entry(object, 0), "NotIn"))
        .containsExactlyInAnyOrder(
            Chart.NAMESPACE, "kube-system", "calico-system", "longhorn-system");
    assertThat(namespaces(entry(object, 1), "In"))
        .containsExactlyInAnyOrder("kube-system", "calico-system", "longhorn-system");
  }

  @Test
  void theOwnNamespaceIsNotOpenedByNamingItAmongTheIgnored() {
    JsonNode object =
        Chart.with("webhook.ignoreNamespaces[0]", Chart.NAMESPACE).webhooks("mutating.yaml");
    assertThat(namespaces(entry(object, 1), "In")).containsExactly("kube-system");
  }

  @Test
  void everyEntryIsAsTheApiServerShouldCallUs() {
    Chart chart = Chart.rendered();
    for (String key : KEYS) {
      boolean mutating = key.startsWith("mutating");
      Chart.each(chart.webhooks(key).path("webhooks"))
          .forEach(entry -> {
            assertThat(entry.path("timeoutSeconds").asInt()).isEqualTo(10);
            assertThat(entry.path("sideEffects").asText()).isEqualTo("NoneOnDryRun");
            assertThat(entry.path("matchPolicy").asText()).isEqualTo("Equivalent");
            assertThat(Chart.texts(entry.path("admissionReviewVersions"))).containsExactly("v1");
            assertThat(entry.at("/clientConfig/service/path").asText())
                .isEqualTo(mutating ? "/mutate" : "/validate");
            assertThat(entry.at("/clientConfig/service/namespace").asText())
                .isEqualTo(Chart.NAMESPACE);
            assertThat(entry.at("/clientConfig/service/name").asText()).isEqualTo(Chart.NAME);
            assertThat(entry.at("/clientConfig/caBundle").isMissingNode())
                .as("put in by webhook apply")
                .isTrue();
            assertThat(entry.path("objectSelector"))
                .as("a label on a pod takes nothing out")
                .isEmpty();
            assertThat(entry.has("matchConditions")).isFalse();
            assertThat(entry.path("reinvocationPolicy").asText())
                .isEqualTo(mutating ? "IfNeeded" : "");
          });
    }
  }

  @Test
  void theRulesHaveEveryKindThatAssayerKnows() {
    Chart chart = Chart.rendered();
    for (String key : KEYS) {
      for (JsonNode entry : chart.webhooks(key).path("webhooks")) {
        List<String> resources =
            Chart.each(entry.path("rules"))
                .flatMap(rule -> Chart.texts(rule.path("resources")).stream())
                .toList();
        assertThat(resources)
            .as("every kind that Assayer takes images from")
            .containsExactlyInAnyOrder(
                "pods",
                "pods/ephemeralcontainers",
                "replicationcontrollers",
                "deployments",
                "replicasets",
                "statefulsets",
                "daemonsets",
                "jobs",
                "cronjobs");
        assertThat(entry.path("rules"))
            .allSatisfy(rule ->
                assertThat(Chart.texts(rule.path("operations")))
                    .containsExactly("CREATE", "UPDATE"));
      }
    }
  }

  @Test
  void kindsOfOthersCanBeAdded() {
    JsonNode object =
        Chart.with(Chart.HOME.resolve("ci/persistence-values.yaml")).webhooks("validating.yaml");
    assertThat(Chart.each(entry(object, 0).path("rules")))
        .anyMatch(rule -> Chart.texts(rule.path("resources")).contains("rollouts"));
  }

  @Test
  void certManagerFillsTheBundleWhereItMakesTheCertificate() {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/own-ca-values.yaml"));
    for (String key : KEYS) {
      assertThat(
              chart
                  .webhooks(key)
                  .at("/metadata/annotations/cert-manager.io~1inject-ca-from")
                  .asText())
          .isEqualTo(Chart.NAMESPACE + "/" + Chart.NAME);
    }
    assertThat(chart.has("Certificate", Chart.NAME)).isTrue();
    assertThat(chart.has("Secret", Chart.NAME + "-tls")).isFalse();
  }

  @Test
  void theObjectsBeginWhenReplicasAreReadyAndGoFirst() {
    Chart chart = Chart.rendered();
    assertThat(chart.all("MutatingWebhookConfiguration")).isEmpty();
    assertThat(chart.all("ValidatingWebhookConfiguration")).isEmpty();
    hook(chart, "webhook-apply", "post-install,post-upgrade,post-rollback", "webhook", "apply");
    hook(chart, "webhook-remove", "pre-delete", "webhook", "remove");
  }

  private static void hook(Chart chart, String name, String events, String... args) {
    JsonNode job = chart.one("Job", Chart.NAME + "-" + name);
    JsonNode annotations = job.at("/metadata/annotations");
    assertThat(annotations.path(Chart.HOOK).asText()).isEqualTo(events);
    assertThat(annotations.path(Chart.HOOK + "-delete-policy").asText())
        .isEqualTo("before-hook-creation,hook-succeeded");
    JsonNode pod = job.at("/spec/template/spec");
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo(Chart.NAME + "-hooks");
    assertThat(Chart.texts(pod.at("/containers/0/args"))).startsWith(args).contains("--timeout");
  }

  @Test
  void theSentinelIsPartOfTheInstallationAndEndsByItself() {
    JsonNode sentinel = Chart.rendered().one("Pod", "assayer-bootstrap-sentinel");
    assertThat(sentinel.at("/metadata/annotations/" + Chart.HOOK).isMissingNode()).isTrue();
    assertThat(sentinel.at("/metadata/labels/assayer.dev~1release").asText()).isEqualTo(Chart.NAME);
    assertThat(sentinel.at("/spec/serviceAccountName").asText()).isEqualTo(Chart.NAME + "-hooks");
    assertThat(sentinel.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(Chart.texts(sentinel.at("/spec/containers/0/args")))
        .containsExactly("sentinel", "--lifetime", "5m");
    assertThat(sentinel.at("/spec/activeDeadlineSeconds").asInt()).isBetween(300, 360);
  }

  @Test
  void theCertificateIsForTheServiceAndItsKeyIsNotTheAuthoritys() throws IOException {
    Chart chart = Chart.rendered();
    JsonNode pair = chart.one("Secret", Chart.NAME + "-tls");
    assertThat(pair.path("type").asText()).isEqualTo("kubernetes.io/tls");
    assertThat(pair.path("data").properties())
        .extracting(entry -> entry.getKey())
        .containsExactlyInAnyOrder("tls.crt", "tls.key", "ca.crt");
    assertThat(pair.at("/metadata/annotations/assayer.dev~1dns-names").asText())
        .startsWith(Chart.NAME + "." + Chart.NAMESPACE + ".svc,");
    assertThat(chart.pods().toString())
        .as("the authority's key is mounted nowhere")
        .doesNotContain(Chart.NAME + "-ca");
    Path own = Chart.HOME.resolve("ci/secret-values.yaml");
    assertThat(Chart.with(own).has("Secret", Chart.NAME + "-tls")).isFalse();
    assertThat(Chart.with(own).pods().toString()).contains("webhook-certificate");
  }
}
