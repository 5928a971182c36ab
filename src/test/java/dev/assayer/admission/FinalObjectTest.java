package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.image.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook that mutates after ours can do to an image, and that it does not come through. */
class FinalObjectTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";
  private static final String APP = "docker.io/library/app:1";

  private final FakeCluster cluster = new FakeCluster();
  private final Digest digest = cluster.sign(APP, "app");
  private final Digest other = cluster.sign("docker.io/library/app:2", "other tag");
  private final AdmissionRig replica = cluster.replica(RULE);
  private final Workload owner = Workload.replicaSet("app:1");

  @BeforeEach
  void anOwnerIsThere() {
    assertThat(cluster.create(replica, owner).admitted()).isTrue();
  }

  /** A pod of its own, and one that its owner approves. */
  private Workload pod(boolean owned) {
    Workload pod = Workload.pod(APP + "@" + digest);
    return owned ? pod.ownedBy(owner) : pod;
  }

  private AdmissionRig.Outcome after(boolean owned, String image, String instead) {
    FakeCluster.Created created =
        cluster.create(replica, pod(owned), object -> object.replace(image, instead));
    assertThat(created.mutated().reason())
        .isEqualTo(owned ? Reason.CHILD_APPROVED : Reason.SIGNATURE_VALID);
    assertThat(created.admitted()).isFalse();
    return created.last();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDigestThatALaterWebhookStripsIsMissed(boolean owned) {
    AdmissionRig.Outcome outcome = after(owned, "@" + digest, "");
    assertThat(outcome.reason()).isEqualTo(Reason.NOT_PINNED);
    assertThat(outcome.message()).contains("a later webhook may have replaced the pinned image");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anImageThatALaterWebhookPutsInItsPlaceIsVerifiedItself(boolean owned) {
    assertThat(after(owned, APP + "@" + digest, "evil:1").reason())
        .isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSignedDigestOfAnotherTagDoesNotServe(boolean owned) {
    assertThat(after(owned, digest.text(), other.text()).reason())
        .isEqualTo(Reason.TAG_DIGEST_CONFLICT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aContainerThatALaterWebhookAddsIsVerified(boolean owned) {
    assertThat(
            after(
                    owned,
                    "\"containers\":[",
                    "\"containers\":[{\"name\":\"mesh\",\"image\":\"evil:1\"},")
                .reason())
        .isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @Test
  void anApprovedChildThatIsStrippedOfItsOwnerIsVerifiedItself() {
    cluster.sign(APP, "second");
    FakeCluster.Created created =
        cluster.create(
            replica, pod(true), object -> object.replace("ownerReferences", "formerOwners"));
    assertThat(created.reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.TAG_DIGEST_CONFLICT);
  }

  @Test
  void whatIsNotPinnedByConfigurationNeedsNoDigest() {
    AdmissionRig none = cluster.replica("mutation: none\n" + RULE);
    assertThat(cluster.create(none, Workload.pod("app:1")).admitted()).isTrue();
    AdmissionRig pods = cluster.replica("mutation: pods\n" + RULE);
    assertThat(cluster.create(pods, Workload.deployment("app:1")).admitted()).isTrue();
    assertThat(
            cluster
                .create(pods, Workload.pod("app:1"), object -> object.replace("@" + digest, ""))
                .last()
                .reason())
        .isEqualTo(Reason.NOT_PINNED);
  }
}
