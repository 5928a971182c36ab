package dev.assayer.server;

import static dev.assayer.server.RunningRig.GOOD;
import static dev.assayer.server.RunningRig.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.RunningPod;
import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.server.RunningFinding.State;
import dev.assayer.state.SharedFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one look at running images finds, and what it asks for that. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunningCheckTest {
  private static final String ALL = "policy: [{pattern: '*:*'}]\n";
  private static final String RECORDED = "state: {type: kubernetes}\n" + ALL;
  private static final String APP = "a.example/app:1";
  private static final String PINNED = APP + "@" + GOOD;
  private static final Duration QUICK = Duration.ofMillis(20);

  private RunningRig rig = new RunningRig(ALL);

  private RunningCheck.Found look() throws InterruptedException {
    return ((RunningCheck.Result.Complete) rig.check().run(rig.source(), QUICK)).found();
  }

  /** The one finding. */
  private RunningFinding finding() throws InterruptedException {
    List<RunningFinding> all = List.copyOf(look().findings().values());
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private State stateOf(String reference, String imageId) throws InterruptedException {
    rig.pods.clear();
    rig.run("shop", "web", reference, imageId);
    return finding().state();
  }

  @Test
  void whatRunsAsItIsSignedTodayIsTrusted() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.TRUSTED);
    assertThat(stateOf(PINNED, "docker-pullable://a.example/app@" + GOOD)).isEqualTo(State.TRUSTED);
    assertThat(stateOf(PINNED, "mirror.example/other@" + GOOD)).isEqualTo(State.TRUSTED);
  }

  @Test
  void anotherDigestThanTheVerifiedOneRuns() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    rig.run("shop", "web", PINNED, "a.example/app@" + OTHER);
    assertThat(finding().state()).isEqualTo(State.UNTRUSTED);
    assertThat(finding().reason()).isEqualTo("digest_mismatch");
    assertThat(finding().message()).isEqualTo("runs " + OTHER + ", verified is " + GOOD);
  }

  @Test
  void aTagThatWasSignedAnewSinceIsUntrustedWhereTheOldDigestRuns() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(OTHER));
    assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.UNTRUSTED);
    assertThat(finding().reason()).isEqualTo("tag_digest_conflict");
    assertThat(stateOf(APP, "a.example/app@" + GOOD)).isEqualTo(State.UNTRUSTED);
  }

  @ParameterizedTest
  @CsvSource({
    "sha256:0123456789012345678901234567890123456789012345678901234567890123",
    "docker://sha256:0123456789012345678901234567890123456789012345678901234567890123",
    "a.example/app@sha512:00",
    "a.example/app:1",
    "anything"
  })
  void whatTheRuntimeSaysCannotBeCompared(String imageId) throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(stateOf(PINNED, imageId)).isEqualTo(State.UNVERIFIABLE);
  }

  /** A pod that names what was verified, and runs under another digest. */
  private RunningFinding otherwise(String runtime, String reference, boolean asNamed)
      throws InterruptedException {
    rig.pods.clear();
    rig.pods.add(
        new RunningPod(
            "shop",
            "web",
            "u",
            Optional.empty(),
            false,
            List.of(
                new RunningPod.Image(
                    "app", reference, "a.example/app@" + OTHER, runtime, asNamed))));
    return finding();
  }

  @Test
  void aRuntimeThatReportsThePlatformsManifestProvesNothingByAnotherDigest()
      throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(otherwise("cri-o", PINNED, false).state()).isEqualTo(State.UNVERIFIABLE);
  }

  @Test
  void anotherDigestOfTheImageThatThePodNamesIsTrustedWhereTheNodeSaysSo()
      throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(otherwise("containerd", PINNED, true).state()).isEqualTo(State.TRUSTED);
    assertThat(otherwise("cri-o", PINNED, true).state()).isEqualTo(State.TRUSTED);
    assertThat(otherwise("containerd", PINNED, false).state()).isEqualTo(State.UNTRUSTED);
  }

  @Test
  void anotherDigestOfWhatThePodNamesIsNotWhatIsVerifiedToday() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    String third = "sha256:" + "33".repeat(32);
    assertThat(otherwise("containerd", APP, true).state()).isEqualTo(State.UNTRUSTED);
    assertThat(otherwise("containerd", APP + "@" + third, true).state()).isEqualTo(State.UNTRUSTED);
  }

  @Test
  void aRevokedDigestIsUntrustedUnderWhateverOtherDigestThePodNamesIt()
      throws InterruptedException {
    rig = new RunningRig("revoked: {digests: ['" + OTHER + "']}\n" + ALL);
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(otherwise("containerd", PINNED, true).reason()).isEqualTo("denied_by_policy");
  }

  @Test
  void aVolumeIsTrustedByTheDigestThatItNamesAndNotByATag() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    for (String reference : List.of(PINNED, APP)) {
      rig.pods.add(
          new RunningPod(
              "shop",
              "web",
              "u",
              Optional.empty(),
              false,
              List.of(new RunningPod.Image("data", reference, "", "", false))));
    }
    Map<String, State> found = new TreeMap<>();
    look().findings().forEach((image, it) -> found.put(image.image().reference(), it.state()));
    assertThat(found).containsEntry(PINNED, State.TRUSTED).containsEntry(APP, State.UNVERIFIABLE);
  }

  @Test
  void anImageThatNobodySignedIsUntrustedWhateverTheNodeHasPreloaded() throws InterruptedException {
    rig.run("shop", "web", "a.example/evil:1", "sha256:" + "01".repeat(32));
    assertThat(finding().state()).isEqualTo(State.UNTRUSTED);
    assertThat(finding().reason()).isEqualTo("tag_not_signed");
    assertThat(finding().policy()).isEqualTo("*:*");
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"UPSTREAM_UNREACHABLE", "UPSTREAM_TIMEOUT", "AUTH_FAILED", "INTERNAL_ERROR"})
  void noProofIsNotProof(Reason reason) throws InterruptedException {
    rig.answers.put(APP, RunningRig.refused(reason));
    assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.UNVERIFIABLE);
    assertThat(finding().reason()).isEqualTo(reason.code());
  }

  @Test
  void whatThePolicyExemptsIsTrustedAndMarkedSo() throws InterruptedException {
    rig = new RunningRig("policy: [{pattern: '*:*'}, {pattern: 'b.example/*:*', verify: false}]");
    rig.run("shop", "web", "b.example/tool:1", "b.example/tool@" + GOOD);
    assertThat(finding().state()).isEqualTo(State.TRUSTED);
    assertThat(finding().exempt()).isTrue();
    assertThat(rig.asked).isEmpty();
  }

  @Test
  void aRevokedDigestIsUntrustedThoughTheTagNamesAnotherAndThePolicyExemptsIt()
      throws InterruptedException {
    rig =
        new RunningRig(
            "revoked: {digests: ['" + OTHER + "']}\npolicy: [{pattern: '*:*', verify: false}]");
    rig.run("shop", "web", APP, "a.example/app@" + OTHER);
    assertThat(finding().state()).isEqualTo(State.UNTRUSTED);
    assertThat(finding().reason()).isEqualTo("denied_by_policy");
  }

  private void record(String uid, String... references) {
    JsonArray images =
        new JsonArray(
            List.of(references).stream()
                .<Json>map(reference ->
                    JsonObject.builder().put("reference", reference).put("digest", GOOD).build())
                .toList());
    rig.facts()
        .tell(
            SharedFacts.Kind.OWNER,
            uid,
            JsonObject.builder().put("images", images).build(),
            Instant.MAX);
  }

  @Test
  void whatRunsWithoutAnyRecordOfADecisionWasNeverSeen() throws InterruptedException {
    rig = new RunningRig(RECORDED);
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.NEVER_SEEN);
    record("uid-web", APP);
    assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.TRUSTED);
  }

  @Test
  void aForgedOwnerSpeaksOnlyForTheImagesThatItsRecordLists() throws InterruptedException {
    rig = new RunningRig(RECORDED);
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    record("rs-uid", "a.example/another:1");
    RunningPod.Controller owner =
        new RunningPod.Controller("apps/v1", "ReplicaSet", "web", "rs-uid");
    rig.run("shop", "web", Optional.of(owner), PINNED, "a.example/app@" + GOOD);
    assertThat(finding().state()).isEqualTo(State.NEVER_SEEN);
    record("rs-uid", "a.example/another:1", APP);
    assertThat(finding().state()).isEqualTo(State.TRUSTED);
  }

  @Test
  void withoutRecordsForAllReplicasADigestInTheSpecificationIsTheTraceOfADecision()
      throws InterruptedException {
    for (String off : List.of("", "automaticChildApproval: {enabled: false}\n")) {
      rig = new RunningRig((off.isEmpty() ? "" : "state: {type: kubernetes}\n") + off + ALL);
      rig.answers.put(APP, RunningRig.trusted(GOOD));
      assertThat(stateOf(PINNED, "a.example/app@" + GOOD)).isEqualTo(State.TRUSTED);
      assertThat(stateOf(APP, "a.example/app@" + GOOD)).isEqualTo(State.NEVER_SEEN);
    }
    rig = new RunningRig("mutation: none\n" + ALL);
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    assertThat(stateOf(APP, "a.example/app@" + GOOD)).isEqualTo(State.TRUSTED);
  }

  @Test
  void aStaticPodWasNeverSeenSinceItRanBeforeAnybodyWasAsked() throws InterruptedException {
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    rig.pods.add(
        new RunningPod(
            "kube-system",
            "etcd-n1",
            "u",
            Optional.empty(),
            true,
            List.of(
                new RunningPod.Image(
                    "etcd", PINNED, "a.example/app@" + GOOD, "containerd", false))));
    assertThat(finding().state()).isEqualTo(State.NEVER_SEEN);
  }

  @Test
  void eachImageIsVerifiedOnceForEachRuleHoweverManyPodsRunIt() throws InterruptedException {
    rig =
        new RunningRig(
            """
            policy:
              - {pattern: '*:*', validator: default}
              - {pattern: 'a.example/*:*', namespaces: [shop], validator: other}
            """);
    rig.answers.put(APP, RunningRig.trusted(GOOD));
    RunningPod.Controller set = new RunningPod.Controller("apps/v1", "ReplicaSet", "web", "rs");
    for (String namespace : List.of("shop", "one", "two")) {
      for (int i = 0; i < 50; i++) {
        rig.run(namespace, "web-" + i, Optional.of(set), PINNED, "a.example/app@" + GOOD);
      }
    }
    RunningCheck.Found found = look();
    assertThat(rig.asked).hasSize(2);
    assertThat(found.images()).hasSize(3);
    assertThat(found.images().values()).extracting(RunningCheck.Pods::count).containsOnly(50);
  }

  @Test
  void aNamespaceThatNoWebhookDecidesOfIsLeftOut() throws InterruptedException {
    rig.run("shop", "web", "a.example/evil:1", "a.example/evil@" + GOOD);
    rig.run("assayer", "web", "a.example/evil:1", "a.example/evil@" + GOOD);
    RunningCheck check =
        new RunningCheck(
            rig.assayer,
            new KnownOwners(rig.facts(), rig.assayer.config()),
            namespace -> !namespace.equals("assayer"),
            () -> true);
    RunningCheck.Result.Complete complete =
        (RunningCheck.Result.Complete) check.run(rig.source(), QUICK);
    assertThat(complete.found().images().keySet())
        .extracting(RunningImage::namespace)
        .containsExactly("shop");
  }

  @Test
  void fewVerificationsRunAtATimeWhateverThereIsToDo() throws InterruptedException {
    for (int i = 0; i < 40; i++) {
      rig.run("shop", "p" + i, "a.example/app:" + i, "a.example/app@" + GOOD);
    }
    rig.whileAsked =
        () -> {
          try {
            Thread.sleep(10);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    assertThat(look().findings()).hasSize(40);
    assertThat(rig.mostAtOnce.get()).isLessThanOrEqualTo(RunningCheck.AT_A_TIME);
  }

  @Test
  void anUpstreamThatIsDownIsLeftAloneAndNothingIsUntrusted() throws InterruptedException {
    rig =
        new RunningRig(
            """
            policy:
              - {pattern: '*:*', validator: default}
              - {pattern: 'b.example/*:*', validator: other}
            """);
    for (int i = 0; i < 50; i++) {
      String name = "a.example/app:" + i;
      rig.answers.put(name, RunningRig.refused(Reason.UPSTREAM_UNREACHABLE));
      rig.run("shop", "p" + i, name, "a.example/app@" + GOOD);
    }
    rig.answers.put("b.example/app:1", RunningRig.trusted(GOOD));
    rig.run("shop", "other", "b.example/app:1@" + GOOD, "b.example/app@" + GOOD);
    RunningCheck.Found found = look();
    assertThat(found.suspended()).isTrue();
    assertThat(rig.asked).hasSizeBetween(4, 6).contains("b.example/app:1@" + GOOD);
    assertThat(found.findings().values().stream().map(RunningFinding::state))
        .hasSize(51)
        .containsOnly(State.UNVERIFIABLE, State.TRUSTED)
        .filteredOn(State.TRUSTED::equals)
        .hasSize(1);
  }

  @Test
  void aLookThatIsNotWantedAnyMoreEndsAndTellsNothing() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      rig.run("shop", "p" + i, "a.example/app:" + i, "a.example/app@" + GOOD);
    }
    RunningCheck check =
        new RunningCheck(
            rig.assayer,
            new KnownOwners(rig.facts(), rig.assayer.config()),
            _ -> true,
            () -> rig.asked.size() < 5);
    assertThat(check.run(rig.source(), QUICK)).isEqualTo(new RunningCheck.Result.Abandoned());
    assertThat(rig.asked).hasSizeLessThan(10);
  }

  @Test
  void podsThatCannotBeReadAreNoResult() throws InterruptedException {
    assertThat(rig.check().run(_ -> Optional.of("RBAC does not allow"), QUICK))
        .isEqualTo(new RunningCheck.Result.Failed("RBAC does not allow"));
  }

  @Test
  void halfOfTheIntervalIsEnoughForAllAndFewAreNotStretchedOverIt() {
    assertThat(RunningCheck.pause(Duration.ofHours(1), 10)).isEqualTo(Duration.ofMillis(200));
    assertThat(RunningCheck.pause(Duration.ofHours(1), 18_000)).isEqualTo(Duration.ofMillis(100));
    assertThat(RunningCheck.pause(Duration.ofMinutes(1), 0)).isEqualTo(Duration.ofMillis(200));
  }
}
