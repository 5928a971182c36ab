package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of one release on a real API server, that share marks through its ConfigMaps. */
@NeedsControlPlane
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ReplicasInClusterTest {
  private static final String STATE = "state: {type: kubernetes, hmacKeyFile: hmac.key}\n";

  @TempDir private Path dir;
  private final ClusterRig cluster = new ClusterRig();
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private final SignedRepository repository = ServerRig.signedOn(notary);
  private final List<ServerRig> replicas = new ArrayList<>();
  private Map<String, byte[]> earlier = Map.of();
  private int made;

  @BeforeEach
  void install() {
    cluster.installer().apply(Optional.of(cluster.caPem()));
    earlier = repository.publish();
    repository.publish();
  }

  @AfterEach
  void stop() {
    replicas.forEach(ServerRig::close);
    notary.close();
  }

  private ServerRig replica() throws IOException {
    return replica(ServerRig.trusting(notary, repository), cluster.environment(cluster.release()));
  }

  private ServerRig replica(String yaml, Map<String, String> environment) throws IOException {
    Path own = Files.createDirectory(dir.resolve("replica-" + made++));
    Files.writeString(own.resolve("hmac.key"), "k".repeat(64));
    ServerRig replica = ServerRig.start(own, STATE + yaml, environment);
    replicas.add(replica);
    return replica;
  }

  private static Caller.Told ask(ServerRig replica) throws IOException {
    return ask(replica, ServerRig.SIGNED);
  }

  private static Caller.Told ask(ServerRig replica, String image) throws IOException {
    try (Caller caller = replica.caller()) {
      return caller.create(image);
    }
  }

  private static void admits(ServerRig replica) throws IOException {
    Caller.Told told = ask(replica);
    assertThat(told.allowed()).as(told.message()).isTrue();
  }

  private static void refuses(ServerRig replica, String reason) throws IOException {
    Caller.Told told = ask(replica);
    assertThat(told.allowed()).isFalse();
    assertThat(told.message()).contains("[" + reason + "]");
  }

  private String shared() {
    return String.join("\n", cluster.sharedMaps().texts());
  }

  @Test
  @DisplayName(
      "a Notary that serves an earlier publication to a replica that never asked: rollback")
  void rollbackAcrossReplicas() throws IOException {
    admits(replica());
    assertThat(shared())
        .containsPattern(
            "- trust/localhost\\S*" + ServerRig.REPOSITORY + "\n1 - \\S+ \\{\"epoch\":0");

    repository.serveOnly(earlier);
    refuses(replica(), "rollback");
    repository.serveAsPublished();
    admits(replicas.getLast());
  }

  @Test
  @DisplayName("TUF-32 a replica that restarts with an empty memory still refuses what is older")
  void restart() throws IOException {
    admits(replica());
    replicas.removeFirst().close();
    repository.serveOnly(earlier);
    refuses(replica(), "rollback");
  }

  @Test
  @DisplayName("wiped ConfigMaps are filled again from a replica's memory, and it never forgets")
  void wiped() throws IOException {
    ServerRig first = replica();
    admits(first);
    cluster.sharedMaps().wipe();
    assertThat(cluster.sharedMaps().texts()).isEmpty();
    repository.serveOnly(earlier);
    refuses(first, "rollback");

    Await.until("healed", () -> shared().contains(ServerRig.REPOSITORY));
    refuses(replica(), "rollback");
  }

  @Test
  @DisplayName(
      "a forged entry in a ConfigMap is ignored, counted and replaced; verification goes on")
  void poisoned() throws IOException {
    ServerRig first = replica();
    admits(first);
    cluster.sharedMaps().spoil();

    ServerRig second = replica();
    admits(second);
    assertThat(second.metric("assayer_cache_requests_total", "result=\"integrity_failure\""))
        .isPositive();
    // The mark is there again, by whoever was asked.
    repository.serveOnly(earlier);
    refuses(first, "rollback");
    refuses(second, "rollback");
    Await.until("replaced", () -> !shared().contains("forged"));
  }

  @Test
  @DisplayName("an API server that stops answering delays a decision by less than a second, once")
  void stopped() throws Exception {
    try (ControlPlane own = ControlPlane.start(dir)) {
      ClusterRig alone = new ClusterRig(own);
      alone.installer().apply(Optional.of(alone.caPem()));
      ServerRig replica =
          replica(ServerRig.trusting(notary, repository), alone.environment(alone.release()));
      admits(replica);
      signal(own, "-STOP");
      try {
        Caller.Told first = ask(replica);
        assertThat(first.allowed()).as(first.message()).isTrue();
        assertThat(first.took()).isLessThan(Duration.ofSeconds(2));
        Caller.Told next = ask(replica);
        assertThat(next.allowed()).as(next.message()).isTrue();
        assertThat(next.took()).isLessThan(Duration.ofSeconds(1));
        assertThat(replica.metric("assayer_cache_up")).isZero();
        repository.serveOnly(earlier);
        refuses(replica, "rollback");
        // What is newly seen meanwhile is remembered too, and shared later.
        repository.serveAsPublished();
        repository.publish();
        admits(replica);
      } finally {
        signal(own, "-CONT");
      }
      Await.until("shared again", () -> replica.metric("assayer_cache_up") == 1);
      repository.serveOnly(earlier);
      refuses(
          replica(ServerRig.trusting(notary, repository), alone.environment(alone.release())),
          "rollback");
      replicas.forEach(ServerRig::close);
      replicas.clear();
    }
  }

  private static void signal(ControlPlane plane, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", signal, Long.toString(plane.serverPid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  @DisplayName("300 repositories first seen by two replicas at once all leave their mark")
  void manyAtOnce() throws Exception {
    TufKey root = TufKey.bare(KeyKind.ECDSA_P256);
    TufKey online = TufKey.bare(KeyKind.ECDSA_P256);
    List<String> names =
        IntStream.range(0, 300).mapToObj(i -> "registry.example/team/app-" + i).toList();
    for (String name : names) {
      SignedRepository made =
          SignedRepository.create(name, InstantSource.system(), List.of(root), online);
      made.targets().target("signed", ServerRig.DIGEST, 1234);
      made.publish();
      notary.add(made);
    }
    String yaml =
        ServerRig.trusting(notary.baseHost(), notary.caPem(), root.publicKeyPem())
            .replace("    type: notaryV1\n", "    type: notaryV1\n    allowUnboundRoot: true\n");
    Map<String, String> environment = cluster.environment(cluster.release());
    List<ServerRig> both = List.of(replica(yaml, environment), replica(yaml, environment));

    List<Future<Caller.Told>> told = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(6)) {
      for (String name : names) {
        both.forEach(replica -> told.add(callers.submit(() -> ask(replica, name + ":signed"))));
      }
    }
    for (Future<Caller.Told> one : told) {
      assertThat(one.get().allowed()).as(one.get().message()).isTrue();
    }
    // What did not fit into a decision's quarter of a second is written behind.
    Await.until(
        "all marks",
        () -> {
          String there = shared();
          return names.stream().allMatch(name -> there.contains("%20" + name + "\n"));
        });
  }
}
