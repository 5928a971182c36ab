package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Decision;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsValkey;
import dev.assayer.testing.RealValkey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers with state in a real Valkey. */
class SharedStateServerTest {
  @TempDir private Path directory;

  private String state(RealValkey valkey) throws IOException {
    Files.write(directory.resolve("hmac.key"), new byte[32]);
    return """
    state:
      type: valkey
      uri: %s
      passwordFile: %s
      hmacKeyFile: %s
      ca: |
    %s\
    """
        .formatted(
            valkey.uri(),
            valkey.passwordFile(),
            directory.resolve("hmac.key"),
            valkey.caPem().indent(4));
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  private static Decision decide(ServerRig rig) throws IOException {
    int before = rig.decisions().size();
    try (Caller caller = rig.caller()) {
      var _ = caller.create(ServerRig.SIGNED);
    }
    Await.until("decided", () -> rig.decisions().size() > before);
    return rig.decisions().getLast();
  }

  @Test
  @NeedsValkey
  @DisplayName("OPS-01: Valkey ends under a running server: same verdicts, cache_up 0, still ready")
  void valkeyEnds() throws Exception {
    try (NotaryServer notary = NotaryServer.start(DemoCa.create().identity());
        RealValkey valkey = RealValkey.start(folder("valkey"))) {
      SignedRepository repository = ServerRig.signedOn(notary);
      String yaml = state(valkey) + ServerRig.trusting(notary, repository);
      try (ServerRig one = ServerRig.start(folder("one"), yaml, Map.of())) {
        Map<String, byte[]> old = repository.publish();
        assertThat(decide(one).verdict().code()).isEqualTo("verified");
        Await.until("it is up", () -> one.metric("assayer_cache_up") == 1);
        assertThat(one.metric("assayer_cache_requests_total", "result=\"miss\"")).isPositive();
        repository.targets().target("other", ServerRig.DIGEST, 1);
        repository.publish();
        assertThat(decide(one).verdict().code()).isEqualTo("verified");
        repository.serveOnly(old);
        try (ServerRig other = ServerRig.start(folder("other"), yaml, Map.of())) {
          assertThat(decide(other).reason().code())
              .as("what one server saw binds the other")
              .isEqualTo("rollback");
        }
        valkey.stop();
        assertThat(decide(one).reason().code()).isEqualTo("rollback");
        repository.serveAsPublished();
        assertThat(decide(one).verdict().code()).isEqualTo("verified");
        Await.until("it is down", () -> one.metric("assayer_cache_up") == 0);
        assertThat(one.page("/health/ready").statusCode()).isEqualTo(200);
        assertThat(one.page("/health/ready").body()).contains("own memory serves");
        valkey.again();
        Await.until("it is back", () -> one.metric("assayer_cache_up") == 1);
      }
    }
  }

  @Test
  void withoutItsKeyTheServerDoesNotStart() {
    assertThatThrownBy(() ->
            ServerRig.start(
                directory,
                """
                state: {type: valkey, uri: "rediss://v", hmacKeyFile: none.key}
                validators: [{name: default, type: static, approve: false}]
                policy: [{pattern: "*:*"}]
                """,
                Map.of()))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("state.hmacKeyFile")
        .hasMessageContaining("does not exist");
  }

  @Test
  void kubernetesNeedsACluster() throws IOException {
    Files.write(directory.resolve("hmac.key"), new byte[32]);
    assertThatThrownBy(() ->
            ServerRig.start(
                directory,
                """
                state: {type: kubernetes, hmacKeyFile: hmac.key}
                validators: [{name: default, type: static, approve: false}]
                policy: [{pattern: "*:*"}]
                """,
                Map.of()))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("state: kubernetes needs a cluster");
  }

  @Test
  @DisplayName("state in memory has no gauge that could tell of an outage")
  void inMemory() {
    try (ServerRig rig =
        ServerRig.start(
            directory,
            """
            validators: [{name: default, type: static, approve: false}]
            policy: [{pattern: "*:*"}]
            """,
            Map.of())) {
      assertThat(rig.page("/metrics").body())
          .doesNotContain("assayer_cache_up ")
          .contains("assayer_cache_requests_total{result=\"integrity_failure\"} 0");
      assertThat(rig.page("/health/ready").body()).doesNotContain("shared state");
    }
  }
}
