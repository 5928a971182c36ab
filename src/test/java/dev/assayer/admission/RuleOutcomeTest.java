package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.FakeValidator.saying;
import static dev.assayer.admission.FakeValidator.sha256;
import static dev.assayer.admission.FakeValidator.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleOutcomeTest {
  private static final ValidationResult A = trusted(sha256("a"));
  private static final ValidationResult B = trusted(sha256("b"));
  private static final ValidationResult DOWN =
      new Refused(Reason.UPSTREAM_UNREACHABLE, "no route to host");
  private static final ValidationResult UNSIGNED =
      new Refused(Reason.TAG_NOT_SIGNED, "the tag is not signed");
  private static final ValidationResult ROLLED_BACK = new Refused(Reason.ROLLBACK, "older");

  @Test
  void aRuleWithoutVerificationExempts() {
    ImageDecision image = decide("policy: [{pattern: '*:*', verify: false}]");
    assertThat(image.reason()).isEqualTo(Reason.POLICY_EXEMPT);
    assertThat(image.digest()).isEmpty();
    assertThat(image.rule().orElseThrow().pattern()).isEqualTo("*:*");
  }

  @Test
  void withoutARuleAnImageIsRejected() {
    assertThat(decide("policy: [{pattern: 'other.example/*:*'}]").reason())
        .isEqualTo(Reason.NO_MATCHING_RULE);
  }

  @Test
  void aValidatorThatCannotVerifyYetIsAConfigurationError() {
    ImageDecision image = decide("policy: [{pattern: '*:*', validator: partner}]");
    assertThat(image.reason()).isEqualTo(Reason.CONFIG_ERROR);
    assertThat(image.detail())
        .isEqualTo("validator \"partner\" is of type cosign, which this version cannot verify yet");
  }

  @Test
  void theMostSpecificRuleIsRecordedWithThoseItWonOver() {
    ImageDecision image =
        decide(
            "policy: [{pattern: '*:*'}, {pattern: 'docker.io/library/app:*'}]",
            saying("default", A));
    assertThat(image.rule().orElseThrow().index()).isEqualTo(1);
    assertThat(image.rule().orElseThrow().wonOver()).containsExactly("*:*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"app@sha512:" + "00", "app:1@sha256:zz", "App", "app:", "-:1"})
  void whatNamesNoImageThatCouldBePinnedIsRejected(String requested) {
    AdmissionRig.Outcome outcome = AdmissionRig.signing().review(createPod(requested));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason())
        .isEqualTo(
            requested.contains("sha512") ? Reason.HASH_UNSUPPORTED : Reason.REFERENCE_INVALID);
    assertThat(outcome.image(0).normalised()).isEmpty();
    assertThat(outcome.image(0).rule()).isEmpty();
  }

  @Test
  void theStaticValidatorsExemptAndReject() {
    assertThat(decide("policy: [{pattern: '*:*', validator: allow}]").reason())
        .isEqualTo(Reason.POLICY_EXEMPT);
    assertThat(decide("policy: [{pattern: '*:*', validator: forbid}]").reason())
        .isEqualTo(Reason.DENIED_BY_POLICY);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void noRefusalOfAValidatorEverAdmits(Reason reason) {
    ImageDecision image =
        decide("policy: [{pattern: '*:*'}]", saying("default", new Refused(reason, "no")));
    assertThat(image.verdict().admits()).isFalse();
    assertThat(image.reason())
        .isEqualTo(reason.verdict().admits() ? Reason.INTERNAL_ERROR : reason);
  }

  @Test
  void anExceptionOfAValidatorIsAnInternalErrorAndDenied() {
    for (Throwable fault : List.of(new IllegalStateException("secret"), new StackOverflowError())) {
      FakeValidator failing =
          new FakeValidator(
              "default",
              "-",
              (request, stages, deadline) -> {
                if (fault instanceof Error error) {
                  throw error;
                }
                throw (RuntimeException) fault;
              });
      AdmissionRig.Outcome outcome =
          new AdmissionRig("policy: [{pattern: '*:*'}]", failing).review(createPod("app:1"));
      assertThat(outcome.allowed()).isFalse();
      assertThat(outcome.reason()).isEqualTo(Reason.INTERNAL_ERROR);
      assertThat(outcome.message()).doesNotContain("secret");
    }
  }

  @Test
  void aDigestThatIsAskedForIsNeverExchanged() {
    AdmissionRig rig = new AdmissionRig("policy: [{pattern: '*:*'}]", saying("default", A));
    AdmissionRig.Outcome outcome =
        rig.review(createPod("app:1@" + sha256("b").text(), "app:1@" + sha256("a").text()));
    assertThat(outcome.reasons())
        .containsExactly(Reason.TAG_DIGEST_CONFLICT, Reason.SIGNATURE_VALID);
    assertThat(outcome.image(0).digest()).isEmpty();
  }

  @Test
  void allOfVerifiesWhenAllNameOneDigest() {
    ImageDecision image = all(A, A);
    assertThat(image.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(image.digest()).contains(sha256("a").text());
    assertThat(image.validators()).extracting(ValidatorRef::name).containsExactly("default", "ci");
    assertThat(image.signers()).hasSize(2);
  }

  @Test
  void allOfDeniesWhenTheyDisagreeAndSaysWhoSaidWhat() {
    ImageDecision image = all(A, B);
    assertThat(image.reason()).isEqualTo(Reason.DIGEST_MISMATCH);
    assertThat(image.digest()).isEmpty();
    assertThat(image.detail())
        .contains("default says " + sha256("a").text())
        .contains("ci says " + sha256("b").text());
  }

  @Test
  void allOfDeniesWhenOneDoesNotVerify() {
    assertThat(all(A, UNSIGNED).reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
    assertThat(all(DOWN, A).reason()).isEqualTo(Reason.UPSTREAM_UNREACHABLE);
    assertThat(all(A, UNSIGNED).detail()).startsWith("validator ci: ");
  }

  @Test
  void allOfPutsProofOfAProblemBeforeNoProof() {
    assertThat(all(DOWN, UNSIGNED).reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
    assertThat(all(ROLLED_BACK, UNSIGNED).reason()).isEqualTo(Reason.ROLLBACK);
  }

  @Test
  void aStaticApprovalAgreesWithAnyDigestButProvesNothing() {
    String rule = "policy: [{pattern: '*:*', allOf: [allow, default]}]";
    assertThat(decide(rule, saying("default", A)).reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(decide(rule, saying("default", UNSIGNED)).reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
    assertThat(decide("policy: [{pattern: '*:*', allOf: [allow, default]}]").reason())
        .isEqualTo(Reason.POLICY_EXEMPT);
    assertThat(
            decide("policy: [{pattern: '*:*', allOf: [forbid, default]}]", saying("default", A))
                .reason())
        .isEqualTo(Reason.DENIED_BY_POLICY);
  }

  @Test
  void anyOfTakesTheFirstInRuleOrderThatVerifies() {
    assertThat(any(A, B).digest()).contains(sha256("a").text());
    assertThat(any(UNSIGNED, B).digest()).contains(sha256("b").text());
    assertThat(any(DOWN, B).reason()).isEqualTo(Reason.SIGNATURE_VALID);
  }

  @Test
  void anyOfWithoutAnyIsNoProofBeforeARejection() {
    assertThat(any(UNSIGNED, DOWN).reason()).isEqualTo(Reason.UPSTREAM_UNREACHABLE);
    assertThat(any(ROLLED_BACK, UNSIGNED).reason()).isEqualTo(Reason.ROLLBACK);
  }

  @Test
  void anyOfDoesNotWaitForTheDownHalfOfAMigration() {
    FakeValidator hanging =
        new FakeValidator("default", "old.example", (request, stages, deadline) -> hang(deadline));
    long before = System.nanoTime();
    ImageDecision image =
        decide("policy: [{pattern: '*:*', anyOf: [default, ci]}]", hanging, saying("ci", A));
    assertThat(image.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
  }

  private static ValidationResult hang(Deadline deadline) {
    try {
      Thread.sleep(deadline.remaining());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return DOWN;
  }

  @Test
  void aRevokedDigestIsRejectedHoweverItComes() {
    String revoked = "revoked: {digests: [" + sha256("a").text() + "]}\n";
    AdmissionRig rig =
        new AdmissionRig(
            revoked + "policy: [{pattern: '*:*'}, {pattern: 'exempt.io/*:*', verify: false}]",
            saying("default", A));
    AdmissionRig.Outcome outcome =
        rig.review(
            createPod(
                "app:1", "exempt.io/x@" + sha256("a").text(), "exempt.io/x@" + sha256("b").text()));
    assertThat(outcome.reasons())
        .containsExactly(Reason.DENIED_BY_POLICY, Reason.DENIED_BY_POLICY, Reason.POLICY_EXEMPT);
    assertThat(outcome.image(0).detail()).contains("revoked");
    assertThat(outcome.image(0).digest()).isEmpty();
  }

  @Test
  @DisplayName("a rule for namespaces applies in those alone, and nowhere without one")
  void rulesForNamespaces() {
    AdmissionRig rig =
        new AdmissionRig(
            """
            policy:
              - {pattern: '*:*'}
              - {pattern: 'docker.io/*:*', namespaces: [shop, 'team-*'], verify: false}
            """,
            saying("default", UNSIGNED));
    assertThat(inNamespace(rig, "shop")).isEqualTo(Reason.POLICY_EXEMPT);
    assertThat(inNamespace(rig, "team-a")).isEqualTo(Reason.POLICY_EXEMPT);
    for (String other : List.of("shopx", "xshop", "sho", "team", "xteam-a", "Shop")) {
      assertThat(inNamespace(rig, other)).as(other).isEqualTo(Reason.TAG_NOT_SIGNED);
    }
    assertThat(rig.review(createPod("app:1").replace("'namespace':'shop',", "")).reason())
        .isEqualTo(Reason.TAG_NOT_SIGNED);
    ImageDecision verified =
        rig.assayer.verify(
            "app:1", Optional.empty(), AdmissionRig.NOW, Deadline.after(Duration.ofSeconds(5)));
    assertThat(verified.reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  private static Reason inNamespace(AdmissionRig rig, String namespace) {
    return rig.review(createPod("app:1").replace("'shop'", "'" + namespace + "'")).reason();
  }

  private static ImageDecision all(ValidationResult first, ValidationResult second) {
    return decide(
        "policy: [{pattern: '*:*', allOf: [default, ci]}]",
        saying("default", first),
        saying("ci", second));
  }

  private static ImageDecision any(ValidationResult first, ValidationResult second) {
    return decide(
        "policy: [{pattern: '*:*', anyOf: [default, ci]}]",
        saying("default", first),
        saying("ci", second));
  }

  private static ImageDecision decide(String yaml, FakeValidator... fakes) {
    try (AdmissionRig rig = new AdmissionRig(yaml, fakes)) {
      return rig.review(createPod("app:1")).image(0);
    }
  }
}
