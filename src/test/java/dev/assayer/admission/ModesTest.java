package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModesTest {
  private static final String RULES =
      """
      policy:
        - {pattern: '*:*'}
        - {pattern: 'warn.io/*:*', mode: warn}
        - {pattern: 'audit.io/*:*', mode: audit}
      """;

  private final AdmissionRig rig = new AdmissionRig(RULES, FakeValidator.signing("default"));

  @Test
  void enforceDenies() {
    AdmissionRig.Outcome outcome = rig.review(createPod("unsigned:1"));
    assertThat(outcome.decision().outcome()).isEqualTo(Outcome.DENIED);
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.code()).isEqualTo(403);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"WARN", "AUDIT"})
  void warnAndAuditAdmitAndSayWhatWouldHaveBeenDenied(Mode mode) {
    AdmissionRig.Outcome outcome = rig.review(createPod(mode.code() + ".io/unsigned:1"));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.REJECTED);
    assertThat(outcome.decision().mode()).isEqualTo(mode);
    assertThat(outcome.image(0).mode()).isEqualTo(mode);
    assertThat(outcome.warnings())
        .containsExactly(
            "assayer: would deny "
                + mode.code()
                + ".io/unsigned:1 [tag_not_signed] (mode "
                + mode.code()
                + ")");
    assertThat(outcome.annotation("mode")).isEqualTo(mode.code());
    assertThat(outcome.annotation("verdict")).isEqualTo("rejected");
    assertThat(outcome.annotation("reason")).isEqualTo("tag_not_signed");
  }

  @Test
  void oneEnforcedImageDeniesWhateverTheOthersModes() {
    AdmissionRig.Outcome outcome = rig.review(createPod("audit.io/unsigned:1", "unsigned:1"));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.decision().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(rig.review(createPod("audit.io/unsigned:1", "signed:1")).allowed()).isTrue();
  }

  @Test
  void whatIsVerifiedIsPinnedBesideWhatIsOnlyWarnedAbout() {
    AdmissionRig.Outcome outcome = rig.review(createPod("warn.io/unsigned:1", "signed:1"));
    assertThat(outcome.patch()).hasSize(1);
    assertThat(outcome.decision().mode()).isEqualTo(Mode.WARN);
  }

  @Test
  void detectionModeAdmitsEverythingAndChangesNoVerdict() {
    AdmissionRig detecting =
        new AdmissionRig("detectionMode: true\n" + RULES, FakeValidator.signing("default"));
    for (String image : new String[] {"unsigned:1", "no image", "audit.io/unsigned:1"}) {
      AdmissionRig.Outcome outcome = detecting.review(createPod(image));
      assertThat(outcome.allowed()).isTrue();
      assertThat(outcome.decision().verdict()).isEqualTo(Verdict.REJECTED);
      assertThat(outcome.decision().mode()).isEqualTo(Mode.DETECTION);
      assertThat(outcome.warnings()).hasSize(1);
      assertThat(outcome.warnings().getFirst()).contains("(mode detection)");
    }
  }

  @Test
  void theReviewHasTheWorstVerdictAndItsFirstReason() {
    AdmissionRig rig =
        new AdmissionRig(
            "policy: [{pattern: '*:*'}, {pattern: 'free.io/*:*', verify: false}]",
            FakeValidator.signing("default"));
    assertThat(rig.review(createPod("signed:1", "free.io/x:1")).decision().verdict())
        .isEqualTo(Verdict.EXEMPT);
    AdmissionRig.Outcome outcome = rig.review(createPod("signed:1", "NO", "unsigned:1"));
    assertThat(outcome.reason()).isEqualTo(Reason.REFERENCE_INVALID);
  }

  @Test
  void atMostFiveWarningsOfAtMost120Characters() {
    String[] images = new String[9];
    for (int i = 0; i < images.length; i++) {
      images[i] = "warn.io/" + "x".repeat(120) + "unsigned:" + i;
    }
    AdmissionRig.Outcome outcome = rig.review(createPod(images));
    assertThat(outcome.warnings()).hasSize(5).allMatch(warning -> warning.length() <= 120);
    assertThat(outcome.warnings().getFirst()).endsWith("[tag_not_signed] (mode warn)");
    assertThat(outcome.warnings().getLast()).contains("5 more");
  }
}
