package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the API server guards without Assayer, the network, and the chart as a chart. */
class ChartGuardTest {

  @Test
  void theChartPassesHelmsOwnChecksStrictly() {
    LintResult lint = new Helm(Chart.HOME).lint().strict().call();
    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @Test
  void chartAndProgramHaveOneVersion() throws IOException {
    JsonNode chart = Chart.yaml(Files.readString(Chart.HOME.resolve("Chart.yaml")));
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + chart.path("appVersion").asText() + "-SNAPSHOT</version>");
  }

  @Test
  void everyPolicyHasItsBindingThatDenies() {
    Chart chart = Chart.rendered();
    List<String> policies =
        chart.all("ValidatingAdmissionPolicy").map(Chart::name).sorted().toList();
    assertThat(policies)
        .containsExactly(
            Chart.NAME + "-break-glass",
            Chart.NAME + "-namespace-labels",
            Chart.NAME + "-own-images");
    for (String policy : policies) {
      assertThat(chart.one("ValidatingAdmissionPolicy", policy).at("/spec/failurePolicy").asText())
          .isEqualTo("Fail");
      JsonNode binding = chart.one("ValidatingAdmissionPolicyBinding", policy).path("spec");
      assertThat(binding.path("policyName").asText()).isEqualTo(policy);
      assertThat(Chart.texts(binding.path("validationActions"))).containsExactly("Deny");
      assertThat(binding.has("matchResources")).as("nothing narrowed").isFalse();
    }
  }

  private static String images(Chart chart) {
    return chart
        .one("ValidatingAdmissionPolicy", Chart.NAME + "-own-images")
        .at("/spec/validations/0/expression")
        .asText();
  }

  @Test
  void withADigestTheOwnNamespaceTakesImagesByDigestOnly() {
    assertThat(images(Chart.with(Chart.HOME.resolve("ci/persistence-values.yaml"))))
        .isEqualTo("variables.images.all(i, i.matches('@sha256:[0-9a-f]{64}$'))");
    assertThat(images(Chart.rendered()))
        .as("without one, this one tag beside")
        .endsWith("|| i == 'localhost/assayer:0.1.0')");
  }

  @Test
  void theGuardedLabelsAreTheConfiguredOnes() {
    String policy =
        Chart.with(Chart.HOME.resolve("ci/notary-values.yaml"))
            .one("ValidatingAdmissionPolicy", Chart.NAME + "-namespace-labels")
            .toString();
    assertThat(policy).contains("'assayer.dev/ignore'", "'example.com/verify'");
  }

  @Test
  void theGateDoesNotShareANamespaceWithWhatMustStartWithoutIt() {
    assertThatThrownBy(() -> Chart.rendered(command -> command.withNamespace("kube-system")))
        .hasMessageContaining("not kube-system");
  }

  @Test
  void theNetworkIsOpenForWhatIsNeeded() {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/notary-values.yaml"));
    JsonNode policy = chart.one("NetworkPolicy", Chart.NAME).path("spec");
    assertThat(policy.at("/podSelector/matchLabels"))
        .isEqualTo(chart.workload().at("/spec/selector/matchLabels"));
    assertThat(Chart.texts(policy.path("policyTypes"))).containsExactly("Ingress", "Egress");
    assertThat(Chart.each(policy.at("/egress/1/ports")))
        .extracting(port -> port.path("port").asInt())
        .as("the Notary's port too")
        .containsExactly(443, 6443, 4443);
    JsonNode hooks = chart.one("NetworkPolicy", Chart.NAME + "-hooks").path("spec");
    assertThat(hooks.has("ingress")).as("nobody calls a hook").isFalse();
  }

  @Test
  void theWebhooksPortIsForTheApiServersWhereTheyAreKnown() {
    JsonNode ingress =
        Chart.with(Chart.HOME.resolve("ci/secret-values.yaml"))
            .one("NetworkPolicy", Chart.NAME)
            .at("/spec/ingress/0");
    assertThat(Chart.each(ingress.path("from")))
        .extracting(peer -> peer.at("/ipBlock/cidr").asText())
        .containsExactly("10.0.0.0/28", "2001:db8::/64");
    assertThat(Chart.rendered().one("NetworkPolicy", Chart.NAME).at("/spec/ingress/1/from"))
        .as("metrics are for the own namespace unless somebody is named")
        .hasSize(1);
  }

  @Test
  void aNotReadyReplicaIsScrapedButGetsNoReviews() {
    Chart chart = Chart.rendered();
    assertThat(
            chart
                .one("Service", Chart.NAME + "-admin")
                .at("/spec/publishNotReadyAddresses")
                .asBoolean())
        .isTrue();
    assertThat(chart.one("Service", Chart.NAME).at("/spec/publishNotReadyAddresses").asBoolean())
        .isFalse();
  }
}
