package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.DIGEST;
import static dev.assayer.e2e.ScenarioCluster.EXEMPT;
import static dev.assayer.e2e.ScenarioCluster.NEXT;
import static dev.assayer.e2e.ScenarioCluster.NEXT_DIGEST;
import static dev.assayer.e2e.ScenarioCluster.PINNED;
import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.e2e.Kubectl.Said;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsControllers;
import dev.assayer.testing.NeedsRealNotary;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user does with objects that are there, by the commands of kubectl. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterCommandsTest {
  private static final String DENIED = "denied " + UNSIGNED + " [tag_not_signed]";

  private final ScenarioCluster cluster = ScenarioCluster.shared();

  private static void denied(Said said) {
    assertThat(said.fine()).as(said.text()).isFalse();
    assertThat(said.text()).contains("admission webhook \"mutate.assayer.dev\"", DENIED);
  }

  private static String deployment(int replicas, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: %d
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: c, image: "%s"}]}
    """
        .formatted(replicas, image);
  }

  /** The decisions of all replicas about objects of one namespace. */
  private Stream<Decision> decisions(Kubectl kubectl) {
    return cluster.replicas().stream()
        .flatMap(replica -> replica.decisions().stream())
        .filter(decision -> decision.request().namespace().equals(kubectl.namespace()));
  }

  @Test
  void runAndDebugBringContainersThatAreVerified() {
    Kubectl kubectl = cluster.namespace("run");

    assertThat(kubectl.ok("run a --image=" + SIGNED)).isEqualTo("pod/a created\n");
    denied(kubectl.say("run b --image=" + UNSIGNED));
    denied(kubectl.say("run b --image=" + UNSIGNED + " --dry-run=server"));
    kubectl.ok("debug a --image=" + SIGNED + " --container=look --profile=general");
    denied(kubectl.say("debug a --image=" + UNSIGNED + " --container=evil --profile=general"));

    assertThat(kubectl.image("pod/a")).isEqualTo(PINNED);
    assertThat(kubectl.field("pod/a", ".spec.ephemeralContainers[*].image")).isEqualTo(PINNED);
  }

  @Test
  void applyingTheSameAgainChangesNothing() {
    Kubectl kubectl = cluster.namespace("apply");

    assertThat(kubectl.apply(deployment(0, SIGNED))).isEqualTo("deployment.apps/web created\n");
    kubectl.apply(deployment(0, SIGNED));
    assertThat(kubectl.image("deploy/web")).isEqualTo(PINNED);
    assertThat(kubectl.field("deploy/web", ".metadata.generation")).isEqualTo("1");

    kubectl.ok("label deploy web tier=front");
    assertThat(kubectl.feed(deployment(0, SIGNED), "replace", "-f", "-").fine()).isTrue();
    assertThat(kubectl.image("deploy/web")).isEqualTo(PINNED);
    denied(kubectl.feed(deployment(0, UNSIGNED), "replace", "-f", "-"));
    denied(kubectl.feed(deployment(0, UNSIGNED), "apply", "-f", "-"));
  }

  @Test
  void aDryRunIsDecidedAndStoresAndRemembersNothing() {
    Kubectl kubectl = cluster.namespace("dry");

    String shown =
        kubectl
            .feed(
                deployment(0, SIGNED),
                "apply",
                "--server-side",
                "--dry-run=server",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].image}",
                "-f",
                "-")
            .text();
    denied(
        kubectl.feed(
            deployment(0, UNSIGNED), "apply", "--server-side", "--dry-run=server", "-f", "-"));

    assertThat(shown).isEqualTo(PINNED);
    assertThat(kubectl.say("get deploy web").fine()).isFalse();
    assertThat(decisions(kubectl)).isNotEmpty().allMatch(one -> one.request().dryRun());
  }

  @Test
  @NeedsControllers
  void scalingAndRollingOutGoDownToThePods() {
    Kubectl kubectl = cluster.namespace("rollout");
    kubectl.apply(deployment(1, SIGNED));
    awaitPods(kubectl, PINNED);

    kubectl.ok("scale deploy web --replicas=2");
    awaitPods(kubectl, PINNED + " " + PINNED);
    denied(kubectl.say("set image deploy/web c=" + UNSIGNED));
    kubectl.ok("set image deploy/web c=" + NEXT);
    assertThat(kubectl.image("deploy/web")).isEqualTo(NEXT + "@" + NEXT_DIGEST);
    Await.until("a second ReplicaSet", () -> templates(kubectl).size() == 2);
    kubectl.ok("rollout undo deploy/web");
    assertThat(kubectl.image("deploy/web")).isEqualTo(PINNED);
    kubectl.ok("rollout restart deploy/web");

    Await.until("three ReplicaSets", () -> templates(kubectl).size() == 3);
    assertThat(templates(kubectl)).containsOnly(PINNED, NEXT + "@" + NEXT_DIGEST);
    assertThat(decisions(kubectl).filter(one -> one.request().kind().equals("Pod")))
        .isNotEmpty()
        .allMatch(one -> one.verdict().admits());
  }

  private static List<String> templates(Kubectl kubectl) {
    return List.of(
        kubectl
            .ok("get", "rs", "-o", "jsonpath={.items[*].spec.template.spec.containers[*].image}")
            .split(" ", -1));
  }

  private static void awaitPods(Kubectl kubectl, String images) {
    Await.until(
        images,
        () ->
            kubectl
                .ok("get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}")
                .equals(images));
  }

  @Test
  void aJobOfACronJobIsVerifiedAndItsLabelsCanBeEdited() {
    Kubectl kubectl = cluster.namespace("jobs");
    kubectl.ok("create cronjob nightly --schedule=@yearly --image=" + SIGNED);
    kubectl.ok("create job now --from=cronjob/nightly");
    assertThat(kubectl.image("job/now")).isEqualTo(PINNED);
    denied(kubectl.say("create job other --image=" + UNSIGNED));

    kubectl.ok("label job now tier=batch");

    assertThat(kubectl.field("job/now", ".metadata.labels.tier")).isEqualTo("batch");
    assertThat(kubectl.image("job/now")).isEqualTo(PINNED);
  }

  @Test
  void whatWasThereBeforeTheWebhookCanBeEditedAndOnlyWhatIsNewIsVerified() {
    Kubectl kubectl = cluster.legacy();

    kubectl.ok("label job old tier=batch");
    assertThat(kubectl.image("job/old")).as("an immutable template").isEqualTo(UNSIGNED);
    kubectl.ok("scale deploy old --replicas=0");
    kubectl.ok("annotate deploy old note=x");
    kubectl.ok("set image deploy/old a=" + SIGNED);
    denied(kubectl.say("set image deploy/old a=" + UNSIGNED));
    denied(
        kubectl.say(
            "patch",
            "deploy",
            "old",
            "-p",
            "{\"spec\":{\"template\":{\"spec\":{\"initContainers\":[{\"name\":\"i\",\"image\":\""
                + UNSIGNED
                + "\"}]}}}}"));

    assertThat(kubectl.image("deploy/old")).isEqualTo(PINNED + " " + UNSIGNED);
  }

  @Test
  void whatIsBeingDeletedLosesItsFinalizersThoughItsImageIsNotTrusted() {
    Kubectl kubectl = cluster.legacy();
    kubectl.ok("delete pod held --wait=false --grace-period=0 --force");
    assertThat(kubectl.field("pod/held", ".metadata.deletionTimestamp")).isNotEmpty();

    kubectl.ok(
        "patch", "pod", "held", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");

    assertThat(kubectl.say("get pod held").text()).contains("not found");
    assertThat(decisions(kubectl)).anyMatch(one -> one.reason() == Reason.BEING_DELETED);
  }

  @Test
  void aPatchOfOneContainerLeavesTheOtherAsItIs() {
    Kubectl kubectl = cluster.namespace("patch");
    kubectl.apply(
        deployment(0, SIGNED)
            .replace("[{name: c,", "[{name: d, image: \"" + EXEMPT + "\"}, {name: c,"));
    String patch =
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"";

    kubectl.ok("patch", "deploy", "web", "-p", patch + NEXT + "\"}]}}}}");
    denied(kubectl.say("patch", "deploy", "web", "-p", patch + UNSIGNED + "\"}]}}}}"));
    Said moved =
        kubectl.say("patch", "deploy", "web", "-p", patch + NEXT + "@" + DIGEST + "\"}]}}}}");

    assertThat(moved.text()).contains("[tag_digest_conflict]");
    assertThat(kubectl.image("deploy/web")).isEqualTo(EXEMPT + " " + NEXT + "@" + NEXT_DIGEST);
  }
}
