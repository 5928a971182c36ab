package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.EXEMPT;
import static dev.assayer.e2e.ScenarioCluster.PINNED;
import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Kubectl.Said;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user applies: every kind, and every place in it that names an image. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterKindsTest {
  private static final String LABELS = "metadata: {labels: {app: NAME}}\n";

  /** The specification of each kind around that of a pod. */
  private static final Map<String, String> KINDS = kinds();

  private final ScenarioCluster cluster = ScenarioCluster.shared();
  private final Kubectl kubectl = cluster.namespace("kinds");

  private static Map<String, String> kinds() {
    String selected = "replicas: 0\nselector: {matchLabels: {app: NAME}}\n";
    String template = "template:\n" + (LABELS + "spec: POD").indent(2);
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("Pod v1", "POD");
    kinds.put("ReplicationController v1", "replicas: 0\n" + template);
    kinds.put("Deployment apps/v1", selected + template);
    kinds.put("ReplicaSet apps/v1", selected + template);
    kinds.put("StatefulSet apps/v1", selected + template);
    kinds.put("DaemonSet apps/v1", "selector: {matchLabels: {app: NAME}}\n" + template);
    kinds.put("Job batch/v1", "suspend: true\n" + template);
    kinds.put(
        "CronJob batch/v1",
        "suspend: true\nschedule: \"0 0 1 1 *\"\njobTemplate:\n  spec:\n" + template.indent(4));
    return kinds;
  }

  private static String object(String kindAndVersion, String name, String... images) {
    String[] kind = kindAndVersion.split(" ", -1);
    String containers =
        IntStream.range(0, images.length)
            .mapToObj(i -> "{name: c" + i + ", image: \"" + images[i] + "\"}")
            .collect(Collectors.joining(", ", "[", "]"));
    boolean ends = kindAndVersion.contains("Job");
    String pod = "{" + (ends ? "restartPolicy: Never, " : "") + "containers: " + containers + "}";
    return """
    apiVersion: %s
    kind: %s
    metadata: {name: %s}
    spec:%s
    """
        .formatted(
            kind[1],
            kind[0],
            name,
            kindAndVersion.startsWith("Pod ")
                ? " " + pod
                : "\n"
                    + KINDS
                        .get(kindAndVersion)
                        .replace("POD", pod)
                        .replace("NAME", name)
                        .indent(2)
                        .stripTrailing());
  }

  @Test
  void everyKindIsPinnedWhenSignedAndDeniedWhenOneOfItsImagesIsNot() {
    List<String> objects = new ArrayList<>();
    for (String kind : KINDS.keySet()) {
      objects.add(object(kind, "signed", SIGNED, EXEMPT));
      objects.add(object(kind, "unsigned", UNSIGNED));
      objects.add(object(kind, "mixed", SIGNED, UNSIGNED));
    }

    Said said = kubectl.feed(String.join("---\n", objects), "apply", "-f", "-");

    assertThat(said.fine()).isFalse();
    for (String kind : KINDS.keySet()) {
      String type = kind.split(" ", -1)[0].toLowerCase(Locale.ROOT);
      assertThat(said.text().lines())
          .as(said.text())
          .filteredOn(line -> line.matches(type + "[.a-z]*/(signed|unsigned|mixed) .*"))
          .singleElement()
          .asString()
          .endsWith("/signed created");
      assertThat(kubectl.image(type + "/signed")).as(kind).isEqualTo(PINNED + " " + EXEMPT);
    }
    assertThat(said.text().lines())
        .filteredOn(line -> line.contains("admission webhook"))
        .hasSize(2 * KINDS.size())
        .allSatisfy(line ->
            assertThat(line)
                .contains("mutate.assayer.dev", "assayer: denied " + UNSIGNED, "tag_not_signed")
                .doesNotContain("denied " + SIGNED));
  }

  @Test
  void anImageMountedAsAVolumeIsPinnedOrDeniedLikeAnyOther() {
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          containers:
            - {name: c, image: "%s", volumeMounts: [{name: data, mountPath: /data}]}
          volumes: [{name: data, image: {reference: "%s"}}]
        """;

    Said said =
        kubectl.feed(
            pod.formatted("good", EXEMPT, SIGNED)
                + "---\n"
                + pod.formatted("bad", SIGNED, UNSIGNED),
            "apply",
            "-f",
            "-");

    if (cluster.plane().minor() < 31) {
      assertThat(said.text()).doesNotContain("created").contains("unknown field");
      return;
    }
    assertThat(said.text()).startsWith("pod/good created").contains("denied " + UNSIGNED);
    String stored = kubectl.field("pod/good", ".spec.volumes[*].image.reference");
    if (cluster.plane().minor() < 35) {
      // Behind a gate that is off: asked about, but not stored.
      assertThat(stored).isIn("", PINNED);
    } else {
      assertThat(stored).isEqualTo(PINNED);
    }
    assertThat(kubectl.say("get", "pod", "bad").fine()).isFalse();
  }

  @Test
  void aPodTemplateInAKindOfOthersIsDeniedUntilItsImagesAreKnown() {
    cluster
        .plane()
        .apply(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: machines.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {kind: Machine, plural: machines, singular: machine}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """);
    cluster.plane().kubectl("", "wait", "--for=condition=Established", "crd/machines.example.com");
    String machine =
        """
        apiVersion: example.com/v1
        kind: Machine
        metadata: {name: %s}
        spec: %s
        """;

    Said said =
        kubectl.feed(
            machine.formatted("plain", "{size: 1}")
                + "---\n"
                + machine.formatted(
                    "hidden",
                    "{deep: {template: {spec: {containers: [{name: c, image: " + SIGNED + "}]}}}}"),
            "apply",
            "-f",
            "-");

    assertThat(said.text())
        .startsWith("machine.example.com/plain created")
        .contains("[denied_by_policy] kind Machine of example.com/v1 is not known");
    assertThat(kubectl.say("get", "machine", "hidden").fine()).isFalse();
  }

  @Test
  void fiftyIdenticalPodsAtOnceAreAllAdmittedAndPinned() throws Exception {
    ApiClient api = new ApiClient(cluster.plane());
    List<Future<ApiClient.Told>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        String name = "same-" + i;
        asked.add(threads.submit(() -> api.create(kubectl.namespace(), name, SIGNED, Map.of())));
      }
    }
    for (Future<ApiClient.Told> one : asked) {
      assertThat(one.get().created()).as(one.get().message()).isTrue();
    }
    assertThat(
            kubectl
                .ok(
                    "get",
                    "pods",
                    "-o",
                    "jsonpath={range .items[*]}{.metadata.name} "
                        + "{.spec.containers[0].image}{\"\\n\"}{end}")
                .lines())
        .filteredOn(line -> line.startsWith("same-"))
        .hasSize(50)
        .allSatisfy(line -> assertThat(line).endsWith(" " + PINNED));
  }
}
