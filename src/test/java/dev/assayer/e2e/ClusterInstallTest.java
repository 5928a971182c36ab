package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Admin.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The life of one installation by Helm, with pods of the real image: each test goes on where the
 * one before ended. The default policy: {@code registry.k8s.io} is exempt, nothing else is trusted.
 */
@NeedsNode
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterInstallTest {
  private static final String NAMESPACE = NodeRig.NAMESPACE;
  private static final String WEBHOOK = ReleaseChecks.WEBHOOK;
  private static final String UNSIGNED = ReleaseChecks.UNSIGNED;

  private final NodeRig rig = NodeRig.shared();
  private final Admin admin = rig.admin();
  private final ReleaseChecks release = new ReleaseChecks(rig);

  @Test
  @Order(1)
  void replicasAreReadyBeforeTheWebhookBeginsSinceTheSentinelStandsForIt() {
    admin.cluster("install", rig.settings("", NodeRig.HELM));

    release.replicasWereReadyBeforeTheWebhook();
  }

  @Test
  @Order(2)
  void unsignedImagesAreDeniedAndExemptOnesRun() {
    assertDenied();

    admin.kubectl(
        "run",
        "exempt",
        "--image",
        rig.cluster().exemptImage(),
        "--restart=Never",
        "--",
        "--version");
    Waiting.until(
        NodeRig.SOON,
        "the exempt pod has run",
        () -> admin.kubectl("get", "pod", "exempt", "-o", "jsonpath={.status.phase}"),
        "Succeeded"::equals);
  }

  @Test
  @Order(3)
  void anUpgradeAnswersEveryRequest() {
    AtomicBoolean upgraded = new AtomicBoolean();
    CompletableFuture<List<Result>> asked =
        CompletableFuture.supplyAsync(() -> {
          List<Result> all = new ArrayList<>();
          while (!upgraded.get()) {
            all.add(attempt("--dry-run=server"));
          }
          return all;
        });
    String before = String.join(" ", rig.replicas());
    try {
      admin.cluster(
          "upgrade",
          rig.settings("deployment: {podAnnotations: {example.com/upgrade: \"1\"}}", NodeRig.HELM));
    } finally {
      upgraded.set(true);
    }

    assertThat(asked.join()).hasSizeGreaterThan(3).allSatisfy(ClusterInstallTest::denied);
    assertThat(rig.replicas()).doesNotContainAnyElementsOf(List.of(before.split(" ")));
  }

  @Test
  @Order(4)
  void anUpgradeThatCannotStartLeavesTheOldPodsServing() {
    release.anUpgradeThatCannotStartLeavesTheOldPodsServing("");
    assertDenied();
    admin.helm(
        "rollback", "assayer", "--namespace", NAMESPACE, "--wait", "--timeout", NodeRig.HELM);
    assertThat(rig.readyReplicas()).isEqualTo("2");
    assertDenied();
  }

  @Test
  @Order(5)
  void aDeletedWebhookMakesReplicasUnreadyAndApplyBringsItBack() {
    List<String> replicas = rig.replicas();
    admin.kubectl("delete", WEBHOOK);
    for (String pod : replicas) {
      Waiting.until(
          NodeRig.SOON,
          "not ready",
          () -> rig.kubectl("logs", pod),
          log -> log.contains("not ready: webhook since") && log.contains("is not there"));
      assertThat(rig.readiness(pod).fine()).isFalse();
    }

    String hooks = admin.helm("get", "hooks", "assayer", "--namespace", NAMESPACE);
    admin.apply(
        Stream.of(hooks.split("(?m)^---$"))
            .filter(job -> job.contains("name: assayer-webhook-apply\n"))
            .findFirst()
            .orElseThrow());
    for (String pod : replicas) {
      Waiting.until(NodeRig.SOON, "ready again", () -> readiness(pod), ReleaseChecks::saysReady);
    }
    Waiting.until(NodeRig.SOON, "replicas ready", rig::readyReplicas, "2"::equals);
    assertDenied();
    rig.kubectl("delete", "job/assayer-webhook-apply");
  }

  @Test
  @Order(6)
  void uninstallingRemovesTheWebhookFirstAndLeavesNothing() {
    AtomicBoolean gone = new AtomicBoolean();
    CompletableFuture<List<String>> seen =
        CompletableFuture.supplyAsync(() -> {
          List<String> all = new ArrayList<>();
          while (!gone.get()) {
            all.add(
                rig.kubectl(
                    "get", "--ignore-not-found", "-o", "name", WEBHOOK, "deployment/assayer"));
          }
          return all;
        });
    try {
      admin.cluster("uninstall", Map.of());
    } finally {
      gone.set(true);
    }

    assertThat(seen.join())
        .as("the webhook is never there without its replicas")
        .noneMatch(look -> look.contains("mutating") && !look.contains("deployment"))
        .anyMatch(look -> look.contains("deployment") && !look.contains("mutating"));
    release.nothingIsLeft();
    release.podsAreFree();
  }

  @Test
  @Order(7)
  void annihilateFreesAClusterFromABrokenInstallation() {
    release.annihilateFreesAClusterFromABrokenInstallation();
  }

  private void assertDenied() {
    denied(attempt());
  }

  private static void denied(Result result) {
    assertThat(result.fine()).isFalse();
    assertThat(result.text())
        .contains("mutate.assayer.dev")
        .contains("denied_by_policy")
        .contains(UNSIGNED);
  }

  /** Runs a pod that nothing vouches for. */
  private Result attempt(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("run", "unsigned", "--image", UNSIGNED, "--restart=Never"));
    arguments.addAll(List.of(more));
    return admin.tryKubectl(arguments.toArray(String[]::new));
  }

  private String readiness(String pod) {
    return rig.readiness(pod).text();
  }
}
