package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Admin.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What holds of an installation on a node after its steps, whatever its values. */
final class ReleaseChecks {
  static final String WEBHOOK = "mutatingwebhookconfiguration/assayer";
  static final String UNSIGNED = "docker.io/library/unsigned:1";

  private static final String LABEL = "app.kubernetes.io/instance=assayer";
  private static final String READY_LINE = "\"message\":\"ready\"";
  private static final String TIME = "\"@timestamp\":\"";

  /** All that the chart makes, or what it made makes. */
  private static final String KINDS =
      "deployments,replicasets,pods,jobs,services,configmaps,secrets,serviceaccounts,leases,"
          + "networkpolicies,poddisruptionbudgets,roles,rolebindings,clusterroles,"
          + "clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings,"
          + "mutatingwebhookconfigurations,validatingwebhookconfigurations";

  private final NodeRig rig;
  private final Admin admin;

  ReleaseChecks(NodeRig rig) {
    this.rig = rig;
    this.admin = rig.admin();
  }

  /** After an installation: the sentinel stood for the webhook, which came when all were ready. */
  void replicasWereReadyBeforeTheWebhook() {
    awaitReplicas();
    assertThat(rig.field("pod/assayer-bootstrap-sentinel", ".metadata.annotations"))
        .contains(rig.field("namespace/" + NodeRig.NAMESPACE, ".metadata.uid"));
    Waiting.until(
        NodeRig.SOON,
        "the sentinel ends",
        () -> rig.field("pod/assayer-bootstrap-sentinel", ".status.phase"),
        "Succeeded"::equals);
    Instant webhookMade = Instant.parse(rig.field(WEBHOOK, ".metadata.creationTimestamp"));
    for (String pod : rig.replicas()) {
      assertThat(firstReady(pod)).isBefore(webhookMade.plusSeconds(1));
      assertThat(
              Waiting.until(
                  NodeRig.SOON, "ready", () -> rig.readiness(pod).text(), ReleaseChecks::saysReady))
          .contains("\"name\":\"webhook\",\"holds\":true")
          .contains("\"name\":\"policy\"", "\"name\":\"selftest\"", "\"name\":\"tls_cert\"");
    }
    assertThat(rig.field(WEBHOOK, ".webhooks[0].clientConfig.caBundle"))
        .isEqualTo(rig.field("secret/assayer-tls", ".data.ca\\.crt"));
  }

  /**
   * When the replica was ready for the first time, from its log: its condition tells the last time,
   * and a probe that a busy machine did not answer in time moves that.
   */
  private Instant firstReady(String pod) {
    String line =
        rig.kubectl("logs", pod)
            .lines()
            .filter(one -> one.contains(READY_LINE))
            .findFirst()
            .orElseThrow(() -> new AssertionError(pod + " never said that it is ready"));
    int from = line.indexOf(TIME) + TIME.length();
    return Instant.parse(line.substring(from, line.indexOf('"', from)));
  }

  /** Waits until both replicas are ready. */
  void awaitReplicas() {
    Waiting.until(NodeRig.SOON, "two replicas are ready", rig::readyReplicas, "2"::equals);
  }

  /**
   * Upgrades to a configuration with which no replica can start, and leaves it so: the replicas
   * from before serve on, and the webhook is as it was.
   */
  void anUpgradeThatCannotStartLeavesTheOldPodsServing(String values) {
    awaitReplicas();
    List<String> before = rig.replicas();
    String generation = rig.field(WEBHOOK, ".metadata.generation");
    String bad = values + "config: {policy: [{pattern: \"*:*\", validator: nosuch}]}\n";

    Result upgrade = admin.tryCluster("upgrade", rig.settings(bad, "20s"));

    assertThat(upgrade.fine()).isFalse();
    String broken =
        Waiting.until(
            NodeRig.SOON,
            "a replica with the new configuration has ended",
            () -> ended(before),
            pod -> !pod.isEmpty());
    assertThat(admin.tryKubectl("--namespace", NodeRig.NAMESPACE, "logs", broken).text())
        .contains("nosuch");
    awaitReplicas();
    assertThat(rig.replicas()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(rig.field(WEBHOOK, ".metadata.generation")).isEqualTo(generation);
  }

  /** Some replica that is not among these and has ended at least once; empty if there is none. */
  private String ended(List<String> before) {
    String each =
        "jsonpath={range .items[*]}pod/{.metadata.name}"
            + " {.status.containerStatuses[0].state.terminated.exitCode}"
            + "{.status.containerStatuses[0].lastState.terminated.exitCode}{\"\\n\"}{end}";
    return rig.kubectl("get", "pods", "-l", "app.kubernetes.io/component=webhook", "-o", each)
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(pod -> !before.contains(pod[0]) && !pod[1].isBlank())
        .map(pod -> pod[0])
        .findFirst()
        .orElse("");
  }

  /**
   * An installation whose image is nowhere, with its webhooks in place all the same: nothing starts
   * in the cluster any more, and {@code make annihilate} frees it.
   */
  void annihilateFreesAClusterFromABrokenInstallation() {
    Path values = rig.file("broken.yaml", "image: {tag: none}\n");
    Result install =
        admin.tryCluster("install", Map.of("VALUES", values.toString(), "TIMEOUT", "10s"));
    assertThat(install.fine()).isFalse();
    for (String key : List.of("mutating", "validating")) {
      admin.apply(rig.field("configmap/assayer-webhooks", ".data." + key + "\\.yaml"));
    }
    Waiting.until(
        NodeRig.SOON,
        "nobody answers, nothing starts",
        () -> String.valueOf(dryRun().fine()),
        "false"::equals);

    admin.cluster("annihilate", Map.of("TIMEOUT", NodeRig.HELM));

    nothingIsLeft();
    assertThat(admin.tryKubectl("get", "namespace", NodeRig.NAMESPACE).fine()).isFalse();
    podsAreFree();
  }

  /** Waits until nothing carries the release's label or its name: pods end in their own time. */
  void nothingIsLeft() {
    Waiting.until(NodeRig.SOON, "nothing is left", this::left, String::isBlank);
  }

  /** Waits until the API server asks no webhook any more. */
  void podsAreFree() {
    Waiting.until(
        NodeRig.SOON,
        "a pod that nothing vouches for may start again",
        () -> String.valueOf(dryRun().fine()),
        "true"::equals);
  }

  private Result dryRun() {
    return admin.tryKubectl("run", "free", "--image", UNSIGNED, "--dry-run=server");
  }

  private String left() {
    String all = admin.kubectl("get", KINDS, "-A", "-l", LABEL, "--ignore-not-found", "-o", "name");
    String columns = "custom-columns=KIND:.kind,NAME:.metadata.name";
    String named =
        admin.kubectl("get", KINDS, "-A", "--ignore-not-found", "--no-headers", "-o", columns);
    return all
        + named.lines().filter(line -> line.contains(" assayer")).collect(Collectors.joining("\n"));
  }

  /** Whether this is the page of a replica that is ready. */
  static boolean saysReady(String page) {
    return page.contains("{\"status\":\"ready\"");
  }
}
