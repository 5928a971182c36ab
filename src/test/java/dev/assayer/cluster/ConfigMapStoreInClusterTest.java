package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The store under a replica's own rights, against the real API server. */
@NeedsControlPlane
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConfigMapStoreInClusterTest {
  private static final String MARK = "trust/registry.example/acme/app";
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ClusterRig rig = new ClusterRig();
  private final List<KubeApi> apis = new ArrayList<>();
  private final ConfigMapStore a = replica();
  private final ConfigMapStore b = replica();

  private ConfigMapStore replica() {
    KubeApi api = rig.api(rig.release());
    apis.add(api);
    return new ConfigMapStore(api, rig.replica(), InstantSource.system());
  }

  @AfterEach
  void close() {
    apis.forEach(KubeApi::close);
  }

  private static Change put(ConfigMapStore in, String name, Optional<String> expected, String to) {
    return in.swap(name, expected, to, Instant.MAX, LONG);
  }

  /** Whether it was written; whoever had no answer in time looks what is there, and tries again. */
  private static boolean isFirst(ConfigMapStore in, String name, String text) {
    for (int attempt = 0; attempt < 10; attempt++) {
      switch (put(in, name, Optional.empty(), text)) {
        case Change.Done _ -> {
          return true;
        }
        case Change.Unavailable _ -> {
          if (in.read(name, LONG).equals(new Answer.Found(text))) {
            return true;
          }
        }
        case Change change -> {
          assertThat(change).isEqualTo(new Change.Overtaken());
          // An earlier try of ours may have been the one.
          return attempt > 0 && in.read(name, LONG).equals(new Answer.Found(text));
        }
      }
    }
    throw new AssertionError(name + " could not be written");
  }

  @Test
  void anOldVersionNeverWinsOverANewerOne() {
    assertThat(put(a, MARK, Optional.empty(), "1")).isEqualTo(new Change.Done());
    assertThat(put(b, MARK, Optional.empty(), "1")).isEqualTo(new Change.Overtaken());
    assertThat(put(b, MARK, Optional.of("1"), "2")).isEqualTo(new Change.Done());
    assertThat(put(a, MARK, Optional.of("1"), "1b")).isEqualTo(new Change.Overtaken());
    assertThat(a.read(MARK, LONG)).isEqualTo(new Answer.Found("2"));
    assertThat(rig.observed().calls).contains("patch conflict");
    assertThat(a.remove(MARK, LONG)).isEqualTo(new Change.Done());
    assertThat(b.read(MARK, LONG)).isEqualTo(new Answer.Missing());
  }

  @Test
  void threeHundredRepositoriesSeenFirstByTwoReplicasAtOnceAreAllKept() throws Exception {
    String root = "r".repeat(3000);
    List<String> names = IntStream.range(0, 300).mapToObj(i -> "trust/r.example/" + i).toList();
    List<Future<Boolean>> ofA = new ArrayList<>();
    List<Future<Boolean>> ofB = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String name : names) {
        ofA.add(each.submit(() -> isFirst(a, name, "a" + root)));
        ofB.add(each.submit(() -> isFirst(b, name, "b" + root)));
      }
    }
    for (int i = 0; i < names.size(); i++) {
      boolean aWon = ofA.get(i).get();
      assertThat(ofB.get(i).get()).as("of two, one is first: " + names.get(i)).isEqualTo(!aWon);
      assertThat(a.read(names.get(i), LONG)).isEqualTo(new Answer.Found((aWon ? "a" : "b") + root));
    }
    assertThat(a.names("trust/", LONG)).containsExactlyInAnyOrderElementsOf(names);
    assertThat(b.names("trust/", LONG)).hasSize(300);
    long patches =
        rig.observed().calls.stream().filter(call -> call.startsWith("patch ok")).count();
    assertThat(patches).as("group commit").isLessThan(200);
  }

  @Test
  void aFullShardOfTheLargestSizeIsOneThatTheApiServerTakes() {
    // Short texts: beside them the API server's own notes about each key weigh most.
    List<String> names =
        IntStream.range(0, 200_000)
            .mapToObj(i -> "trust/" + i)
            .filter(name -> StoredText.key(name).charAt(1) == '3')
            .limit(4200)
            .toList();
    String text = "t".repeat(80);
    List<Future<Change>> changes = new ArrayList<>();
    for (int i = 0; i < names.size(); i += 1400) {
      try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
        names
            .subList(i, i + 1400)
            .forEach(name -> changes.add(each.submit(() -> put(a, name, Optional.empty(), text))));
      }
    }
    assertThat(changes)
        .extracting(Future::resultNow)
        .allMatch(change -> change instanceof Change.Done || isFull(change))
        .anyMatch(ConfigMapStoreInClusterTest::isFull)
        .filteredOn(Change.Done.class::isInstance)
        .hasSizeGreaterThan(3500);
  }

  private static boolean isFull(Change change) {
    return change instanceof Change.Refused(String why) && why.contains("full of marks");
  }

  @Test
  void binaryRubbishIsClearedAndAForeignLabelStays() {
    assertThat(put(a, MARK, Optional.empty(), "1")).isEqualTo(new Change.Done());
    String map = rig.replica().shard(ShardKind.MARKS, shard());
    rig.plane()
        .kubectl(
            "",
            "patch",
            "configmap",
            map,
            "-n",
            rig.namespace(),
            "--type=merge",
            "-p",
            "{\"binaryData\":{\"x\":\"eHg=\"},\"metadata\":{\"labels\":{\"of\":\"helm\"}}}");
    assertThat(put(a, MARK, Optional.of("1"), "2")).isEqualTo(new Change.Done());
    var object = rig.get("configmap", map, "-n", rig.namespace());
    assertThat(object.has("binaryData")).isFalse();
    assertThat(Text.text(object, "metadata", "labels", "of")).isEqualTo("helm");
  }

  private static int shard() {
    return Integer.parseInt(StoredText.key(MARK).substring(0, 2), 16) % ShardKind.SHARDS;
  }

  @Test
  void withoutTheConfigMapsNothingIsMadeAndEverybodyIsTold() {
    rig.plane().kubectl("", "delete", "configmap", "-n", rig.namespace(), "--all");
    assertThat(put(a, MARK, Optional.empty(), "1"))
        .isInstanceOfSatisfying(
            Change.Unavailable.class,
            gone -> assertThat(gone.why()).contains("there is no ConfigMap " + rig.release()));
    assertThat(a.read(MARK, LONG)).isInstanceOf(Answer.Unavailable.class);
  }
}
