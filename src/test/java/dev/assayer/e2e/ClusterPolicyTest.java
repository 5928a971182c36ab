package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.DIGEST;
import static dev.assayer.e2e.ScenarioCluster.PINNED;
import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Kubectl.Said;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a policy says of namespaces and modes, and what others do to an image after us. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterPolicyTest {
  private final ScenarioCluster cluster = ScenarioCluster.shared();

  private static String unpinned(String image) {
    int digest = image.indexOf('@');
    return digest < 0 ? image : image.substring(0, digest);
  }

  @Test
  void aWebhookAfterOursThatTakesTheDigestAwayIsUndone() {
    Kubectl kubectl = cluster.namespace("zz-strip");
    try (LaterWebhook later = new LaterWebhook(kubectl, "Never")) {
      later.rewrites(ClusterPolicyTest::unpinned);
      kubectl.ok("run a --image=" + SIGNED);

      assertThat(kubectl.image("pod/a")).isEqualTo(PINNED);
      assertThat(later.calls()).isEqualTo(1);
    }
  }

  @Test
  void aWebhookThatTakesTheDigestAwayAgainAndAgainIsDenied() {
    Kubectl kubectl = cluster.namespace("zz-insist");
    try (LaterWebhook later = new LaterWebhook(kubectl, "IfNeeded")) {
      later.rewrites(ClusterPolicyTest::unpinned);

      assertThat(kubectl.say("run a --image=" + SIGNED).text())
          .contains("admission webhook \"validate.assayer.dev\" denied the request")
          .contains("[not_pinned]");
    }
  }

  @Test
  void aWebhookThatSwapsTheImageAfterOursIsDenied() {
    Kubectl kubectl = cluster.namespace("zz-swap");
    try (LaterWebhook later = new LaterWebhook(kubectl, "Never")) {
      later.rewrites(_ -> UNSIGNED);

      assertThat(kubectl.say("run a --image=" + SIGNED).text())
          .contains("denied " + UNSIGNED + " [tag_not_signed]");
    }
  }

  @Test
  void aWebhookThatSwapsTheImageWhenWeHaveLookedForTheLastTimeIsDenied() {
    Kubectl kubectl = cluster.namespace("zz-late");
    String swapped = UNSIGNED + "@" + DIGEST;
    try (LaterWebhook later = new LaterWebhook(kubectl, "IfNeeded")) {
      // The first answer brings ours in again, and the second comes when we have been there.
      later.rewrites(image -> later.calls() == 1 ? unpinned(image) : swapped);

      assertThat(kubectl.say("run a --image=" + SIGNED).text())
          .contains("admission webhook \"validate.assayer.dev\" denied the request")
          .contains(swapped + " [tag_not_signed]");
      assertThat(later.calls()).isEqualTo(2);
    }
  }

  @Test
  void aRuleForNamespacesCountsInThoseAlone() {
    String tool = "registry.example/team/tool:1";

    assertThat(cluster.namespace("team").ok("run a --image=" + tool)).contains("created");
    assertThat(cluster.namespace("others").say("run a --image=" + tool).text())
        .contains("denied " + tool + " [no_trust_data]");
  }

  @Test
  void inDetectionModeEverythingIsAdmittedAndToldAndTheChangeNeedsNoRestart() {
    Kubectl kubectl = cluster.namespace("detection");
    configure("detectionMode: true\n");
    try {
      Said said = kubectl.say("run a --image=" + UNSIGNED);
      assertThat(said.text())
          .contains("Warning: assayer: would deny " + UNSIGNED + " [tag_not_signed]")
          .contains("(mode detection)")
          .contains("pod/a created");
      assertThat(kubectl.image("pod/a")).isEqualTo(UNSIGNED);
      kubectl.ok("run b --image=" + SIGNED);
      assertThat(kubectl.image("pod/b")).isEqualTo(PINNED);
    } finally {
      configure("");
    }
    assertThat(kubectl.say("run c --image=" + UNSIGNED).text()).contains("[tag_not_signed]");
  }

  private void configure(String more) {
    for (Replica replica : cluster.replicas()) {
      String before = generation(replica);
      replica.configure(cluster.policy(more));
      Await.until("the next configuration", () -> !generation(replica).equals(before));
    }
  }

  private static String generation(Replica replica) {
    return replica
        .page("/metrics")
        .lines()
        .filter(line -> line.startsWith("assayer_config_generation "))
        .findFirst()
        .orElseThrow();
  }
}
