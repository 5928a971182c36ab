package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunningPodsTest {
  private final FakeApi fake = new FakeApi();
  private final KubeApi api = KubeApi.open(fake.access(), new Observed());
  private final List<RunningPod> seen = new ArrayList<>();

  @AfterEach
  void close() {
    api.close();
    fake.close();
  }

  private Optional<String> read() {
    return new RunningPods(api).read(seen::add);
  }

  private static String pod(int number, String filling) {
    return """
    {"metadata":{"name":"p%d","namespace":"shop","uid":"u%d","annotations":{"a":"%s"}},
     "spec":{"containers":[{"name":"app","image":"a.example/app:1"}]},
     "status":{"phase":"Running","containerStatuses":[
       {"name":"app","imageID":"a.example/app@sha256:00","containerID":"containerd://1"}]}}
    """
        .formatted(number, number, filling);
  }

  /** A cluster of so many pods, that answers as an API server does. */
  private void cluster(int pods, String filling) {
    fake.answering((_, path) -> {
      int limit = number(path, "limit=");
      int from = path.contains("continue=") ? number(path, "continue=") : 0;
      int end = Math.min(pods, from + limit);
      String items =
          IntStream.range(from, end)
              .mapToObj(i -> pod(i, filling))
              .collect(Collectors.joining(","));
      String next = end < pods ? "\"" + end + "\"" : "\"\"";
      return new FakeApi.Reply(
          200, "{\"metadata\":{\"continue\":" + next + "},\"items\":[" + items + "]}");
    });
  }

  private static int number(String path, String parameter) {
    return Integer.parseInt(path.split(parameter, -1)[1].split("&", -1)[0]);
  }

  @Test
  void manyPodsAreReadInPartsAndEachOnce() {
    cluster(2000, "");
    assertThat(read()).isEmpty();
    assertThat(seen).hasSize(2000).doesNotHaveDuplicates();
    assertThat(fake.requests)
        .hasSize(20)
        .first()
        .asString()
        .isEqualTo("GET /api/v1/pods?limit=100");
  }

  @Test
  void podsOfAnySizeAreReadInSmallerParts() {
    cluster(150, "x".repeat(200_000)); // a hundred of them are 20 MB, more than an answer may have
    assertThat(read()).isEmpty();
    assertThat(seen).hasSize(150).doesNotHaveDuplicates();
  }

  @Test
  void aReadingThatFailsHalfWaySaysSo() {
    fake.answering((_, path) ->
        path.contains("continue")
            ? new FakeApi.Reply(410, "{\"message\":\"the continue parameter is too old\"}")
            : new FakeApi.Reply(
                200, "{\"metadata\":{\"continue\":\"next\"},\"items\":[" + pod(1, "") + "]}"));
    assertThat(read()).hasValueSatisfying(why -> assertThat(why).contains("too old"));
  }

  @Test
  void anApiServerWhoseListNeverEndsIsLeft() {
    fake.answering(200, "{\"metadata\":{\"continue\":\"again\"},\"items\":[]}");
    assertThat(read()).contains("the API server's list of pods has no end");
  }

  @Test
  void thePodIsReadWithItsControllerAndAllThatItRuns() {
    RunningPod pod =
        running(
                """
                {"metadata":{"name":"web-1","namespace":"shop","uid":"u1","ownerReferences":[
                  {"apiVersion":"v1","kind":"Thing","name":"t","uid":"t1"},
                  {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"r1","controller":true}]},
                 "spec":{"initContainers":[{"name":"init","image":"i:1"}],
                  "containers":[{"name":"app","image":"a:1"},{"name":"late","image":"l:1"}],
                  "ephemeralContainers":[{"name":"debug","image":"d:1"}],
                  "volumes":[{"name":"data","image":{"reference":"v:1"}},{"name":"other"}]},
                 "status":{"phase":"Running",
                  "initContainerStatuses":[{"name":"init","imageID":"i@sha256:1","containerID":"cri-o://1"}],
                  "containerStatuses":[{"name":"app","imageID":"a@sha256:2","containerID":"containerd://2"},
                    {"name":"late","imageID":""}],
                  "ephemeralContainerStatuses":[{"name":"debug","imageID":"d@sha256:3"}]}}
                """)
            .orElseThrow();
    assertThat(pod.controller())
        .contains(new RunningPod.Controller("apps/v1", "ReplicaSet", "web", "r1"));
    assertThat(pod.mirror()).isFalse();
    assertThat(pod.images())
        .containsExactly(
            new RunningPod.Image("init", "i:1", "i@sha256:1", "cri-o", false),
            new RunningPod.Image("app", "a:1", "a@sha256:2", "containerd", false),
            new RunningPod.Image("debug", "d:1", "d@sha256:3", "", false),
            new RunningPod.Image("data", "v:1", "", "", false));
  }

  private static final String INDEX = "sha256:" + "1d".repeat(32);
  private static final String PLATFORM = "sha256:" + "2e".repeat(32);
  private static final String SWAPPED = "sha256:" + "3f".repeat(32);

  /** A pod on node n1 that names the index and runs this. */
  private static String onNode(String runs) {
    return """
    {"metadata":{"name":"p","namespace":"shop","uid":"u"},
     "spec":{"nodeName":"n1","containers":[{"name":"app","image":"a.example/app:1@%s"}]},
     "status":{"phase":"Running","containerStatuses":[
       {"name":"app","imageID":"a.example/app@%s","containerID":"containerd://1"}]}}
    """
        .formatted(INDEX, runs);
  }

  private void nodeHas(String... names) {
    String list = String.join("\",\"", names);
    fake.answering(
        200,
        "{\"metadata\":{\"name\":\"n1\"},\"status\":{\"images\":[{\"names\":[\""
            + list
            + "\"]}]}}");
  }

  private boolean asNamed(String runs) {
    return running(onNode(runs)).orElseThrow().images().getFirst().asNamed();
  }

  @Test
  void theManifestOfAPlatformIsTheIndexThatThePodNamesWhereTheNodeSaysSo() {
    nodeHas("a.example/app@" + INDEX, "mirror.example/app@" + PLATFORM, "a.example/app:1");
    assertThat(asNamed(PLATFORM)).isTrue();
    assertThat(fake.requests).containsExactly("GET /api/v1/nodes/n1");
  }

  @Test
  void anImageThatWasSwappedIsNoOtherNameOfTheOneThatThePodNames() {
    nodeHas("a.example/app@" + INDEX, "a.example/app@" + PLATFORM);
    assertThat(asNamed(SWAPPED)).isFalse();
    nodeHas("a.example/app@" + SWAPPED, "a.example/app:1");
    assertThat(asNamed(SWAPPED)).isFalse();
  }

  @Test
  void aNodeIsAskedOnlyWhereDigestsDifferAndOnceHoweverManyPodsItRuns() {
    fake.answering((_, path) ->
        new FakeApi.Reply(
            200,
            path.contains("nodes")
                ? "{}"
                : "{\"metadata\":{},\"items\":["
                    + String.join(",", onNode(INDEX), onNode(PLATFORM), onNode(SWAPPED))
                    + "]}"));
    assertThat(read()).isEmpty();
    assertThat(fake.requests).containsExactly("GET /api/v1/pods?limit=100", "GET /api/v1/nodes/n1");
  }

  @Test
  void withoutTheRightToReadNodesPodsAreReadAllTheSame() {
    fake.answering((_, path) ->
        path.contains("nodes")
            ? new FakeApi.Reply(403, "{\"message\":\"forbidden\"}")
            : new FakeApi.Reply(
                200,
                "{\"metadata\":{},\"items\":["
                    + onNode(PLATFORM)
                    + ","
                    + onNode(PLATFORM).replace("n1", "n2")
                    + "]}"));
    assertThat(read()).isEmpty();
    assertThat(seen).hasSize(2);
    assertThat(seen).noneMatch(pod -> pod.images().getFirst().asNamed());
    assertThat(fake.requests).as("one refusal is enough").hasSize(2);
  }

  @Test
  void aStaticPodIsReadAsOne() {
    RunningPod pod =
        running(
                """
                {"metadata":{"name":"etcd-n1","namespace":"kube-system","uid":"u1",
                  "annotations":{"kubernetes.io/config.mirror":"abc"},
                  "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"n","controller":true}]},
                 "spec":{"containers":[{"name":"etcd","image":"e:1"}]},
                 "status":{"containerStatuses":[{"name":"etcd","imageID":"e@sha256:1"}]}}
                """)
            .orElseThrow();
    assertThat(pod.mirror()).isTrue();
    assertThat(pod.controller()).isEmpty();
  }

  @Test
  void whatHasEndedOrNeverBegunRunsNothing() {
    String shape =
        """
        {"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"a"}]},
         "status":{"phase":"%s","containerStatuses":[{"name":"a","imageID":"%s"}]}}
        """;
    assertThat(running(shape.formatted("Succeeded", "a@sha256:1"))).isEmpty();
    assertThat(running(shape.formatted("Failed", "a@sha256:1"))).isEmpty();
    assertThat(running(shape.formatted("Pending", ""))).isEmpty();
    assertThat(running(shape.formatted("Unknown", "a@sha256:1"))).isPresent();
    assertThat(running("{}")).isEmpty();
  }

  private Optional<RunningPod> running(String pod) {
    try {
      JsonObject object =
          StrictJson.parse(pod.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 20))
              .asObject()
              .orElseThrow();
      return RunningPods.running(object, new NodeImages(api));
    } catch (JsonException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
