package dev.assayer.e2e;

import static dev.assayer.e2e.NodeRig.SOON;
import static dev.assayer.e2e.Shop.pinned;
import static dev.assayer.e2e.Shop.ran;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.assayer.e2e.Admin.Result;
import dev.assayer.samples.PushedImage;
import dev.assayer.testing.NeedsPromtool;
import dev.assayer.testing.Promtool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * An installation by Helm that asks a Notary and is watched by a Prometheus, while pods are pulled
 * from a registry and run: each test goes on where the one before ended.
 */
@NeedsNode
@NeedsPromtool
@EnabledIfSystemProperty(
    named = "os.arch",
    matches = "amd64|x86_64",
    disabledReason = "the program of the signed image is for amd64")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterPodsTest {
  private static final Path OPERATOR = Path.of("src/test/resources/prometheus-operator");
  private static final String MONITORED =
      """
      metrics:
        serviceMonitor: {enabled: true}
        prometheusRule: {enabled: true}
        dashboards: {enabled: true}
      """;
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final NodeRig rig = NodeRig.shared();
  private final Admin admin = rig.admin();
  private final Upstream upstream = rig.upstream();
  private final Shop shop = new Shop(rig);
  private final PushedImage first = upstream.push("1", "first");
  private final PushedImage second = upstream.push("2", "second");
  private final String image = upstream.repository() + ":1";
  private final String unsigned = upstream.repository() + ":none";

  @BeforeAll
  void install() {
    upstream.push("none", "nobody has signed it");
    upstream.sign("1", first);
    shop.open();
    shop.deploy("old", 0, unsigned);
    admin.kubectl("create", "-f", OPERATOR.toString());
    String notary = upstream.values(rig.cluster().hostAddress());
    admin.cluster("install", rig.settings(MONITORED + notary, NodeRig.HELM));
  }

  /** After a failed installation too. */
  @AfterAll
  void remove() {
    admin.cluster("annihilate", Map.of("TIMEOUT", NodeRig.HELM));
    shop.close();
  }

  @Test
  @Order(1)
  void aSignedImageRunsByTheDigestThatWasSigned() {
    shop.deploy("web", 1, image);

    assertThat(shop.awaitRunning("web", 1)).containsExactly(ran(image, first));
    assertThat(shop.image("web")).isEqualTo(pinned(image, first));
    assertThat(upstream.registry().requests())
        .as("what the node pulled: by digest, never by the tag")
        .anyMatch(line -> line.endsWith("/manifests/" + first.digest()))
        .noneMatch(line -> line.endsWith("/manifests/1"));
  }

  @Test
  @Order(2)
  void anUnsignedOneIsDeniedAndNoPodOfItEverAppears() {
    upstream.registry().clearRequests();

    Result run = admin.tryKubectl(Shop.run("evil", unsigned));
    shop.kubectl("scale", "deployment", "old", "--replicas=1");
    String event = shop.awaitWarning("assayer ");

    assertThat(run.fine()).isFalse();
    assertThat(run.text()).contains("mutate.assayer.dev", "tag_not_signed", unsigned);
    assertThat(event).contains("old-", "tag_not_signed", unsigned);
    assertThat(shop.kubectl("get", "pods", "-o", "name").lines())
        .isNotEmpty()
        .allMatch(pod -> pod.startsWith("pod/web-"));
    assertThat(upstream.registry().requests()).as("nothing was pulled").isEmpty();
  }

  @Test
  @Order(3)
  void aTagSignedAnewIsForNewWorkloadsAndWhatIsThereKeepsItsDigest() {
    shop.kubectl("scale", "deployment", "web", "--replicas=2");
    shop.awaitRunning("web", 2);
    upstream.sign("1", second);

    List<String> before = shop.pods("web");
    shop.kubectl("delete", "pod", "-l", "app=web");
    admin.kubectl(Shop.run("new", image));

    assertThat(shop.awaitRunning("web", 2))
        .as("pods of the old ReplicaSet")
        .containsOnly(ran(image, first));
    assertThat(shop.pods("web")).doesNotContainAnyElementsOf(before);
    assertThat(shop.awaitRunning("new", 1)).containsExactly(ran(image, second));
  }

  @Test
  @Order(4)
  void withoutItsNotaryNothingNewStartsAndPodsOfVerifiedOwnersDo() {
    upstream.notary().stop();
    try {
      Result run = admin.tryKubectl(Shop.run("late", image));
      shop.kubectl("scale", "deployment", "web", "--replicas=3");

      assertThat(run.fine()).isFalse();
      assertThat(run.text()).contains("upstream_unreachable", "notary.test");
      assertThat(shop.awaitRunning("web", 3)).containsOnly(ran(image, first));
    } finally {
      upstream.notary().start();
    }
    admin.kubectl(Shop.run("late", image));
    assertThat(shop.awaitRunning("late", 1)).containsExactly(ran(image, second));
  }

  @Test
  @Order(5)
  void anIndexAndItsManifestAreOneImageToTheNodeWhicheverItReports() {
    PushedImage platform = upstream.push("platform", "third");
    PushedImage index = upstream.pushIndex("index", platform);
    upstream.sign("platform", platform);
    upstream.sign("index", index);
    String repository = upstream.repository();

    admin.kubectl(Shop.run("index", repository + ":index"));
    assertThat(shop.awaitRunning("index", 1)).containsExactly(ran(repository + ":index", index));
    admin.kubectl(Shop.run("platform", repository + ":platform"));
    assertThat(shop.awaitRunning("platform", 1))
        .singleElement()
        .asString()
        .startsWith(pinned(repository + ":platform", platform) + " ")
        .containsAnyOf("@" + index.digest(), "@" + platform.digest());
    Waiting.until(
        SOON,
        "the node tells both digests of the image",
        () ->
            admin.kubectl(
                "get",
                "nodes",
                "-o",
                "jsonpath={range .items[*].status.images[*]}{.names}{\"\\n\"}{end}"),
        text ->
            text.lines()
                .anyMatch(
                    names -> names.contains(index.digest()) && names.contains(platform.digest())));
  }

  @Test
  @Order(6)
  void theObjectsForPrometheusAndGrafanaAreTheSourcesThemselves() throws IOException {
    JsonNode installed = YAML.readTree(rig.kubectl("get", "prometheusrule/assayer", "-o", "json"));
    String shipped = Files.readString(Path.of("alerts/assayer.rules.yaml"));
    Path rules = rig.file("rules.yaml", YAML.writeValueAsString(installed.path("spec")));

    assertThat(installed.path("spec"))
        .isEqualTo(YAML.readTree(shipped.replace("job=~\"assayer\"", "job=~\"assayer-admin\"")));
    assertThat(Promtool.run("check", "rules", rules.toString())).contains("SUCCESS");
    try (Stream<Path> files = Files.list(Path.of("dashboards"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        String name = file.getFileName().toString();
        String map = "configmap/" + name.replace(".json", "-dashboard");
        assertThat(rig.field(map, ".data." + name.replace(".", "\\.")).strip())
            .as(map)
            .isEqualTo(Files.readString(file).strip());
        assertThat(rig.field(map, ".metadata.labels.grafana_dashboard")).isEqualTo("1");
      }
    }
  }

  @Test
  @Order(7)
  void aPrometheusThatReadsTheServiceMonitorScrapesEveryReplicaAndItsRulesRun() throws IOException {
    JsonNode monitor = YAML.readTree(rig.kubectl("get", "servicemonitor/assayer", "-o", "json"));

    try (NodePrometheus prometheus =
        NodePrometheus.start(rig, monitor.path("spec"), rig.directory().resolve("rules.yaml"))) {
      for (String replica : rig.replicas()) {
        prometheus.await(
            "up{job=\"assayer-admin\",pod=\"%s\"} == 1".formatted(replica.substring(4)));
      }
      prometheus.await("sum(assayer_ready{job=\"assayer-admin\"}) == 2");
      prometheus.await("sum(assayer_admission_reasons_total{reason=\"tag_not_signed\"}) >= 2");
      prometheus.awaitRules();
    }
  }
}
