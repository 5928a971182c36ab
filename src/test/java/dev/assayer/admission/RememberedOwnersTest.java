package dev.assayer.admission;

import static dev.assayer.admission.FakeCluster.KEY;
import static dev.assayer.admission.FakeCluster.ROOT_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.image.Digest;
import dev.assayer.json.JsonObject;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of an object that is admitted, and of which nothing is. */
class RememberedOwnersTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";
  private static final String APP = "docker.io/library/app:1";
  private static final String OTHER = "docker.io/library/other:1";

  private final FakeCluster cluster = new FakeCluster();
  private final Digest app = cluster.sign(APP, "app");
  private final Digest other = cluster.sign(OTHER, "other");
  private final AdmissionRig replica = cluster.replica(RULE);

  private OwnerRecord remembered(String uid) {
    return OwnerRecord.of(cluster.facts.get(uid)).orElseThrow();
  }

  private List<String> references(String uid) {
    return remembered(uid).images().stream().map(OwnerRecord.Image::reference).toList();
  }

  @Test
  void theFinalObjectIsRememberedUnderItsUidWithWhatItsVerificationRestsOn() {
    AdmissionRig.Outcome mutated = replica.review(Workload.deployment("app:1").creation());
    assertThat(mutated.allowed()).isTrue();
    assertThat(cluster.facts).as("there is no UID yet").isEmpty();
    cluster.create(replica, Workload.deployment("app:1"));
    OwnerRecord record = remembered("deployment-uid");
    assertThat(record)
        .isEqualTo(
            new OwnerRecord(
                "deployment-uid",
                "shop",
                "apps/v1",
                "Deployment",
                "cart",
                replica.assayer.config().policyDigest(),
                replica.assayer.config().trustRootDigest(),
                AdmissionRig.NOW,
                List.of(
                    new OwnerRecord.Image(
                        APP + "@" + app,
                        app,
                        List.of(new Signer("targets/lou", KEY, "ecdsa-p256", false)),
                        List.of(KEY, ROOT_KEY)))));
    assertThat(cluster.ends.get("deployment-uid")).isEqualTo(AdmissionRig.NOW.plus(Approvals.LIFE));
  }

  @Test
  void aPodIsNotRememberedBecauseItOwnsNothing() {
    assertThat(cluster.create(replica, Workload.pod("app:1")).admitted()).isTrue();
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  @DisplayName("ADM-08: a dry run leaves no record of an owner")
  void aDryRunLeavesNoRecord() {
    Workload owner = Workload.deployment(APP + "@" + app);
    String dry =
        owner
            .review("CREATE", owner.json(), Optional.empty())
            .replace("'operation'", "'dryRun':true,'operation'");
    assertThat(replica.review(dry, "validate").allowed()).isTrue();
    assertThat(cluster.facts).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "mutate, the UID is not known",
    "review, a command asks and no API server",
  })
  void onlyTheFinalReviewRemembers(String endpoint, String why) {
    Workload owner = Workload.deployment(APP + "@" + app);
    assertThat(replica.review(owner.review("CREATE", owner.json(), Optional.empty()), endpoint))
        .matches(AdmissionRig.Outcome::allowed);
    assertThat(cluster.facts).as(why).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy: [{pattern: '*:*', mode: warn}]",
        "policy: [{pattern: '*:*', mode: audit}]",
        "policy: [{pattern: '*:*', verify: false}]",
        "policy: [{pattern: '*:*', validator: allow}]",
        "detectionMode: true\npolicy: [{pattern: '*:*'}]",
      })
  void whatIsNotVerifiedInEnforceModeIsNotRemembered(String policy) {
    AdmissionRig lax = cluster.replica(policy);
    AdmissionRig.Outcome outcome =
        lax.review(
            Workload.deployment(APP + "@" + app)
                .review("CREATE", Workload.deployment(APP + "@" + app).json(), Optional.empty()),
            "validate");
    assertThat(outcome.allowed()).isTrue();
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  void anUnverifiedImageBesideAVerifiedOneGetsNoEntry() {
    AdmissionRig mixed =
        cluster.replica(
            "policy: [{pattern: '*:*'}, {pattern: 'docker.io/library/tool:*', verify: false},"
                + " {pattern: 'docker.io/library/wip:*', mode: warn}]");
    Workload owner = Workload.deployment("app:1", "tool:1", "wip:1");
    assertThat(cluster.create(mixed, owner).admitted()).isTrue();
    assertThat(references("deployment-uid")).containsExactly(APP + "@" + app);
    Workload pod = Workload.pod("wip:1", "tool:1").ownedBy(owner);
    assertThat(mixed.review(pod.creation()).reasons())
        .containsExactly(Reason.TAG_NOT_SIGNED, Reason.POLICY_EXEMPT);
  }

  @Test
  void aDeniedObjectIsNotRemembered() {
    Workload owner = Workload.deployment(APP + "@" + app, "evil:1");
    assertThat(replica.review(owner.review("CREATE", owner.json(), Optional.empty()), "validate"))
        .matches(outcome -> !outcome.allowed());
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  void whatCouldNotBeToldToWhoeverInsistsIsNotRemembered() {
    AdmissionRig insisting =
        cluster.replica(
            RULE,
            environment ->
                environment.announcing(_ ->
                    new Announcements() {
                      @Override
                      public Duration reserve() {
                        return Duration.ZERO;
                      }

                      @Override
                      public Optional<String> undelivered(
                          Decision decision, StageLog stages, Deadline deadline) {
                        return Optional.of("the receiver is down");
                      }
                    }));
    Workload owner = Workload.deployment(APP + "@" + app);
    assertThat(insisting.review(owner.review("CREATE", owner.json(), Optional.empty()), "validate"))
        .matches(outcome -> outcome.reason() == Reason.ALERT_UNDELIVERABLE);
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  void whatIsDeniedForWantOfARecordIsNotRemembered() {
    AdmissionRig unrecorded =
        cluster.replica(
            RULE,
            environment ->
                environment.recordedBy(
                    (_, _, _, _) -> new Recorder.Result.Lost("the disk is full")));
    Workload owner = Workload.deployment(APP + "@" + app);
    assertThat(
            unrecorded.review(owner.review("CREATE", owner.json(), Optional.empty()), "validate"))
        .matches(outcome -> outcome.reason() == Reason.AUDIT_UNAVAILABLE)
        .matches(outcome -> !outcome.allowed());
    assertThat(cluster.facts).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'uid':'deployment-uid',", "'uid':'a/b',", "'uid':'',", "'uid':7,"})
  void withoutAUidThatIsOneNothingIsRemembered(String uid) {
    Workload owner = Workload.deployment(APP + "@" + app);
    String json =
        owner.json().replace("'uid':'deployment-uid'", uid.substring(0, uid.length() - 1));
    assertThat(replica.review(owner.review("CREATE", json, Optional.empty()), "validate"))
        .matches(AdmissionRig.Outcome::allowed);
    assertThat(cluster.facts.keySet())
        .isEqualTo(uid.contains("deployment-uid") ? Set.of("deployment-uid") : Set.of());
  }

  @Test
  void anUpdateThatClaimsAnotherUidThanIsStoredIsNotRemembered() {
    Workload owner = Workload.deployment(APP + "@" + app);
    AdmissionRig.Outcome outcome =
        replica.review(
            owner.review(
                "UPDATE",
                owner.json(),
                Optional.of(Workload.deployment("old:1").withUid("another-uid").json())),
            "validate");
    assertThat(outcome.allowed()).isTrue();
    assertThat(cluster.facts).isEmpty();
  }

  @Test
  void anUpdateThatLeavesAllImagesKeepsTheRecord() {
    cluster.create(replica, Workload.deployment("app:1"));
    cluster.sign(APP, "second");
    assertThat(cluster.update(replica, Workload.deployment(APP + "@" + app)).reasons())
        .containsExactly(Reason.UNCHANGED, Reason.UNCHANGED);
    Workload set = Workload.replicaSet(APP + "@" + app).ownedBy(Workload.deployment());
    assertThat(cluster.create(replica, set).reasons())
        .containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);
  }

  @Test
  void anUpdateThatAddsAnImageKeepsTheEntriesOfThoseThatStay() {
    cluster.create(replica, Workload.deployment("app:1"));
    cluster.sign(APP, "second");
    assertThat(cluster.update(replica, Workload.deployment(APP + "@" + app, "other:1")).admitted())
        .isTrue();
    assertThat(references("deployment-uid")).containsExactly(OTHER + "@" + other, APP + "@" + app);
  }

  @Test
  void anUnchangedImageThatWasNeverVerifiedGetsNoEntryByAnUpdate() {
    Workload before = Workload.deployment("smuggled:1");
    cluster.objects.put(before.uid(), AdmissionRig.object(before.json()));
    assertThat(cluster.update(replica, Workload.deployment("smuggled:1", "other:1")).admitted())
        .isTrue();
    assertThat(references("deployment-uid")).containsExactly(OTHER + "@" + other);
  }

  @Test
  void anUpdateThatReplacesAnImageForgetsTheOldOneOnlyWithTheNextSinceItMayNotComeThrough() {
    Workload owner = Workload.deployment("app:1");
    cluster.create(replica, owner);
    JsonObject before = cluster.objects.get(owner.uid());
    cluster.update(replica, Workload.deployment("other:1"));
    cluster.objects.put(owner.uid(), before);
    cluster.sign(APP, "second");
    assertThat(cluster.create(replica, Workload.pod(APP + "@" + app).ownedBy(owner)).reasons())
        .as("another webhook refused the update")
        .containsExactly(Reason.CHILD_APPROVED, Reason.CHILD_APPROVED);

    cluster.sign(APP, "app");
    cluster.update(replica, Workload.deployment("other:1"));
    cluster.sign("docker.io/library/third:1", "third");
    cluster.update(replica, Workload.deployment("third:1"));
    assertThat(references("deployment-uid"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("docker.io/library/third:1");
    assertThat(references("deployment-uid")).contains(OTHER + "@" + other);
  }

  @Test
  void anUpdateKeepsNothingThatWasVerifiedUnderAnotherPolicy() {
    cluster.create(replica, Workload.deployment("app:1"));
    cluster.forge("deployment-uid", "policyDigest", "sha256:old");
    cluster.update(replica, Workload.deployment(APP + "@" + app, "other:1"));
    assertThat(references("deployment-uid")).containsExactly(OTHER + "@" + other);
  }

  @Test
  void ofVeryManyImagesTheFirstAreRemembered() {
    String[] images =
        IntStream.range(0, Approvals.MAX_IMAGES + 5)
            .mapToObj(i -> "many" + i + ":1")
            .peek(name -> cluster.sign("docker.io/library/" + name, name))
            .toArray(String[]::new);
    assertThat(cluster.create(replica, Workload.deployment(images)).admitted()).isTrue();
    assertThat(references("deployment-uid"))
        .hasSize(Approvals.MAX_IMAGES)
        .first()
        .asString()
        .startsWith("docker.io/library/many0:1@");
  }

  @Test
  void aRecordInUseIsKeptAnewOnceItIsAMonthOld() {
    Workload set = Workload.replicaSet("app:1");
    cluster.create(replica, set);
    cluster.ends.clear();
    Workload pod = Workload.pod(APP + "@" + app).ownedBy(set);
    cluster.create(replica, pod);
    assertThat(cluster.ends).isEmpty();
    String old = AdmissionRig.NOW.minus(Approvals.RENEWAL).minusSeconds(1).toString();
    cluster.forge(set.uid(), "told", old);
    String dry = pod.creation().replace("'operation'", "'dryRun':true,'operation'");
    assertThat(replica.review(dry).reason()).isEqualTo(Reason.CHILD_APPROVED);
    assertThat(cluster.ends).isEmpty();
    cluster.create(replica, pod);
    assertThat(cluster.ends.get(set.uid())).isEqualTo(AdmissionRig.NOW.plus(Approvals.LIFE));
    assertThat(remembered(set.uid()).told()).isEqualTo(AdmissionRig.NOW);
  }
}
