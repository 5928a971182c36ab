package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.FakeValidator.sha256;
import static dev.assayer.admission.FakeValidator.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";

  private final CountDownLatch gate = new CountDownLatch(1);

  private FakeValidator waiting(String stage) {
    return new FakeValidator(
        "default",
        "notary.example.com",
        (request, stages, deadline) -> {
          if (stage.isEmpty()) {
            return pass();
          }
          try (StageLog.Span span = stages.begin(stage, "notary.example.com")) {
            span.note("waiting");
            return pass();
          }
        });
  }

  private ValidationResult pass() {
    try {
      gate.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return trusted(sha256("x"));
  }

  @Test
  @DisplayName("ADM-13 100 identical pods at once")
  void identicalReviewsShareOneVerificationAndHaveARecordEach()
      throws InterruptedException, ExecutionException {
    FakeValidator validator = waiting("timestamp");
    AdmissionRig rig = new AdmissionRig(RULE, validator);
    List<Decision> decisions = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch started = new CountDownLatch(100);
      List<Future<AdmissionRig.Outcome>> reviews = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        reviews.add(
            callers.submit(() -> {
              started.countDown();
              return rig.review(createPod("app:1"));
            }));
      }
      started.await();
      while (validator.asked.isEmpty()) {
        Thread.sleep(5);
      }
      Thread.sleep(300);
      gate.countDown();
      for (Future<AdmissionRig.Outcome> review : reviews) {
        decisions.add(review.get().decision());
      }
    }
    assertThat(validator.asked).hasSize(1);
    assertThat(decisions).extracting(Decision::recordId).doesNotHaveDuplicates().hasSize(100);
    assertThat(decisions).extracting(Decision::sequence).doesNotHaveDuplicates().contains(1L, 100L);
    assertThat(decisions).allMatch(decision -> decision.reason() == Reason.SIGNATURE_VALID);
  }

  @Test
  @DisplayName("ADM-14 ?timeout=1s shorter than the configured one")
  void theBudgetIsTheShorterTimeMinusHalfASecond() {
    Duration ten = Duration.ofSeconds(10);
    assertThat(Assayer.budget(ten, Optional.of(Duration.ofSeconds(1))))
        .isEqualTo(Duration.ofMillis(500));
    assertThat(Assayer.budget(ten, Optional.of(Duration.ofSeconds(30))))
        .isEqualTo(Duration.ofMillis(9500));
    assertThat(Assayer.budget(ten, Optional.empty())).isEqualTo(Duration.ofMillis(9500));
    assertThat(Assayer.budget(ten, Optional.of(Duration.ofMillis(100)))).isEqualTo(Duration.ZERO);
  }

  @Test
  @DisplayName("ADM-14 the reply comes before the deadline and names the culprit")
  void whoDoesNotAnswerIsNamedWithStageAndTime() {
    AdmissionRig rig = new AdmissionRig(RULE, waiting("timestamp"));
    long before = System.nanoTime();
    AdmissionRig.Outcome outcome =
        rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ofMillis(500)));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    gate.countDown();
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
    assertThat(outcome.code()).isEqualTo(504);
    assertThat(outcome.message())
        .containsPattern("notary.example.com did not answer timestamp within [45]\\d\\d ms")
        .containsPattern("\\(budget 500 ms: timestamp [45]\\d\\d ms\\)")
        .contains("try again (dependency notary.example.com)");
    assertThat(outcome.decision().budget()).isEqualTo(Duration.ofMillis(500));
    assertThat(outcome.image(0).stages()).anyMatch(stage -> stage.open());
  }

  @Test
  void withoutADependencyTheTimeOutIsOurOwn() {
    AdmissionRig rig = new AdmissionRig(RULE, waiting(""));
    AdmissionRig.Outcome outcome =
        rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ofMillis(100)));
    gate.countDown();
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
    assertThat(outcome.message()).contains("budget of 100 ms");
  }

  @Test
  void noTimeAtAllIsNeverAnAdmission() {
    AdmissionRig rig = new AdmissionRig(RULE, waiting("timestamp"));
    AdmissionRig.Outcome outcome =
        rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ZERO));
    gate.countDown();
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.code()).isEqualTo(504);
  }

  @Test
  @DisplayName("ADM-14 ?timeout=1ms is a budget that is too short, and nobody's time-out")
  void whoWasHardlyAskedIsNotToBlame() throws InterruptedException {
    FakeValidator validator = waiting("timestamp");
    AdmissionRig rig = new AdmissionRig(RULE, validator);
    Thread other =
        Thread.startVirtualThread(
            () -> assertThat(rig.review(createPod("app:1")).allowed()).isTrue());
    while (validator.asked.isEmpty()) {
      Thread.sleep(5);
    }
    Duration budget = Assayer.budget(Duration.ofSeconds(10), Optional.of(Duration.ofMillis(1)));
    AdmissionRig.Outcome outcome = rig.review(createPod("app:1"), "mutate", Deadline.after(budget));
    gate.countDown();
    other.join();
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
    assertThat(outcome.message()).contains("too short to ask anybody", "timeoutSeconds");
  }

  @Test
  void theWorkOutlivesAnImpatientCallerForTheNextOne() throws InterruptedException {
    FakeValidator validator = waiting("timestamp");
    AdmissionRig rig = new AdmissionRig(RULE, validator);
    rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ofMillis(50)));
    Thread patient =
        Thread.startVirtualThread(
            () -> assertThat(rig.review(createPod("app:1")).allowed()).isTrue());
    Thread.sleep(100);
    gate.countDown();
    patient.join();
    assertThat(validator.asked).hasSize(1);
  }

  @Test
  void aHangingValidatorDoesNotHoldLaterReviewsForEver() throws InterruptedException {
    FakeValidator validator = waiting("timestamp");
    AdmissionRig rig = new AdmissionRig("webhook: {budget: 1s}\n" + RULE, validator);
    rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ofMillis(100)));
    Thread.sleep(1500);
    rig.review(createPod("app:1"), "mutate", Deadline.after(Duration.ofMillis(100)));
    gate.countDown();
    assertThat(validator.asked).hasSize(2);
  }

  @Test
  void anotherInstantIsAnotherQuestion() {
    FakeValidator validator = FakeValidator.signing("default");
    AdmissionRig rig = new AdmissionRig(RULE, validator);
    Deadline deadline = Deadline.after(Duration.ofSeconds(5));
    rig.assayer.verify("app:1", Optional.of("shop"), AdmissionRig.NOW.minusSeconds(9), deadline);
    rig.review(createPod("app:1"));
    assertThat(validator.asked)
        .extracting(request -> request.at())
        .containsExactly(AdmissionRig.NOW.minusSeconds(9), AdmissionRig.NOW);
  }
}
