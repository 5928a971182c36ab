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

import dev.assayer.config.Config;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.decision.Reason;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Grace under rules that ask several validators, and on a clock that is set back. */
class GraceOfSeveralTest {
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

  private static GraceRig both(String combination) {
    return new GraceRig(GRACE + "policy: [{pattern: '*:*', " + combination + ": [default, ci]}]");
  }

  @Test
  void ofSeveralThatMustAgreeThoseThatAnswerMustHaveProvenTheDigest() {
    use(both("allOf"));
    rig.create();
    rig.one.result = SILENT;
    assertGrace(rig.create(), FIRST);
    rig.other.result = SILENT;
    assertGrace(rig.create(), FIRST);
    rig.other.result = trusted(SECOND, EXPIRES);
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
    rig.other.result = new Refused(Reason.TLS_FAILED, "another CA");
    assertThat(rig.create().allowed()).isFalse();
    rig.other.result = new Refused(Reason.ROLLBACK, "older");
    assertDenied(rig.create(), Reason.ROLLBACK);
  }

  @Test
  void ofSeveralOfWhichOneIsEnoughAllMustBeSilent() {
    use(both("anyOf"));
    rig.create();
    rig.one.result = SILENT;
    rig.other.result = FAULT_5XX;
    assertGrace(rig.create(), FIRST);
    rig.other.result = new Refused(Reason.TAG_NOT_SIGNED, "no");
    assertDenied(rig.create(), Reason.UPSTREAM_UNREACHABLE);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  @DisplayName("one hangs and another has rejected: the deadline does not turn that into grace")
  void aRejectionThatIsKnownCountsAlsoWhenAnotherHangs(String combination) {
    use(both(combination));
    rig.create();
    rig.one.hanging = new CountDownLatch(1);
    rig.other.result = new Refused(Reason.ROLLBACK, "older");
    assertThat(rig.create(Duration.ofMillis(600)).allowed()).isFalse();
  }

  static Stream<String> combinations() {
    return Stream.of("allOf", "anyOf");
  }

  @Test
  @DisplayName("a clock that is set back again and again prolongs nothing in this process")
  void theMonotonicClockCountsToo() {
    Config config = AdmissionRig.config(ONE);
    AtomicLong nanos = new AtomicLong();
    Grace grace = new Grace(config, rig.facts, () -> rig.now, nanos::get);
    RuleConfig rule = config.policy().getFirst();
    Asked asked =
        new Asked(
            ((ReferenceResult.Valid) ImageReference.parse(IMAGE)).reference(),
            rule,
            (Resolution.Resolved) rule.resolution(),
            new Circumstances(Optional.of("shop"), Optional.empty(), false));
    grace.note(asked, Combining.of(Resolution.Combination.SINGLE, List.of(said(trusted(FIRST)))));
    Opinion silence = said(SILENT);
    Judgement failed = Combining.of(Resolution.Combination.SINGLE, List.of(silence));
    nanos.set(Duration.ofHours(6).toNanos());
    assertThat(grace.instead(asked, failed, List.of(silence), Duration.ofSeconds(2))).isPresent();
    nanos.set(Duration.ofHours(6).plusSeconds(1).toNanos());
    assertThat(grace.instead(asked, failed, List.of(silence), Duration.ofSeconds(2))).isEmpty();
  }

  private static Opinion said(ValidationResult result) {
    return new Opinion(new ValidatorRef("default", "notaryV1", "notary.example"), result);
  }
}
