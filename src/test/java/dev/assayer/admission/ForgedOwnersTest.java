package dev.assayer.admission;

import static dev.assayer.admission.FakeCluster.KEY;
import static dev.assayer.admission.FakeCluster.ROOT_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.OwnerSource.Found;
import dev.assayer.decision.Reason;
import dev.assayer.image.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Claims of an owner that are not true, and owners that are not what they were. The tag was signed
 * anew since, so that whatever is not approved is denied.
 */
class ForgedOwnersTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";
  private static final String APP = "docker.io/library/app:1";

  private final FakeCluster cluster = new FakeCluster();
  private final Digest first = cluster.sign(APP, "first");
  private final AdmissionRig replica = cluster.replica(RULE);
  private final Workload owner = Workload.replicaSet("app:1");
  private final Workload child = Workload.pod(APP + "@" + first).ownedBy(owner);

  @BeforeEach
  void anOwnerWasVerifiedAndItsTagSignedAnew() {
    assertThat(cluster.create(replica, owner).admitted()).isTrue();
    cluster.sign(APP, "second");
  }

  private void isApproved(AdmissionRig by, Workload workload) {
    assertThat(cluster.create(by, workload).reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
  }

  private void isVerifiedInFull(AdmissionRig by, Workload workload) {
    int asked = cluster.notary.asked.size();
    assertThat(cluster.create(by, workload).reasons()).containsExactly(Reason.TAG_DIGEST_CONFLICT);
    assertThat(cluster.notary.asked).hasSizeGreaterThan(asked);
  }

  @ParameterizedTest
  @DisplayName("ADM-11: a claim of an owner that is wrong in one point is verified in full")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "the UID of nothing | replicaset-uid | other-uid",
        "no UID | 'replicaset-uid' | ''",
        "a UID that is no string | 'replicaset-uid' | {}",
        "a UID that is no key | replicaset-uid | ../replicaset-uid",
        "another name | 'cart-1' | 'cart-2'",
        "a name with slashes | 'cart-1' | '../../shop/replicasets/cart-1'",
        "another kind | 'ReplicaSet' | 'StatefulSet'",
        "a kind we do not know | 'ReplicaSet' | 'Rollout'",
        "a pod as owner | 'apps/v1','kind':'ReplicaSet' | 'v1','kind':'Pod'",
        "another group | apps/v1 | batch/v1",
        "another version | apps/v1 | apps/v1beta1",
        "who does not control | 'controller':true | 'controller':false",
        "who says to control in a string | 'controller':true | 'controller':'true'",
      })
  void aClaimThatIsWrongInOnePointIsWorthNothing(String what, String truth, String forged) {
    String claim = Workload.reference(owner).replace(truth, forged);
    assertThat(claim).as(what).isNotEqualTo(Workload.reference(owner));
    isVerifiedInFull(replica, child.owned("'ownerReferences':[" + claim + "]"));
    isApproved(replica, child);
  }

  @Test
  @DisplayName("ADM-11: two owners that both control approve nothing")
  void twoControllersApproveNothing() {
    String claim = Workload.reference(owner);
    isVerifiedInFull(replica, child.owned("'ownerReferences':[" + claim + "," + claim + "]"));
  }

  @Test
  @DisplayName("ADM-11: an owner in another namespace approves nothing")
  void anOwnerInAnotherNamespaceApprovesNothing() {
    String elsewhere = child.creation().replace("'namespace':'shop'", "'namespace':'prod'");
    assertThat(replica.review(elsewhere).reason()).isEqualTo(Reason.TAG_DIGEST_CONFLICT);
    String nowhere = child.creation().replace("'namespace':'shop',", "");
    assertThat(nowhere).isNotEqualTo(elsewhere);
    assertThat(replica.review(nowhere).reason()).isEqualTo(Reason.TAG_DIGEST_CONFLICT);
    assertThat(cluster.lookUps).isEmpty();
  }

  @Test
  @DisplayName("ADM-11: an owner that no longer lists the image approves nothing")
  void anOwnerThatNoLongerListsTheImageApprovesNothing() {
    isApproved(replica, child);
    cluster.objects.put(owner.uid(), AdmissionRig.object(Workload.replicaSet("other:1").json()));
    isVerifiedInFull(replica, child);
    String asDebug =
        Workload.replicaSet("other:1")
            .json()
            .replace(
                "'containers'",
                "'ephemeralContainers':[{'name':'d','image':'"
                    + APP
                    + "@"
                    + first
                    + "'}],'containers'");
    cluster.objects.put(owner.uid(), AdmissionRig.object(asDebug));
    isVerifiedInFull(replica, child);
    cluster.objects.put(owner.uid(), AdmissionRig.object("{'spec':{'template':[]}}"));
    isVerifiedInFull(replica, child);
  }

  @Test
  @DisplayName("ADM-11: a deleted owner approves nothing, and what was verified of it is forgotten")
  void aDeletedOwnerApprovesNothing() {
    cluster.objects.remove(owner.uid());
    isVerifiedInFull(replica, child);
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  @DisplayName("ADM-11: what was verified of an owner does not pass to its namesake")
  void aRecordDoesNotPassToAnOwnerMadeAgainUnderTheName() {
    Workload again = Workload.replicaSet(APP + "@" + first).withUid("replicaset-uid-2");
    cluster.objects.put(again.uid(), AdmissionRig.object(again.json()));
    Workload its = Workload.pod(APP + "@" + first).ownedBy(again);
    isVerifiedInFull(replica, its);
    cluster.facts.put(again.uid(), cluster.facts.get(owner.uid()));
    isVerifiedInFull(replica, its);
  }

  @ParameterizedTest
  @DisplayName("ADM-11: a record of another object, policy or trust root approves nothing")
  @ValueSource(
      strings = {
        "uid",
        "namespace",
        "apiVersion",
        "kind",
        "name",
        "policyDigest",
        "trustRootDigest",
        "told",
        "images"
      })
  void aRecordThatIsNotOfThisObjectUnderWhatIsInForceApprovesNothing(String member) {
    cluster.forge(owner.uid(), member, "another");
    isVerifiedInFull(replica, child);
    assertThat(cluster.lookUps).isEmpty();
  }

  @Test
  void anotherConfigurationKnowsNothingOfWhatWasVerifiedUnderTheOldOne() {
    AdmissionRig next = cluster.replica("revoked: {digests: []}\n" + RULE);
    isVerifiedInFull(next, child);
    isApproved(replica, child);
  }

  @Test
  void aRevokedDigestEndsApprovalAtOnce() {
    AdmissionRig next = cluster.replica("revoked: {digests: ['" + first + "']}\n" + RULE);
    cluster.forge(owner.uid(), "policyDigest", next.assayer.config().policyDigest());
    assertThat(cluster.create(next, child).reasons()).containsExactly(Reason.DENIED_BY_POLICY);
    assertThat(cluster.lookUps).isEmpty();
  }

  @Test
  void aRevokedDigestIsNotPinnedByTheOwnersWord() {
    String pods = "mutation: pods\n" + RULE;
    AdmissionRig before = cluster.replica(pods);
    Workload loose = Workload.replicaSet("app:1").withUid("loose");
    Digest second = cluster.sign(APP, "second");
    cluster.create(before, loose);
    Digest third = cluster.sign(APP, "third");
    AdmissionRig next = cluster.replica("revoked: {digests: ['" + second + "']}\n" + pods);
    cluster.forge("loose", "policyDigest", next.assayer.config().policyDigest());
    FakeCluster.Created pod = cluster.create(next, Workload.pod("app:1").ownedBy(loose));
    assertThat(pod.reasons()).containsExactly(Reason.SIGNATURE_VALID, Reason.SIGNATURE_VALID);
    assertThat(pod.last().image(0).digest()).contains(third.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {KEY_OF_SIGNER, KEY_OF_ROOT})
  void aRevokedKeyEndsApprovalAtOnce(String key) {
    assertThat(List.of(KEY, ROOT_KEY)).contains(key);
    AdmissionRig next = cluster.replica("revoked: {keyIds: ['" + key + "']}\n" + RULE);
    cluster.forge(owner.uid(), "policyDigest", next.assayer.config().policyDigest());
    isVerifiedInFull(next, child);
    assertThat(cluster.lookUps).isEmpty();
  }

  private static final String KEY_OF_SIGNER =
      "abababababababababababababababababababababababababababababababab";
  private static final String KEY_OF_ROOT =
      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";

  @Test
  void aRevokedKeyEndsApprovalAlsoFurtherDown() {
    Workload set = Workload.replicaSet(APP + "@" + first).withUid("second-set").ownedBy(owner);
    isApproved(replica, set);
    AdmissionRig next = cluster.replica("revoked: {keyIds: ['" + ROOT_KEY + "']}\n" + RULE);
    cluster.forge(set.uid(), "policyDigest", next.assayer.config().policyDigest());
    isVerifiedInFull(next, Workload.pod(APP + "@" + first).ownedBy(set));
  }

  @ParameterizedTest
  @CsvSource({
    "'{pattern: ''*:*'', validator: forbid}', false, DENIED_BY_POLICY",
    "'{pattern: ''*:*'', verify: false}', true, POLICY_EXEMPT",
    "'{pattern: ''x/*:*''}', true, NO_MATCHING_RULE",
  })
  void aRuleThatNowDeniesOrExemptsIsNotOverruled(String rule, boolean forged, Reason reason) {
    AdmissionRig next = cluster.replica("policy: [" + rule + "]");
    if (forged) {
      cluster.forge(owner.uid(), "policyDigest", next.assayer.config().policyDigest());
    }
    assertThat(cluster.create(next, child).mutated().reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"warn", "audit"})
  void aRuleThatEnforcesNothingApprovesNothing(String mode) {
    AdmissionRig next = cluster.replica("policy: [{pattern: '*:*', mode: " + mode + "}]");
    cluster.forge(owner.uid(), "policyDigest", next.assayer.config().policyDigest());
    AdmissionRig.Outcome outcome = next.review(child.creation());
    assertThat(outcome.reason()).isEqualTo(Reason.TAG_DIGEST_CONFLICT);
    assertThat(outcome.allowed()).isTrue();
  }

  @Test
  void twoDigestsUnderOneNameAreNotChosenFrom() {
    AdmissionRig pods = cluster.replica("mutation: pods\n" + RULE);
    Workload set = Workload.replicaSet("app:1", APP).withUid("two");
    cluster.create(pods, set);
    String record = cluster.facts.get("two").toString();
    Digest second = FakeValidator.sha256("second");
    int at = record.indexOf(second.text());
    String forged = record.substring(0, at) + first.text() + record.substring(at + 71);
    cluster.facts.put("two", AdmissionRig.object(forged));
    FakeCluster.Created pod = cluster.create(pods, Workload.pod("app:1").ownedBy(set));
    assertThat(pod.mutated().reasons()).containsExactly(Reason.SIGNATURE_VALID);
    assertThat(pod.last().image(0).digest()).contains(second.text());
  }

  @Test
  void anOwnerThatTheApiServerRefutesIsForgottenButNotOnADryRun() {
    cluster.answering((_, _) -> Optional.of(new Found.Refuted("it is being deleted")));
    String dry = child.creation().replace("'operation'", "'dryRun':true,'operation'");
    assertThat(replica.review(dry).reason()).isEqualTo(Reason.TAG_DIGEST_CONFLICT);
    assertThat(cluster.facts).containsKey(owner.uid());
    assertThat(replica.review(child.creation()).reason()).isEqualTo(Reason.TAG_DIGEST_CONFLICT);
    assertThat(cluster.facts).isEmpty();
  }
}
