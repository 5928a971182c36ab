package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.decision.Decision;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica starts again, and the cluster has seen more of its log than its volume holds. */
@NeedsControlPlane
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LogLostInClusterTest {
  private static final String NAME = "assayer/test/assayer-0";

  @TempDir private Path dir;
  private final Map<String, String> cluster;

  LogLostInClusterTest() {
    ClusterRig rig = new ClusterRig();
    cluster = rig.environment(rig.release());
  }

  @BeforeEach
  void files() throws IOException {
    ServerRig.show(dir, ServerRig.CA.identity());
    Files.writeString(dir.resolve("audit.key"), Ed25519Signer.newKeyPem());
  }

  private ServerRig start(String more) {
    return ServerRig.unready(
        dir,
        """
        audit: {directory: log, keyFile: audit.key%s}
        policy: [{pattern: "*:*", verify: false}]
        """
            .formatted(more),
        cluster);
  }

  /** Decides so many times; at the end the last checkpoint is in the ConfigMap. */
  private void run(int decisions) throws IOException {
    try (ServerRig rig = start("");
        Caller caller = rig.caller()) {
      for (int i = 0; i < decisions; i++) {
        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      }
      assertThat(rig.metric("assayer_audit_log_lost")).isZero();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  @DisplayName("OPS-05: a log that is gone is told of, and the next one has a name of its own")
  void gone() throws IOException {
    run(3);
    remove(dir.resolve("log"));
    try (ServerRig rig = start("");
        Caller caller = rig.caller()) {
      assertThat(rig.metric("assayer_audit_log_lost")).isEqualTo(1);
      assertThat(rig.page("/health/ready").body())
          .contains("the earlier log " + NAME + " is gone; this one is " + NAME + "/2");
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      assertThat(rig.decisions()).hasSize(1).allMatch(one -> one.logged().isPresent());
      Await.until(
          "signed",
          () -> {
            Path head = dir.resolve("log/checkpoint");
            return Files.exists(head) && read(head).startsWith(NAME + "/2\n1\n");
          });
    }
    // It is the same log after the next start, and nothing more is lost.
    try (ServerRig rig = start("")) {
      assertThat(rig.metric("assayer_audit_log_lost")).isZero();
      assertThat(rig.page("/health/ready").body()).doesNotContain("is gone");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Three entries of six are on the disk, and six were published. */
  private void fallBack() throws IOException {
    run(3);
    Path old = dir.resolve("old");
    copy(dir.resolve("log"), old);
    run(3);
    remove(dir.resolve("log"));
    copy(old, dir.resolve("log"));
  }

  @Test
  @DisplayName("OPS-05: a log put back to an older state is not continued, and nothing is admitted")
  void putBack() throws IOException {
    fallBack();
    assertThatThrownBy(() -> start("").close())
        .isInstanceOf(StartRefused.class)
        .satisfies(refused ->
            assertThat(((StartRefused) refused).lines().toString())
                .contains("cannot be continued", "3 entries", "over 6 was published"));
  }

  @Test
  @DisplayName("OPS-05: the same where records are not required: served, told, counted, alerted")
  void putBackNotRequired() throws IOException {
    fallBack();
    try (ServerRig rig = start(", required: false");
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      List<Decision> decisions = rig.decisions();
      assertThat(decisions).hasSize(1).allMatch(one -> one.logged().isEmpty());
      assertThat(rig.metric("assayer_audit_records_total", "\"failed\"", "\"file\"")).isEqualTo(1);
      assertThat(rig.metric("assayer_audit_chain_verify_failed")).isEqualTo(1);
      Await.until(
          "the condition",
          () ->
              rig.page("/metrics")
                  .body()
                  .contains("assayer_readiness_condition{condition=\"audit_sink\"} 0.0"));
      assertThat(rig.page("/health/ready").body()).contains("published");
    }
  }
}
