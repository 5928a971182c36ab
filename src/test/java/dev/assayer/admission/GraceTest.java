package dev.assayer.admission;

import static dev.assayer.admission.GraceRig.EXPIRES;
import static dev.assayer.admission.GraceRig.FIRST;
import static dev.assayer.admission.GraceRig.GRACE;
import static dev.assayer.admission.GraceRig.IMAGE;
import static dev.assayer.admission.GraceRig.ONE;
import static dev.assayer.admission.GraceRig.SECOND;
import static dev.assayer.admission.GraceRig.SILENT;
import static dev.assayer.admission.GraceRig.assertDenied;
import static dev.assayer.admission.GraceRig.assertGrace;
import static dev.assayer.admission.GraceRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.testing.Await;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was verified may serve while nobody answers; and every way to get more out of that. */
class GraceTest {
  private static final ValidationResult FAULT_5XX =
      new Refused(Reason.UPSTREAM_ERROR, "answered 503", List.of(), Optional.empty(), true);

  private GraceRig rig = new GraceRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void use(GraceRig next) {
    rig.close();
    rig = next;
  }

  static Stream<ValidationResult> outages() {
    return Stream.of(SILENT, new Refused(Reason.UPSTREAM_TIMEOUT, "did not answer"), FAULT_5XX);
  }

  @ParameterizedTest
  @MethodSource("outages")
  void whatWasVerifiedIsAdmittedAndPinnedWhileNobodyAnswers(ValidationResult outage) {
    assertThat(rig.create().reason()).isEqualTo(Reason.SIGNATURE_VALID);
    rig.later(Duration.ofMinutes(65));
    rig.one.result = outage;
    AdmissionRig.Outcome outcome = rig.create();
    assertGrace(outcome, FIRST);
    assertThat(outcome.patch().toString()).contains(IMAGE + "@" + FIRST.text());
    Reason failed = ((Refused) outage).reason();
    assertThat(outcome.image(0).detail())
        .startsWith("verified 65 min ago as " + FIRST.text() + "; now [" + failed.code() + "] ");
    assertThat(outcome.warnings())
        .containsExactly(
            "assayer: by grace, verified 65 min ago, now " + failed.code() + ": " + IMAGE);
    assertThat(outcome.annotation("reason")).isEqualTo("grace");
  }

  static Stream<Reason> otherReasons() {
    return Arrays.stream(Reason.values())
        .filter(reason -> !reason.verdict().admits() && !reason.isSilence());
  }

  @ParameterizedTest
  @MethodSource("otherReasons")
  @DisplayName("a Notary that answers 403, 404, garbage or with TLS of another CA gets no grace")
  void noOtherFailureOpensIt(Reason reason) {
    rig.create();
    rig.one.result = new Refused(reason, "no");
    assertDenied(rig.create(), reason);
  }

  @Test
  void thereIsNoneForWhatWasNeverVerified() {
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    rig.one.result = trusted(FIRST, EXPIRES);
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.create("docker.io/acme/app:2"), Reason.UPSTREAM_UNREACHABLE);
    assertDenied(rig.create("docker.io/acme/app"), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  @DisplayName("a tag that was signed again since: the last digest that was verified, no older one")
  void theLastDigestServes() {
    rig.create();
    rig.one.result = trusted(SECOND, EXPIRES);
    rig.create();
    rig.one.result = SILENT;
    assertGrace(rig.create(), SECOND);
  }

  @ParameterizedTest
  @MethodSource("rejections")
  @DisplayName("a rejection, then silence: the last word about the image stands")
  void silenceAfterARejectionOpensNothing(Reason rejection) {
    rig.create();
    rig.one.result = new Refused(rejection, "no");
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    Await.until(
        "told to others", () -> rig.facts.told.stream().anyMatch(one -> one.has("rejected")));
    try (AdmissionRig another = rig.rig(ONE)) {
      assertDenied(another.review(AdmissionRig.createPod(IMAGE)), Reason.UPSTREAM_UNREACHABLE);
    }
    rig.one.result = trusted(SECOND, EXPIRES);
    rig.create();
    rig.one.result = SILENT;
    assertGrace(rig.create(), SECOND);
  }

  static Stream<Reason> rejections() {
    return Stream.of(
        Reason.ROLLBACK, Reason.TAG_NOT_SIGNED, Reason.NO_TRUST_DATA, Reason.KEY_NOT_TRUSTED);
  }

  @Test
  @DisplayName("random tags that are rejected write nothing: they cannot fill the shared state")
  void whatWasNeverVerifiedIsNotDropped() throws InterruptedException {
    rig.one.result = new Refused(Reason.TAG_NOT_SIGNED, "no");
    for (int i = 0; i < 20; i++) {
      rig.create("docker.io/acme/app:" + i);
    }
    Thread.sleep(100);
    assertThat(rig.facts.told).isEmpty();
  }

  @Test
  void anotherReplicaOfTheSameConfigurationMayUseIt() {
    rig.create();
    rig.one.result = SILENT;
    try (AdmissionRig another = rig.rig(ONE)) {
      assertGrace(another.review(AdmissionRig.createPod(IMAGE)), FIRST);
    }
  }

  @Test
  @DisplayName("pairs that were verified under another policy digest do not serve")
  void anotherPolicyHasItsOwnMemory() {
    rig.create();
    rig.one.result = SILENT;
    try (AdmissionRig another = rig.rig(ONE + "\n# changed")) {
      assertDenied(another.review(AdmissionRig.createPod(IMAGE)), Reason.UPSTREAM_UNREACHABLE);
    }
  }

  @Test
  void whatIsOlderThanMaxAgeDoesNotServe() {
    rig.create();
    rig.one.result = SILENT;
    rig.later(Duration.ofHours(6).minusSeconds(1));
    assertGrace(rig.create(), FIRST);
    rig.later(Duration.ofSeconds(2));
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  @DisplayName("metadata that has expired since does not serve, whichever role it is of")
  void expiredMetadataDoesNotServe() {
    rig.one.result = trusted(FIRST, EXPIRES, rig.now.plus(Duration.ofHours(1)), EXPIRES);
    rig.create();
    rig.one.result = SILENT;
    assertGrace(rig.create(), FIRST);
    rig.later(Duration.ofHours(1));
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  @DisplayName("a clock that was set back makes nothing from the future serve")
  void aFactFromTheFutureDoesNotServe() {
    rig.create();
    rig.one.result = SILENT;
    rig.later(Duration.ofSeconds(-59));
    assertGrace(rig.create(), FIRST);
    rig.later(Duration.ofSeconds(-2));
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  @DisplayName("a dry run leaves no memory that serves, and takes none away")
  void aDryRunIsNotRemembered() {
    rig.dryRun();
    assertThat(rig.facts.told).isEmpty();
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    rig.one.result = trusted(FIRST, EXPIRES);
    rig.create();
    rig.one.result = new Refused(Reason.TAG_NOT_SIGNED, "no");
    rig.dryRun();
    rig.one.result = SILENT;
    assertGrace(rig.create(), FIRST);
    assertGrace(rig.dryRun(), FIRST);
  }

  @Test
  void nothingIsToldWhileItIsOff() {
    use(new GraceRig("policy: [{pattern: '*:*'}]"));
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    assertThat(rig.facts.told).isEmpty();
  }

  @Test
  void whatDidNotChangeIsNotToldAgain() {
    for (int i = 0; i < 50; i++) {
      rig.create();
    }
    assertThat(rig.facts.told).hasSize(1);
    rig.one.result = trusted(SECOND, EXPIRES);
    rig.create();
    assertThat(rig.facts.told).hasSize(2);
  }

  @Test
  @DisplayName("somebody else's fact under this key does not serve, nor one that was changed")
  void aFactOfAnotherQuestionDoesNotServe() {
    rig.create();
    rig.create("docker.io/acme/other:1");
    rig.one.result = SILENT;
    JsonObject own = rig.facts.told.getFirst();
    rig.facts.forged = Optional.of(own);
    assertGrace(rig.create(), FIRST);
    for (JsonObject forged :
        List.of(
            rig.facts.told.getLast(),
            with(own, "digest", Json.of("sha256:abc")),
            with(own, "at", Json.of("yesterday")),
            with(own, "at", Json.of("2026-11-21T01:20:31Z")),
            with(own, "expires", Json.of("2026-11-22T01:20:31Z")),
            with(own, "expires", Json.of(9_999_999_999L)),
            without(own, "expires"),
            without(own, "at"),
            without(own, "of"))) {
      rig.facts.forged = Optional.of(forged);
      assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    }
  }

  private static JsonObject without(JsonObject object, String name) {
    JsonObject.Builder copy = JsonObject.builder();
    object.entries().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
    return copy.build();
  }

  private static JsonObject with(JsonObject object, String name, Json value) {
    JsonObject.Builder copy = JsonObject.builder();
    without(object, name).entries().forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
    return copy.put(name, value).build();
  }

  @Test
  @DisplayName("the final object under grace: only the very digest, and nothing without one")
  void theFinalObjectMustBePinnedToTheRememberedDigest() {
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.validate(IMAGE), Reason.UPSTREAM_UNREACHABLE);
    assertDenied(rig.validate(IMAGE + "@" + SECOND.text()), Reason.UPSTREAM_UNREACHABLE);
    assertGrace(rig.validate(IMAGE + "@" + FIRST.text()), FIRST);
  }

  @Test
  void anImageThatIsAskedByDigestMustBeTheRememberedOne() {
    rig.create();
    rig.one.result = SILENT;
    assertGrace(rig.create(IMAGE + "@" + FIRST.text()), FIRST);
    assertDenied(rig.create(IMAGE + "@" + SECOND.text()), Reason.UPSTREAM_UNREACHABLE);
    assertDenied(rig.create("docker.io/acme/app@" + FIRST.text()), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  @DisplayName("that a digest was verified under a tag does not make the tag stand for it later")
  void aDigestThatWasAskedForNeverStandsForTheTag() {
    rig.create(IMAGE + "@" + FIRST.text());
    rig.one.result = SILENT;
    assertGrace(rig.create(IMAGE + "@" + FIRST.text()), FIRST);
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  void whoAsksForAnotherDigestTakesNoGraceFromTheTag() {
    rig.create();
    rig.create(IMAGE + "@" + SECOND.text());
    rig.one.result = SILENT;
    assertGrace(rig.create(), FIRST);
  }

  @Test
  @DisplayName("the deadline ends first: the answer comes in time, with what is remembered")
  void itServesBeforeTheDeadlineEnds() {
    rig.create();
    rig.one.hanging = new CountDownLatch(1);
    long begun = System.nanoTime();
    AdmissionRig.Outcome outcome = rig.create(Duration.ofSeconds(3));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    assertGrace(outcome, FIRST);
    assertThat(outcome.image(0).detail())
        .contains("[upstream_timeout] notary.example did not answer timestamp within");
  }

  @Test
  @DisplayName("a user who gives little time opens no grace: the Notary had not enough to answer")
  void aShortBudgetIsNoSilence() {
    rig.create();
    rig.one.hanging = new CountDownLatch(1);
    assertDenied(rig.create(Duration.ofMillis(900)), Reason.UPSTREAM_TIMEOUT);
  }

  @Test
  @DisplayName(
      "a tag that was signed again, asked for with its old digest: no grace for the old one")
  void theOldDigestOfATagGetsNone() {
    rig.create();
    rig.create(IMAGE + "@" + FIRST.text());
    rig.one.result = trusted(SECOND, EXPIRES);
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.create(IMAGE + "@" + FIRST.text()), Reason.UPSTREAM_UNREACHABLE);
    assertGrace(rig.create(IMAGE + "@" + SECOND.text()), SECOND);
  }

  @Test
  @DisplayName("an older fact in the store does not undo what this replica proved since")
  void anOlderFactOfOthersIsNotServed() {
    rig.create();
    JsonObject older = rig.facts.told.getFirst();
    rig.later(Duration.ofMinutes(1));
    rig.one.result = trusted(SECOND, EXPIRES);
    rig.create();
    rig.facts.forged = Optional.of(older);
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @Test
  void withoutMemoryTheWholeTimeIsWaitedAndTheCulpritNamed() {
    rig.one.hanging = new CountDownLatch(1);
    AdmissionRig.Outcome outcome = rig.create(Duration.ofMillis(400));
    assertDenied(outcome, Reason.UPSTREAM_TIMEOUT);
    assertThat(outcome.decision().took()).isGreaterThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  @DisplayName("what configuration revokes is not admitted by grace")
  void revokedDigestsAreDenied() {
    String revoking = GRACE + "revoked: {digests: ['" + FIRST.text() + "']}\n";
    use(new GraceRig(revoking + "policy: [{pattern: '*:*'}]"));
    rig.create();
    rig.one.result = SILENT;
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    assertDenied(rig.create(IMAGE + "@" + FIRST.text()), Reason.DENIED_BY_POLICY);
  }
}
