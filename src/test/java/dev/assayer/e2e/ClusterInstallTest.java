package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Admin.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
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
  private static final String LABEL = "app.kubernetes.io/instance=assayer";
  private static final String WEBHOOK = "mutatingwebhookconfiguration/assayer";
  private static final String UNSIGNED = "docker.io/library/unsigned:1";

  /** All that the chart makes, or what it made makes. */
  private static final String KINDS =
      "deployments,replicasets,pods,jobs,services,configmaps,secrets,serviceaccounts,leases,"
          + "networkpolicies,poddisruptionbudgets,roles,rolebindings,clusterroles,"
          + "clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings,"
          + "mutatingwebhookconfigurations,validatingwebhookconfigurations";

  private final NodeRig rig = NodeRig.shared();
  private final Admin admin = rig.admin();

  @Test
  @Order(1)
  void replicasAreReadyBeforeTheWebhookBeginsSinceTheSentinelStandsForIt() {
    admin.cluster("install", rig.settings("", "4m"));

    assertThat(rig.readyReplicas()).isEqualTo("2");
    assertThat(rig.field("pod/assayer-bootstrap-sentinel", ".metadata.annotations"))
        .contains(rig.field("namespace/" + NAMESPACE, ".metadata.uid"));
    Waiting.until(
        NodeRig.SOON,
        "the sentinel ends",
        () -> rig.field("pod/assayer-bootstrap-sentinel", ".status.phase"),
        "Succeeded"::equals);
    String webhookMade = rig.field(WEBHOOK, ".metadata.creationTimestamp");
    for (String pod : rig.replicas()) {
      String ready = "{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}";
      assertThat(rig.kubectl("get", pod, "-o", "jsonpath=" + ready))
          .isLessThanOrEqualTo(webhookMade);
      assertThat(
              Waiting.until(
                  NodeRig.SOON, "ready", () -> readiness(pod), ClusterInstallTest::isReady))
          .contains("\"name\":\"webhook\",\"holds\":true")
          .contains("\"name\":\"policy\"", "\"name\":\"selftest\"", "\"name\":\"tls_cert\"");
    }
    assertThat(rig.field(WEBHOOK, ".webhooks[0].clientConfig.caBundle"))
        .isEqualTo(rig.field("secret/assayer-tls", ".data.ca\\.crt"));
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
          rig.settings("deployment: {podAnnotations: {example.com/upgrade: \"1\"}}", "4m"));
    } finally {
      upgraded.set(true);
    }

    assertThat(asked.join()).hasSizeGreaterThan(3).allSatisfy(ClusterInstallTest::denied);
    assertThat(rig.replicas()).doesNotContainAnyElementsOf(List.of(before.split(" ")));
  }

  @Test
  @Order(4)
  void anUpgradeThatCannotStartLeavesTheOldPodsServing() {
    List<String> before = rig.replicas();
    String generation = rig.field(WEBHOOK, ".metadata.generation");
    String bad = "config: {policy: [{pattern: \"*:*\", validator: nosuch}]}";

    Result upgrade = admin.tryCluster("upgrade", rig.settings(bad, "20s"));

    assertThat(upgrade.fine()).isFalse();
    assertThat(rig.readyReplicas()).isEqualTo("2");
    assertThat(rig.replicas()).containsAll(before);
    assertThat(rig.field(WEBHOOK, ".metadata.generation")).isEqualTo(generation);
    assertDenied();
    admin.helm("rollback", "assayer", "--namespace", NAMESPACE, "--wait", "--timeout", "4m");
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
      Waiting.until(NodeRig.SOON, "ready again", () -> readiness(pod), ClusterInstallTest::isReady);
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
    assertNothingIsLeft();
    admin.kubectl("run", "free", "--image", UNSIGNED, "--dry-run=server");
  }

  @Test
  @Order(7)
  void annihilateFreesAClusterFromABrokenInstallation() {
    String noSuchImage = "image: {tag: none}\n";
    Path values = rig.file("broken.yaml", noSuchImage);
    Result install =
        admin.tryCluster("install", Map.of("VALUES", values.toString(), "TIMEOUT", "10s"));
    assertThat(install.fine()).isFalse();
    for (String key : List.of("mutating", "validating")) {
      admin.apply(rig.field("configmap/assayer-webhooks", ".data." + key + "\\.yaml"));
    }
    assertThat(attempt("--dry-run=server").fine()).as("nobody answers, nothing starts").isFalse();

    admin.cluster("annihilate", Map.of());

    assertNothingIsLeft();
    assertThat(admin.tryKubectl("get", "namespace", NAMESPACE).fine()).isFalse();
    admin.kubectl("run", "free", "--image", UNSIGNED, "--dry-run=server");
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

  /** Pods end in their own time, after Helm. */
  private void assertNothingIsLeft() {
    Waiting.until(NodeRig.SOON, "nothing is left", this::left, String::isBlank);
  }

  /** Whatever carries the release's label or its name. */
  private String left() {
    String all = admin.kubectl("get", KINDS, "-A", "-l", LABEL, "--ignore-not-found", "-o", "name");
    String columns = "custom-columns=KIND:.kind,NAME:.metadata.name";
    String named =
        admin.kubectl("get", KINDS, "-A", "--ignore-not-found", "--no-headers", "-o", columns);
    return all
        + named.lines().filter(line -> line.contains(" assayer")).collect(Collectors.joining("\n"));
  }

  private static boolean isReady(String page) {
    return page.contains("{\"status\":\"ready\"");
  }

  private String readiness(String pod) {
    return rig.readiness(pod).text();
  }
}
