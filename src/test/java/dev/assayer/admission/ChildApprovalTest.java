package dev.assayer.admission;

import static dev.assayer.admission.FakeCluster.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.OwnerSource.Found;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What a verified owner approves, and what it never does. */
class ChildApprovalTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";
  private static final String APP = "docker.io/library/app:1";

  private final FakeCluster cluster = new FakeCluster();
  private final Digest first = cluster.sign(APP, "first");
  private final AdmissionRig replica = cluster.replica(RULE);

  /** A Deployment and its ReplicaSet, made while the tag had its first digest. */
  private Workload rolledOut(AdmissionRig by) {
    assertThat(cluster.create(by, Workload.deployment("app:1")).admitted()).isTrue();
    Workload set = Workload.replicaSet(image("deployment-uid")).ownedBy(Workload.deployment());
    assertThat(cluster.create(by, set).admitted()).isTrue();
    return set;
  }

  /** The only image of an object that the cluster keeps. */
  private String image(String uid) {
    String text = cluster.objects.get(uid).toString();
    int at = text.indexOf("\"image\":\"") + 9;
    return text.substring(at, text.indexOf('"', at));
  }

  @Test
  void approvalGoesDownFromDeploymentToReplicaSetToPodAndAsksNobodyAgain() {
    assertThat(cluster.create(replica, Workload.deployment("app:1")).reasons())
        .containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
    String pinned = APP + "@" + first;
    assertThat(image("deployment-uid")).isEqualTo(pinned);
    int asked = cluster.notary.asked.size();
    Workload set = Workload.replicaSet(pinned).ownedBy(Workload.deployment());
    assertThat(cluster.create(replica, set).reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
    FakeCluster.Created pod =
        cluster.create(replica, Workload.pod(pinned).ownedBy(Workload.replicaSet()));
    assertThat(pod.reasons()).containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
    assertThat(pod.admitted()).isTrue();
    assertThat(image("pod-uid")).isEqualTo(pinned);
    assertThat(cluster.notary.asked).hasSize(asked);
  }

  @Test
  void theDecisionSaysWhoApprovedAndWhoSigned() {
    rolledOut(replica);
    AdmissionRig.Outcome outcome =
        cluster
            .create(replica, Workload.pod(APP + "@" + first).ownedBy(Workload.replicaSet()))
            .last();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.EXEMPT);
    assertThat(outcome.decision().request().owner())
        .contains(new Decision.Owner("apps/v1", "ReplicaSet", "cart-1", "replicaset-uid", true));
    ImageDecision image = outcome.image(0);
    assertThat(image.digest()).contains(first.text());
    assertThat(image.detail()).isEqualTo("as verified for its owner, ReplicaSet cart-1");
    assertThat(image.signers())
        .containsExactly(new Signer("targets/lou", KEY, "ecdsa-p256", false));
    assertThat(outcome.annotation("reason")).isEqualTo("child_approved");
    assertThat(outcome.decision().stages())
        .filteredOn(stage -> stage.name().startsWith("owner"))
        .extracting(
            stage -> stage.name() + " " + stage.dependency().orElse("-") + " " + note(stage))
        .containsExactly("owner record - verified", "owner lookup kubernetes living");
  }

  private static String note(Stage stage) {
    return stage.note().orElse("");
  }

  @Test
  void aTagSignedAnewDoesNotKeepADrainedNodesPodsFromComingBack() {
    rolledOut(replica);
    cluster.sign(APP, "second");
    FakeCluster.Created pod =
        cluster.create(
            replica, Workload.pod(image("replicaset-uid")).ownedBy(Workload.replicaSet()));
    assertThat(pod.admitted()).isTrue();
    assertThat(image("pod-uid")).isEqualTo(APP + "@" + first);
    assertThat(cluster.create(replica, Workload.pod(APP + "@" + first)).reasons())
        .as("without the owner it is what it is")
        .containsExactly(Reason.TAG_DIGEST_CONFLICT);
  }

  @ParameterizedTest
  @EnumSource(value = WorkloadKind.class, mode = Mode.EXCLUDE, names = "POD")
  void everyKindOfOwnerApproves(WorkloadKind kind) {
    Workload owner = Workload.of(kind, "cart", "app:1");
    assertThat(cluster.create(replica, owner).admitted()).isTrue();
    cluster.sign(APP, "second");
    FakeCluster.Created pod =
        cluster.create(replica, Workload.pod(APP + "@" + first).ownedBy(owner));
    assertThat(pod.reasons()).containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
  }

  @Test
  void whereOnlyPodsArePinnedThePodGetsTheDigestThatItsOwnerWasVerifiedToHave() {
    AdmissionRig pods = cluster.replica("mutation: pods\n" + RULE);
    Workload set = rolledOut(pods);
    assertThat(image("replicaset-uid")).as("owners are not rewritten").isEqualTo("app:1");
    cluster.sign(APP, "second");
    FakeCluster.Created pod = cluster.create(pods, Workload.pod("app:1").ownedBy(set));
    assertThat(pod.reasons()).containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
    assertThat(image("pod-uid")).isEqualTo(APP + "@" + first);
  }

  @Test
  void aChildThatNobodyPinsIsVerifiedInFull() {
    AdmissionRig none = cluster.replica("mutation: none\n" + RULE);
    Workload owner = Workload.replicaSet("app:1");
    cluster.create(none, owner);
    Digest second = cluster.sign(APP, "second");
    FakeCluster.Created loose = cluster.create(none, Workload.pod("app:1").ownedBy(owner));
    assertThat(loose.reasons()).containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
    assertThat(loose.last().image(0).digest()).contains(second.text());
    FakeCluster.Created byHand =
        cluster.create(none, Workload.pod("app:1@" + first).ownedBy(owner));
    assertThat(byHand.reasons()).containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
  }

  @Test
  void aSidecarThatTheOwnerDoesNotHaveIsVerifiedInFull() {
    Workload set = rolledOut(replica);
    cluster.sign("docker.io/library/mesh:1", "mesh");
    FakeCluster.Created good =
        cluster.create(replica, Workload.pod(APP + "@" + first, "mesh:1").ownedBy(set));
    assertThat(good.mutated().reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.SIGNATURE_VALID);
    assertThat(good.admitted()).isTrue();
    FakeCluster.Created bad =
        cluster.create(replica, Workload.pod(APP + "@" + first, "evil:1").ownedBy(set));
    assertThat(bad.admitted()).isFalse();
    assertThat(bad.mutated().reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.TAG_NOT_SIGNED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'initContainers':[{'name':'i','image':'IMAGE'}],'containers'",
        "'volumes':[{'name':'v','image':{'reference':'IMAGE'}}],'containers'",
      })
  void theOwnerMayListTheImageAtAnyPlaceThatItsPodsHave(String place) {
    Workload set = rolledOut(replica);
    cluster.sign(APP, "second");
    String pinned = APP + "@" + first;
    String elsewhere =
        Workload.replicaSet("other:1")
            .json()
            .replace("'containers'", place.replace("IMAGE", pinned));
    cluster.objects.put(set.uid(), AdmissionRig.object(elsewhere));
    assertThat(cluster.create(replica, Workload.pod(pinned).ownedBy(set)).admitted()).isTrue();
  }

  @Test
  void anotherDigestOfTheOwnersTagIsVerifiedInFull() {
    Workload set = rolledOut(replica);
    Digest second = cluster.sign(APP, "second");
    assertThat(cluster.create(replica, Workload.pod(APP + "@" + second).ownedBy(set)).reasons())
        .containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
    assertThat(
            cluster
                .create(
                    replica, Workload.pod(APP + "@" + FakeValidator.sha256("neither")).ownedBy(set))
                .reasons())
        .containsExactly(Reason.TAG_DIGEST_CONFLICT);
  }

  @Test
  void aDebugContainerIsNotApprovedByThePodsOwner() {
    Workload set = rolledOut(replica);
    cluster.sign(APP, "second");
    String pinned = APP + "@" + first;
    Workload pod = Workload.pod("other:1").ownedBy(set);
    String debugged =
        pod.json()
            .replace("]}}", "],'ephemeralContainers':[{'name':'d','image':'" + pinned + "'}]}}");
    int before = cluster.lookUps.size();
    AdmissionRig.Outcome outcome =
        replica.review(
            pod.review("UPDATE", debugged, Optional.of(pod.json()))
                .replace("'operation'", "'subResource':'ephemeralcontainers','operation'"));
    assertThat(outcome.reasons()).containsExactly(Reason.UNCHANGED, Reason.TAG_DIGEST_CONFLICT);
    assertThat(cluster.lookUps).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"automaticChildApproval: {enabled: false}", "detectionMode: true"})
  void switchedOffOrOnlyObservingNothingIsRememberedOrAsked(String setting) {
    AdmissionRig off = cluster.replica(setting + "\n" + RULE);
    Workload set = rolledOut(off);
    assertThat(cluster.facts).isEmpty();
    rolledOut(replica);
    assertThat(cluster.facts).isNotEmpty();
    cluster.forge("replicaset-uid", "policyDigest", off.assayer.config().policyDigest());
    cluster.lookUps.clear();
    assertThat(cluster.create(off, Workload.pod(APP + "@" + first).ownedBy(set)).reasons())
        .containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
    assertThat(cluster.lookUps).isEmpty();
  }

  @Test
  void withoutAnythingVerifiedTheApiServerIsNotAsked() {
    Workload set = Workload.replicaSet("app:1");
    cluster.create(replica, Workload.pod("app:1").ownedBy(set));
    assertThat(cluster.lookUps).isEmpty();
  }

  @Test
  void anApiServerThatHangsCostsASecondAtMostAndIsNamed() {
    Workload set = rolledOut(replica);
    cluster.sign(APP, "second");
    cluster.answering((_, patience) -> {
      sleep(patience);
      return Optional.of(new Found.Unknown("no answer"));
    });
    cluster.patience.clear();
    Deadline deadline = Deadline.after(Duration.ofSeconds(9));
    AdmissionRig.Outcome outcome =
        replica.review(Workload.pod(APP + "@" + first).ownedBy(set).creation(), "mutate", deadline);
    assertThat(deadline.elapsed()).isLessThan(Duration.ofSeconds(4));
    assertThat(outcome.reasons())
        .as("verified in full, which is denied here: the tag was signed anew")
        .containsExactly(Reason.TAG_DIGEST_CONFLICT);
    assertThat(outcome.message()).containsPattern("budget 9 s: owner lookup 1\\d\\d\\d ms");
    assertThat(outcome.decision().stages())
        .anySatisfy(stage -> {
          assertThat(stage.name()).isEqualTo("owner lookup");
          assertThat(stage.dependency()).contains("kubernetes");
          assertThat(stage.note()).contains("unknown: no answer");
        });
    assertThat(outcome.decision().request().owner().orElseThrow().confirmed()).isFalse();
    assertThat(cluster.facts).as("who was not asked refuted nothing").containsKey("replicaset-uid");

    var _ =
        replica.review(
            Workload.pod(APP + "@" + first).ownedBy(set).creation(),
            "mutate",
            Deadline.after(Duration.ofMillis(500)));
    assertThat(cluster.patience.getFirst()).isEqualTo(Duration.ofSeconds(1));
    assertThat(cluster.patience.getLast()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  void anApiServerThatDoesNotLetUsLookMakesAFullVerification() {
    Workload set = rolledOut(replica);
    cluster.answering((_, _) -> Optional.of(new Found.Unknown("RBAC does not allow to get")));
    assertThat(cluster.create(replica, Workload.pod(APP + "@" + first).ownedBy(set)).reasons())
        .containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
