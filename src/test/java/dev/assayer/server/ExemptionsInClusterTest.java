package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Namespaces by label and break-glass objects on a real API server, without the admission policies
 * of the chart: what these would refuse must not be honoured either.
 */
@NeedsControlPlane
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ExemptionsInClusterTest {
  private static final SSLContext CLIENT = ServerRig.CA.clientContext();
  private static final String IMAGE = "docker.io/acme/app:1";
  private static final String NOTHING_IS_SIGNED =
      """
      validators: [{name: default, type: static, approve: false}]
      policy: [{pattern: "*:*"}]
      """;

  @TempDir private Path dir;

  private final ClusterRig rig = new ClusterRig();
  private final ControlPlane plane = rig.plane();
  private final String shop = plane.namespace("shop");
  private final String other = plane.namespace("other");
  private Server server;

  @BeforeEach
  void start() {
    ServerRig.show(dir, ServerRig.CA.identity());
    server =
        Server.start(
            new ServerSetup(
                ServerRig.write(dir, NOTHING_IS_SIGNED),
                rig.environment(rig.release()),
                "0.1.0",
                "assayer-0",
                _ -> {},
                () -> 0));
    Await.until("serving", () -> !reason(shop, "mutate").isEmpty());
  }

  @AfterEach
  void stop() {
    server.close();
    plane.kubectl("", "delete", "namespace", shop, other, "--wait=false");
  }

  private String page(String path) {
    return ServerRig.page(server.adminAddress(), path).body();
  }

  /** The reason for which a pod in this namespace is decided as it is. */
  private String reason(String namespace, String endpoint) {
    try (Caller caller = Caller.to(server.webhookAddress().getPort(), CLIENT)) {
      String uid = UUID.randomUUID().toString();
      String body =
          Caller.pod(uid, IMAGE)
              .replace("\"namespace\":\"shop\"", "\"namespace\":\"" + namespace + "\"");
      long begun = System.nanoTime();
      return Caller.told(
              uid,
              begun,
              caller.http().send(Rig.post("/" + endpoint + "?timeout=10s", body, "")).answer())
          .annotation("reason");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void becomes(String namespace, String reason) {
    Await.until(namespace + " " + reason, () -> reason(namespace, "mutate").equals(reason));
    assertThat(reason(namespace, "validate")).isEqualTo(reason);
  }

  private void glass(String name, String pattern, String by, Instant expiry) {
    plane.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: %s
          namespace: %s
          labels: {assayer.dev/break-glass: "true"}
        immutable: true
        data: {namespace: %s, pattern: "%s", reason: INC-7, requestedBy: "%s", expiry: "%s"}
        """
            .formatted(
                name, rig.namespace(), shop, pattern, by, expiry.truncatedTo(ChronoUnit.SECONDS)));
  }

  private static Instant in(Duration time) {
    return Instant.now().plus(time);
  }

  @Test
  @DisplayName("OPS-14: a namespace that its label takes out is on record, in a gauge and by name")
  void aLabelledNamespaceIsLeftOutWithinSeconds() {
    assertThat(reason(shop, "mutate")).isEqualTo("denied_by_policy");
    plane.kubectl("", "label", "namespace", shop, "assayer.dev/ignore=");
    becomes(shop, "namespace_ignored");
    assertThat(reason(other, "mutate")).isEqualTo("denied_by_policy");
    Await.until("listed", () -> page("/exemptions").contains("\"" + shop + "\""));
    assertThat(page("/metrics")).containsPattern("assayer_exempt_namespaces [1-9]");
    plane.kubectl("", "label", "namespace", shop, "assayer.dev/ignore-");
    becomes(shop, "denied_by_policy");
    Await.until("not listed", () -> !page("/exemptions").contains("\"" + shop + "\""));
  }

  @Test
  void brokenGlassAdmitsInItsNamespaceUntilItIsDeleted() {
    glass("hotfix", "docker.io/acme/*:*", "dana", in(Duration.ofHours(2)));
    becomes(shop, "break_glass");
    assertThat(reason(other, "mutate")).isEqualTo("denied_by_policy");
    assertThat(page("/exemptions")).contains("\"hotfix\"", "\"requested_by\":\"dana\"");
    assertThat(page("/metrics"))
        .contains("assayer_break_glass_active 1.0")
        .contains("assayer_break_glass_seen_total{result=\"accepted\"} 1.0")
        .containsPattern("assayer_admission_reasons_total\\{.*reason=\"break_glass\"\\} [1-9]");
    plane.kubectl("", "delete", "configmap", "hotfix", "-n", rig.namespace());
    becomes(shop, "denied_by_policy");
    Await.until("told", () -> page("/metrics").contains("assayer_break_glass_active 0.0"));
  }

  @Test
  void brokenGlassEndsByItself() {
    glass("short", "docker.io/acme/app:1", "dana", in(Duration.ofSeconds(12)));
    becomes(shop, "break_glass");
    becomes(shop, "denied_by_policy");
    assertThat(plane.kubectl("", "get", "configmap", "short", "-n", rig.namespace()))
        .contains("short");
  }

  @Test
  @DisplayName("25 hours, a host with a star, Assayer itself: not honoured without any policy")
  void whatThePolicyOfTheChartWouldRefuseIsNotHonoured() {
    glass("long", "docker.io/acme/*:*", "dana", in(Duration.ofHours(25)));
    glass("wide", "*/acme/*:*", "dana", in(Duration.ofHours(1)));
    glass("all", "docker.io/*:*", "dana", in(Duration.ofHours(1)));
    String itself = "system:serviceaccount:" + rig.namespace() + ":" + rig.release();
    glass("itself", "docker.io/acme/*:*", itself, in(Duration.ofHours(1)));
    Await.until(
        "all seen",
        () -> page("/metrics").contains("assayer_break_glass_seen_total{result=\"refused\"} 4.0"));
    assertThat(reason(shop, "mutate")).isEqualTo("denied_by_policy");
    assertThat(page("/metrics")).contains("assayer_break_glass_active 0.0");
  }
}
