package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.Controllers;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsControllers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Owners and children as the real API server and the real controllers make them. */
@NeedsControlPlane
@NeedsControllers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ChildApprovalInClusterTest {
  private static final String NEWER = "sha256:" + "6b".repeat(32);
  private static final String PINNED = ServerRig.SIGNED + "@" + ServerRig.DIGEST;

  private final Queue<Decision> decisions = new ConcurrentLinkedQueue<>();
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private final SignedRepository repository = ServerRig.signedOn(notary);
  private ControlPlane plane;
  private Controllers controllers;
  private Server server;

  /** The account with what the chart lets replicas read of owners. */
  private static final String ACCOUNT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: assayer, namespace: assayer}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: assayer}
      rules:
        - apiGroups: [apps]
          resources: [deployments, replicasets, statefulsets, daemonsets]
          verbs: [get]
        - {apiGroups: [batch], resources: [jobs, cronjobs], verbs: [get]}
        - {apiGroups: [""], resources: [replicationcontrollers], verbs: [get]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: assayer}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: assayer}
      subjects: [{kind: ServiceAccount, name: assayer, namespace: assayer}]
      """;

  private static final String WEBHOOK =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: %1$sWebhookConfiguration
      metadata: {name: assayer}
      webhooks:
        - name: %2$s.assayer.dev
          admissionReviewVersions: [v1]
          clientConfig: {url: "https://127.0.0.1:%3$d/%2$s", caBundle: %4$s}
          namespaceSelector: {matchLabels: {verified: "yes"}}
          rules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
            - apiGroups: [apps, batch]
              apiVersions: [v1]
              operations: [CREATE, UPDATE]
              resources: [deployments, replicasets, jobs, cronjobs]
          sideEffects: NoneOnDryRun
          timeoutSeconds: 10
      ---
      """;

  @BeforeAll
  void start(@TempDir Path dir) throws Exception {
    plane = ControlPlane.start(Files.createDirectory(dir.resolve("plane")));
    controllers = Controllers.start(plane, dir);
    plane.kubectl("", "create", "namespace", "assayer");
    plane.apply(ACCOUNT);
    ServerRig.show(dir, ServerRig.CA.identity());
    server =
        Server.start(
            new ServerSetup(
                ServerRig.write(dir, ServerRig.trusting(notary, repository)),
                Map.of(
                    "ASSAYER_RELEASE",
                    "assayer",
                    "ASSAYER_POD_NAMESPACE",
                    "assayer",
                    "KUBECONFIG",
                    plane.kubeconfig(plane.token("assayer", "assayer")).toString()),
                "0.1.0",
                "assayer-0",
                decisions::add,
                () -> 0));
    String bundle =
        Base64.getEncoder().encodeToString(ServerRig.CA.pem().getBytes(StandardCharsets.UTF_8));
    int port = server.webhookAddress().getPort();
    plane.apply(
        WEBHOOK.formatted("Mutating", "mutate", port, bundle)
            + WEBHOOK.formatted("Validating", "validate", port, bundle));
    Await.until(
        "the API server calls the webhook",
        () -> {
          try {
            plane.kubectl("", "run", "probe", "-n", namespace("probe"), "--image=x.example/y:1");
            return false;
          } catch (IllegalStateException denied) {
            return true;
          }
        });
  }

  /** Signs the tag for this digest from now on. */
  private void sign(String digest) {
    repository.targets().target("signed", digest, 1234);
    repository.publish();
    notary.add(repository);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
    if (controllers != null) {
      controllers.close();
    }
    if (plane != null) {
      plane.close();
    }
    notary.close();
  }

  private String namespace(String prefix) {
    String name = plane.namespace(prefix);
    plane.kubectl("", "label", "namespace", name, "verified=yes");
    return name;
  }

  private String pods(String namespace) {
    return plane
        .kubectl(
            "",
            "get",
            "pods",
            "-n",
            namespace,
            "-o",
            "jsonpath={range .items[*]}{.spec.containers[*].image} {end}")
        .strip();
  }

  private List<Decision> about(String namespace, String kind) {
    return decisions.stream()
        .filter(
            one -> one.request().namespace().equals(namespace) && one.request().kind().equals(kind))
        .toList();
  }

  private double lookUps(String result) {
    return ServerRig.page(server.adminAddress(), "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("assayer_owner_lookups_total{result=\"" + result + "\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String deployed(String prefix, int replicas) {
    String namespace = namespace(prefix);
    plane.kubectl(
        "",
        "create",
        "deployment",
        "web",
        "-n",
        namespace,
        "--image=" + ServerRig.SIGNED,
        "--replicas=" + replicas);
    String all = (PINNED + " ").repeat(replicas).strip();
    Await.until("pods of the deployment", () -> pods(namespace).equals(all));
    return namespace;
  }

  @Test
  void aDeploymentApprovesItsReplicaSetAndThatItsPods() {
    double before = lookUps("living");
    String namespace = deployed("chain", 2);
    for (String kind : List.of("ReplicaSet", "Pod")) {
      assertThat(about(namespace, kind))
          .filteredOn(one -> one.request().operation().equals("CREATE"))
          .isNotEmpty()
          .allSatisfy(one -> {
            assertThat(one.reason()).as(kind).isEqualTo(Reason.CHILD_APPROVED);
            assertThat(one.images().getFirst().digest()).contains(ServerRig.DIGEST);
            Decision.Owner owner = one.request().owner().orElseThrow();
            assertThat(owner.confirmed()).isTrue();
            assertThat(owner.kind()).isEqualTo(kind.equals("Pod") ? "ReplicaSet" : "Deployment");
          });
    }
    assertThat(lookUps("living") - before).isGreaterThanOrEqualTo(6);
  }

  @Test
  void aTagSignedAnewDoesNotKeepADrainedNodesPodsFromComingBack() {
    String namespace = deployed("drain", 1);
    sign(NEWER);
    try {
      plane.kubectl("", "delete", "pods", "--all", "-n", namespace, "--grace-period=0", "--force");
      Await.until("the pod is made again", () -> pods(namespace).equals(PINNED));
      plane.kubectl("", "scale", "deployment", "web", "-n", namespace, "--replicas=2");
      Await.until("scaled up", () -> pods(namespace).equals(PINNED + " " + PINNED));
      assertThatThrownBy(
              () -> plane.kubectl("", "run", "alone", "-n", namespace, "--image=" + PINNED))
          .hasMessageContaining("tag_digest_conflict");
      plane.kubectl("", "run", "fresh", "-n", namespace, "--image=" + ServerRig.SIGNED);
      assertThat(pods(namespace)).contains(ServerRig.SIGNED + "@" + NEWER);
    } finally {
      sign(ServerRig.DIGEST);
    }
  }

  @Test
  @DisplayName("ADM-11: forged owners are verified in full on a real API server")
  void forgedOwnersAreVerifiedInFull() {
    String namespace = deployed("forged", 1);
    String elsewhere = namespace("elsewhere");
    String set =
        plane.kubectl(
            "",
            "get",
            "rs",
            "-n",
            namespace,
            "-o",
            "jsonpath={.items[0].metadata.name} {.items[0].metadata.uid}");
    String name = set.split(" ", -1)[0];
    String uid = set.split(" ", -1)[1];
    sign(NEWER);
    try {
      assertThat(child(namespace, name, uid, "ReplicaSet", PINNED)).isEqualTo("");
      assertThat(child(elsewhere, name, uid, "ReplicaSet", PINNED)).contains("tag_digest_conflict");
      assertThat(child(namespace, name, "1" + uid, "ReplicaSet", PINNED))
          .contains("tag_digest_conflict");
      assertThat(child(namespace, "web", uid, "ReplicaSet", PINNED))
          .contains("tag_digest_conflict");
      assertThat(child(namespace, name, uid, "DaemonSet", PINNED)).contains("tag_digest_conflict");
      assertThat(child(namespace, name, uid, "Widget", PINNED)).contains("tag_digest_conflict");
      assertThat(child(namespace, name, uid, "ReplicaSet", ServerRig.UNSIGNED))
          .contains("tag_not_signed");
      plane.kubectl("", "delete", "deployment", "web", "-n", namespace, "--cascade=foreground");
      assertThat(child(namespace, name, uid, "ReplicaSet", PINNED)).contains("tag_digest_conflict");
    } finally {
      sign(ServerRig.DIGEST);
    }
  }

  /** Tries a pod with this claim, as a user would; what kubectl said against it. */
  private String child(String namespace, String owner, String uid, String kind, String image) {
    try {
      plane.kubectl(
          """
          apiVersion: v1
          kind: Pod
          metadata:
            generateName: child-
            namespace: %s
            ownerReferences:
              - {apiVersion: apps/v1, kind: %s, name: %s, uid: "%s", controller: true}
          spec: {containers: [{name: c, image: "%s"}]}
          """
              .formatted(namespace, kind, owner, uid, image),
          "create",
          "--dry-run=server",
          "-f",
          "-");
      return "";
    } catch (IllegalStateException denied) {
      return String.valueOf(denied.getMessage());
    }
  }

  @Test
  void aCronJobApprovesTheJobThatIsMadeOfIt() {
    String namespace = namespace("cron");
    plane.kubectl(
        "",
        "create",
        "cronjob",
        "tick",
        "-n",
        namespace,
        "--schedule=0 0 1 1 *",
        "--image=" + ServerRig.SIGNED);
    plane.kubectl("", "create", "job", "now", "-n", namespace, "--from=cronjob/tick");
    Await.until("the job's pod", () -> pods(namespace).equals(PINNED));
    assertThat(about(namespace, "Job"))
        .filteredOn(one -> one.request().operation().equals("CREATE"))
        .isNotEmpty()
        .allMatch(one -> one.reason() == Reason.CHILD_APPROVED);
  }

  @Test
  void withoutTheRightToReadOwnersEverythingIsVerifiedInFull() {
    double before = lookUps("unknown");
    plane.kubectl("", "delete", "clusterrolebinding", "assayer");
    try {
      Await.until(
          "the right is gone",
          () -> {
            String namespace = deployed("blind", 1);
            return about(namespace, "Pod").stream()
                .allMatch(one -> one.reason() == Reason.SIGNATURE_VALID);
          });
      assertThat(lookUps("unknown")).isGreaterThan(before);
    } finally {
      plane.apply(ACCOUNT);
      Await.until(
          "the right is back",
          () -> {
            String namespace = deployed("seeing", 1);
            return about(namespace, "Pod").stream()
                .allMatch(one -> one.reason() == Reason.CHILD_APPROVED);
          });
    }
  }
}
