package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Verdict;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";

  private final List<Decision> told = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<String>> undelivered =
      new AtomicReference<>(Optional.empty());

  /** Remembers what it is told, and answers what the test says. */
  private final class Fake implements Announcements {
    private final Duration reserve;

    Fake(Duration reserve) {
      this.reserve = reserve;
    }

    @Override
    public Duration reserve() {
      return reserve;
    }

    @Override
    public Optional<String> undelivered(Decision decision, StageLog stages, Deadline deadline) {
      told.add(decision);
      try (StageLog.Span span = stages.begin("alert.send first")) {
        span.note("500");
      }
      return undelivered.get();
    }
  }

  private AdmissionRig rig(String yaml) {
    return new AdmissionRig(
        yaml,
        environment -> environment.announcing(_ -> new Fake(Duration.ZERO)),
        FakeValidator.signing("default"));
  }

  @Test
  void anAdmissionIsToldBeforeItIsMadeAndTheRecordIsTheSame() {
    AdmissionRig.Outcome outcome = rig(RULE).review(createPod("signed:1"));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.patch()).hasSize(1);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().recordId()).isEqualTo(outcome.decision().recordId());
    assertThat(outcome.decision().stages())
        .extracting(Stage::name)
        .containsSubsequence("alert.send first", "response.encode");
  }

  @Test
  void whatCannotBeToldIsDeniedWithTheSameRecordAndNothingIsPatched() {
    undelivered.set(Optional.of("receiver first answered 500"));
    AdmissionRig.Outcome outcome = rig(RULE).review(createPod("signed:1"));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.code()).isEqualTo(503);
    assertThat(outcome.patch()).isEmpty();
    assertThat(outcome.message())
        .contains("[alert_undeliverable] receiver first answered 500")
        .contains("docs/reasons.md#alert_undeliverable")
        .contains(told.getFirst().recordId());
    Decision decision = outcome.decision();
    assertThat(decision.recordId()).isEqualTo(told.getFirst().recordId());
    assertThat(decision.sequence()).isEqualTo(told.getFirst().sequence());
    assertThat(decision.reason()).isEqualTo(Reason.ALERT_UNDELIVERABLE);
    assertThat(decision.verdict()).isEqualTo(Verdict.ERROR);
    assertThat(decision.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(decision.images()).noneMatch(ImageDecision::patched);
    assertThat(decision.images())
        .extracting(ImageDecision::reason)
        .containsExactly(Reason.SIGNATURE_VALID);
  }

  @Test
  void inDetectionModeTooWhatCannotBeToldIsDenied() {
    undelivered.set(Optional.of("receiver first did not answer"));
    AdmissionRig.Outcome outcome =
        rig("detectionMode: true\n" + RULE).review(createPod("unsigned:1"));
    assertThat(told.getFirst().outcome()).isEqualTo(Outcome.ALLOWED);
    assertThat(told.getFirst().verdict()).isEqualTo(Verdict.REJECTED);
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.decision().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(outcome.annotation("reason")).isEqualTo("alert_undeliverable");
    assertThat(outcome.message()).contains("[alert_undeliverable]");
  }

  @Test
  void aDenialIsNotToldBeforehand() {
    assertThat(rig(RULE).review(createPod("unsigned:1")).allowed()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aVerificationThatTakesAllItsTimeLeavesTheReserve() {
    FakeValidator slow = slow();
    try (AdmissionRig rig =
        new AdmissionRig(
            "detectionMode: true\n" + RULE,
            environment -> environment.announcing(_ -> new Fake(Duration.ofMinutes(1))),
            slow)) {
      AdmissionRig.Outcome outcome =
          rig.review(createPod("slow:1"), "mutate", Deadline.after(Duration.ofMinutes(1)));
      assertThat(outcome.allowed()).isTrue();
      assertThat(outcome.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
      assertThat(told).hasSize(1);
    }
  }

  private static FakeValidator slow() {
    return new FakeValidator(
        "default",
        "slow.example",
        (request, stages, deadline) -> {
          try {
            TimeUnit.SECONDS.sleep(30);
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          throw new AssertionError();
        });
  }

  @Test
  void aHangingNotaryLeavesTimeForTheRecordOfItsDenial() {
    List<Duration> left = new CopyOnWriteArrayList<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public Duration reserve() {
            return Duration.ofMillis(400);
          }

          @Override
          public Result keep(
              Decision decision, boolean binding, StageLog stages, Deadline deadline) {
            left.add(deadline.remaining());
            return new Result.NowhereToKeep();
          }
        };
    try (AdmissionRig rig =
        new AdmissionRig(RULE, environment -> environment.recordedBy(recorder), slow())) {
      AdmissionRig.Outcome outcome =
          rig.review(createPod("slow:1"), "mutate", Deadline.after(Duration.ofSeconds(2)));
      assertThat(outcome.allowed()).isFalse();
      assertThat(left).singleElement().satisfies(time -> assertThat(time).isPositive());
    }
  }
}
