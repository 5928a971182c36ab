package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real server with a cluster around it, with none, and with one that does not answer. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServerInClusterTest {
  private static final String EXEMPT_ALL =
      """
      policy: [{pattern: "*:*", verify: false}]
      """;

  @TempDir private Path dir;

  private Server start(Map<String, String> environment) {
    ServerRig.show(dir, ServerRig.CA.identity());
    return Server.start(
        new ServerSetup(
            ServerRig.write(dir, EXEMPT_ALL), environment, "0.1.0", "assayer-0", _ -> {}, () -> 0));
  }

  private static String page(Server server, String path) {
    return ServerRig.page(server.adminAddress(), path).body();
  }

  private static void await(Server server, String path, String text) {
    Await.until(text, () -> page(server, path).contains(text));
  }

  @Test
  void outsideAClusterTheWebhookTermHolds() {
    try (Server server = start(Map.of())) {
      Await.until("ready", server::ready);
      assertThat(page(server, "/health/ready"))
          .contains("\"name\":\"webhook\",\"holds\":true,\"gating\":true")
          .contains("not in a cluster: ASSAYER_RELEASE is not set")
          .doesNotContain("\"sentinel\"");
    }
  }

  @Test
  void halfAnEnvironmentIsRefusedAtStart() {
    assertThatThrownBy(() -> start(Map.of("ASSAYER_RELEASE", "assayer", "KUBECONFIG", "/k")))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("ASSAYER_POD_NAMESPACE is not set");
  }

  @Test
  void anApiServerThatHangsDelaysNoStartAndIsTold() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          Files.writeString(
              dir.resolve("kubeconfig"),
              """
              apiVersion: v1
              kind: Config
              current-context: t
              contexts: [{name: t, context: {cluster: t, user: t}}]
              clusters: [{name: t, cluster: {server: "http://127.0.0.1:%d"}}]
              users: [{name: t, user: {token: x}}]
              """
                  .formatted(silent.getLocalPort()));
      try (Server server =
          start(
              Map.of(
                  "ASSAYER_RELEASE",
                  "assayer",
                  "ASSAYER_POD_NAMESPACE",
                  "security",
                  "KUBECONFIG",
                  file.toString()))) {
        // It serves at once: reviews do not need the API server.
        await(server, "/health/live", "live");
        await(server, "/health/ready", "whether the webhook is there is not known");
        assertThat(server.ready()).isFalse();
        assertThat(page(server, "/metrics"))
            .contains("assayer_readiness_condition{condition=\"kubernetes\"} 0.0")
            .contains("assayer_readiness_condition{condition=\"webhook\"} 0.0");
      }
    }
  }

  @Test
  @NeedsControlPlane
  @DisplayName("OPS-12 a running server tells of a tampered and of a deleted webhook by metrics")
  void aRunningServerFollowsItsWebhook() {
    ClusterRig rig = new ClusterRig();
    ServerRig.show(dir, rig.identity());
    try (Server server =
        Server.start(
            new ServerSetup(
                ServerRig.write(dir, EXEMPT_ALL),
                rig.environment(rig.release()),
                "0.1.0",
                "assayer-0",
                _ -> {},
                () -> 0))) {
      await(server, "/health/ready", "there is no webhook yet");
      assertThat(server.ready()).isFalse();

      rig.installer().apply(Optional.of(rig.caPem()));
      Await.until("ready", server::ready);
      await(server, "/metrics", "assayer_webhook_config_present 1.0");
      assertThat(page(server, "/metrics"))
          .contains("assayer_webhook_config_drift{field=\"caBundle\"} 0.0")
          .contains("assayer_webhook_timeout_seconds 8.0");

      rig.patchMutating(
          "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"Ignore\"}]");
      await(server, "/metrics", "assayer_webhook_config_drift{field=\"failurePolicy\"} 1.0");
      assertThat(server.ready()).isTrue();

      rig.delete("mutatingwebhookconfiguration");
      await(server, "/metrics", "assayer_webhook_config_present 0.0");
      Await.until("not ready", () -> !server.ready());
      assertThat(page(server, "/health/ready")).contains("the webhook was deleted");
    }
  }
}
