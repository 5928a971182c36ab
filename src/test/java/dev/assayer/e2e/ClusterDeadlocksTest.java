package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.e2e.Kubectl.Said;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.server.StartRefused;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsControllers;
import dev.assayer.testing.NeedsRealNotary;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The ways in which an installation can lock a cluster, and that what {@code docs/runbooks} says
 * frees it.
 */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterDeadlocksTest {
  private static final String BLOCKED = "failed calling webhook \"mutate.assayer.dev\"";

  private final ScenarioCluster cluster = ScenarioCluster.shared();
  private final Kubectl kubectl = cluster.namespace("locked");

  private Said dryRun(String image) {
    return kubectl.say("run a --dry-run=server --image=" + image);
  }

  private void awaitAnswer(String image, String text) {
    Await.until(text, () -> dryRun(image).text().contains(text));
  }

  /** All is as it was before the test. */
  private void awaitEnforced() {
    awaitAnswer(SIGNED, "pod/a created");
    awaitAnswer(UNSIGNED, "[tag_not_signed]");
  }

  private void serveAll() {
    cluster.service().to(cluster.replicas().toArray(Replica[]::new));
  }

  @Test
  void withAllReplicasLostNothingStartsButTheRestOfTheClusterLives() {
    kubectl.ok("run old --image=" + SIGNED);
    cluster.service().to();
    try {
      Said blocked = kubectl.say("run a --image=" + SIGNED);
      assertThat(blocked.fine()).isFalse();
      assertThat(blocked.text()).contains(BLOCKED);
      assertThat(kubectl.say("create deployment d --image=" + SIGNED).fine()).isFalse();

      kubectl.ok("create configmap c --from-literal=a=b");
      kubectl.ok("label namespace " + kubectl.namespace() + " tier=front");
      kubectl.ok("delete pod old --grace-period=0 --force");
      // What Assayer needs to come back, and what must run for it to run.
      kubectl.ok(
          "run own --dry-run=server --namespace=assayer --image=example.com/assayer@"
              + ScenarioCluster.DIGEST);
      kubectl.ok("run dns --dry-run=server --namespace=kube-system --image=" + UNSIGNED);

      assertThat(ScenarioCluster.assayer(cluster.installation().hooks(), "webhook", "remove"))
          .contains("MutatingWebhookConfiguration assayer removed");
      awaitAnswer(UNSIGNED, "pod/a created");
    } finally {
      serveAll();
      cluster.applyWebhook();
    }
    cluster.replicas().forEach(one -> Await.until("ready", one.server()::ready));
    awaitEnforced();
  }

  @Test
  void aFleetThatComesBackFreesTheClusterByItself() {
    cluster.service().to();
    assertThat(dryRun(SIGNED).text()).contains(BLOCKED);

    serveAll();

    awaitEnforced();
  }

  @Test
  void anExpiredCertificateClosesTheClusterUntilAValidOneIsThere() {
    Instant now = Instant.now();
    ServerIdentity expired =
        cluster
            .ca()
            .identity(
                cluster
                    .ca()
                    .serverSpec(cluster.installation().serviceName())
                    .valid(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1))));
    Replica late = cluster.replica("late", cluster.policy(""), expired);
    Await.until("ready all the same", late.server()::ready);
    cluster.service().to(late);
    try {
      awaitAnswer(SIGNED, "x509: certificate has expired or is not yet valid");
      assertThat(dryRun(SIGNED).text()).contains(BLOCKED);
      assertThat(late.page("/health/ready")).contains("\"name\":\"tls_cert\",\"holds\":false");

      late.show(cluster.identity());

      awaitEnforced();
    } finally {
      serveAll();
      late.close();
    }
  }

  @Test
  void anUpgradeWithABadConfigurationIsRefusedAndTheOldOneServes() {
    String bad = cluster.policy("").replace("validator: standby", "validator: nosuch");
    assertThatThrownBy(() -> cluster.replica("new", bad))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("nosuch");
    Replica old = cluster.replicas().getFirst();

    old.configure(bad);

    Await.until(
        "refused", () -> old.page("/health/ready").contains("\"name\":\"policy\",\"holds\":false"));
    assertThat(old.server().ready()).isTrue();
    cluster.service().to(old);
    awaitEnforced();
    serveAll();
    old.configure(cluster.policy(""));
    Await.until(
        "as the files say",
        () -> old.page("/health/ready").contains("\"name\":\"policy\",\"holds\":true"));
  }

  @Test
  @NeedsControllers
  void anInstallationThatWasAbortedOrLostItsNamespaceIsFreedWithoutItsPods() {
    Installation stray = Installation.stray(cluster.plane(), cluster.directory());
    String[] apply = {
      "webhook", "apply", "--ca-file", cluster.directory().resolve("ca.crt").toString()
    };
    ScenarioCluster.assayer(stray.hooks(), apply);
    awaitAnswer(SIGNED, BLOCKED);
    ScenarioCluster.assayer(stray.hooks(), "webhook", "remove");
    awaitEnforced();

    ScenarioCluster.assayer(stray.hooks(), apply);
    kubectl.ok("delete namespace stray --timeout=30s");
    awaitAnswer(SIGNED, "service \"stray\" not found");

    kubectl.ok("delete mutatingwebhookconfiguration/stray validatingwebhookconfiguration/stray");
    awaitEnforced();
    // What else it had outside its namespace: rights, and policies that name that namespace alone.
    assertThat(
            kubectl.ok(
                "delete clusterrolebinding,clusterrole,validatingadmissionpolicybinding,"
                    + "validatingadmissionpolicy -l app.kubernetes.io/instance=stray"))
        .contains("clusterrole.rbac.authorization.k8s.io \"stray\" deleted")
        .contains("\"stray-own-images\" deleted");
  }

  @Test
  @NeedsControllers
  void drainingTakesOneHealthyReplicaAtATimeAndNeverWaitsForUnhealthyOnes() {
    Kubectl own = new Kubectl(cluster.plane(), cluster.installation().namespace());
    own.apply(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: fleet, namespace: assayer}
        spec:
          replicas: 3
          selector: {matchLabels: {fleet: "yes"}}
          template:
            metadata: {labels: {LABELS, fleet: "yes"}}
            spec: {containers: [{name: assayer, image: "example.com/assayer@DIGEST"}]}
        """
            .replace("LABELS", labels(own))
            .replace("DIGEST", ScenarioCluster.DIGEST));
    Await.until("three pods", () -> pods(own).length == 3);
    String[] pods = pods(own);

    for (String pod : pods) {
      status(own, pod, "True");
    }
    Await.until(
        "one may go", () -> own.field("pdb/assayer", ".status.disruptionsAllowed").equals("1"));
    assertThat(evict(own, pods[0]).fine()).isTrue();
    assertThat(evict(own, pods[1]).text()).contains("violate the pod's disruption budget");

    status(own, pods[1], "False");
    assertThat(evict(own, pods[1]).fine()).as("it protects nothing").isTrue();
    own.ok("delete replicaset fleet");
  }

  private static String labels(Kubectl own) {
    String selector = own.field("pdb/assayer", ".spec.selector.matchLabels");
    return selector.substring(1, selector.length() - 1).replace("\":\"", "\": \"");
  }

  private static String[] pods(Kubectl own) {
    String names =
        own.ok("get", "pods", "-l", "fleet=yes", "-o", "jsonpath={.items[*].metadata.name}");
    return names.isEmpty() ? new String[0] : names.split(" ", -1);
  }

  /** No kubelet runs, so what it would report is written by hand. */
  private static void status(Kubectl own, String pod, String ready) {
    own.ok(
        "patch",
        "pod",
        pod,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\""
            + ready
            + "\"}]}}");
  }

  private static Said evict(Kubectl own, String pod) {
    String eviction =
        "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(pod);
    return own.feed(
        eviction,
        "create",
        "--raw",
        "/api/v1/namespaces/" + own.namespace() + "/pods/" + pod + "/eviction",
        "-f",
        "-");
  }
}
