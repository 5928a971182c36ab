package dev.assayer.e2e;

import static dev.assayer.e2e.NodeRig.SOON;
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
  /** Its own namespace, made before there was a webhook. */
  private static final String SHOP = "shop";

  private static final Path OPERATOR = Path.of("src/test/resources/prometheus-operator");
  private static final String MONITORED =
      """
      metrics:
        serviceMonitor: {enabled: true}
        prometheusRule: {enabled: true}
        dashboards: {enabled: true}
      """;
  private static final String IMAGE = "jsonpath={.spec.template.spec.containers[0].image}";
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final NodeRig rig = NodeRig.shared();
  private final Admin admin = rig.admin();
  private final Upstream upstream = rig.upstream();
  private final PushedImage first = upstream.push("1", "first");
  private final PushedImage second = upstream.push("2", "second");
  private final String image = upstream.repository() + ":1";
  private final String unsigned = upstream.repository() + ":none";

  @BeforeAll
  void install() {
    upstream.push("none", "nobody has signed it");
    upstream.sign("1", first);
    admin.kubectl("create", "namespace", SHOP);
    admin.apply(deployment("old", 0, unsigned));
    admin.kubectl("create", "-f", OPERATOR.toString());
    String notary = upstream.values(rig.cluster().hostAddress());
    admin.cluster("install", rig.settings(MONITORED + notary, "4m"));
  }

  /** After a failed installation too. */
  @AfterAll
  void remove() {
    admin.cluster("annihilate", Map.of());
    admin.kubectl("delete", "namespace", SHOP);
  }

  @Test
  @Order(1)
  void aSignedImageRunsByTheDigestThatWasSigned() {
    admin.apply(deployment("web", 1, image));

    assertThat(awaitRunning("web", 1)).containsExactly(ran(image, first));
    assertThat(shop("get", "deployment", "web", "-o", IMAGE)).isEqualTo(pinned(image, first));
    assertThat(upstream.registry().requests())
        .as("what the node pulled: by digest, never by the tag")
        .anyMatch(line -> line.endsWith("/manifests/" + first.digest()))
        .noneMatch(line -> line.endsWith("/manifests/1"));
  }

  @Test
  @Order(2)
  void anUnsignedOneIsDeniedAndNoPodOfItEverAppears() {
    upstream.registry().clearRequests();

    Result run = admin.tryKubectl(run("evil", unsigned));
    shop("scale", "deployment", "old", "--replicas=1");
    String event =
        Waiting.until(
            SOON,
            "an Event for the ReplicaSet",
            () ->
                shop(
                    "get",
                    "events",
                    "--field-selector=involvedObject.kind=ReplicaSet,type=Warning",
                    "-o",
                    "jsonpath={range .items[*]}{.involvedObject.name} {.source.component}"
                        + " {.reason} {.message}{\"\\n\"}{end}"),
            text -> text.contains("assayer "));

    assertThat(run.fine()).isFalse();
    assertThat(run.text()).contains("mutate.assayer.dev", "tag_not_signed", unsigned);
    assertThat(event).contains("old-", "tag_not_signed", unsigned);
    assertThat(shop("get", "pods", "-o", "name").lines())
        .isNotEmpty()
        .allMatch(pod -> pod.startsWith("pod/web-"));
    assertThat(upstream.registry().requests()).as("nothing was pulled").isEmpty();
  }

  @Test
  @Order(3)
  void aTagSignedAnewIsForNewWorkloadsAndWhatIsThereKeepsItsDigest() {
    shop("scale", "deployment", "web", "--replicas=2");
    awaitRunning("web", 2);
    upstream.sign("1", second);

    List<String> before = pods("web");
    shop("delete", "pod", "-l", "app=web");
    admin.kubectl(run("new", image));

    assertThat(awaitRunning("web", 2))
        .as("pods of the old ReplicaSet")
        .containsOnly(ran(image, first));
    assertThat(pods("web")).doesNotContainAnyElementsOf(before);
    assertThat(awaitRunning("new", 1)).containsExactly(ran(image, second));
  }

  @Test
  @Order(4)
  void withoutItsNotaryNothingNewStartsAndPodsOfVerifiedOwnersDo() {
    upstream.notary().stop();
    try {
      Result run = admin.tryKubectl(run("late", image));
      shop("scale", "deployment", "web", "--replicas=3");

      assertThat(run.fine()).isFalse();
      assertThat(run.text()).contains("upstream_unreachable", "notary.test");
      assertThat(awaitRunning("web", 3)).containsOnly(ran(image, first));
    } finally {
      upstream.notary().start();
    }
    admin.kubectl(run("late", image));
    assertThat(awaitRunning("late", 1)).containsExactly(ran(image, second));
  }

  @Test
  @Order(5)
  void anIndexAndItsManifestAreOneImageToTheNodeWhicheverItReports() {
    PushedImage platform = upstream.push("platform", "third");
    PushedImage index = upstream.pushIndex("index", platform);
    upstream.sign("platform", platform);
    upstream.sign("index", index);
    String repository = upstream.repository();

    admin.kubectl(run("index", repository + ":index"));
    assertThat(awaitRunning("index", 1)).containsExactly(ran(repository + ":index", index));
    admin.kubectl(run("platform", repository + ":platform"));
    assertThat(awaitRunning("platform", 1))
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

  private static String pinned(String image, PushedImage signed) {
    return image + "@" + signed.digest();
  }

  /** A running pod as {@link #awaitRunning} says it. */
  private static String ran(String image, PushedImage signed) {
    String repository = image.substring(0, image.lastIndexOf(':'));
    return pinned(image, signed) + " " + repository + "@" + signed.digest();
  }

  /** Image and imageID of each pod with this label, all ready. */
  private List<String> awaitRunning(String app, int count) {
    String each =
        "jsonpath={range .items[*]}{.status.containerStatuses[0].ready} {.spec.containers[0].image}"
            + " {.status.containerStatuses[0].imageID}{\"\\n\"}{end}";
    return Waiting.until(
            SOON,
            count + " pods of " + app + " are ready, and no other is there",
            () -> shop("get", "pods", "-l", "app=" + app, "-o", each),
            text ->
                text.lines().count() == count && text.lines().allMatch(l -> l.startsWith("true ")))
        .lines()
        .map(line -> line.substring("true ".length()))
        .toList();
  }

  private List<String> pods(String app) {
    return shop("get", "pods", "-l", "app=" + app, "-o", "name").lines().toList();
  }

  private String shop(String... arguments) {
    return rig.kubectlIn(SHOP, arguments);
  }

  private static String[] run(String name, String image) {
    String quick = "{\"spec\": {\"terminationGracePeriodSeconds\": 0}}";
    return new String[] {
      "--namespace",
      SHOP,
      "run",
      name,
      "--image",
      image,
      "--labels=app=" + name,
      "--overrides=" + quick
    };
  }

  private static String deployment(String name, int replicas, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %4$s}
    spec:
      replicas: %2$d
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{name: c, image: "%3$s"}]
    """
        .formatted(name, replicas, image, SHOP);
  }
}
