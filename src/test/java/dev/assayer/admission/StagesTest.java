package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.AdmissionRig.request;
import static dev.assayer.admission.FakeValidator.sha256;
import static dev.assayer.admission.FakeValidator.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Timing;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the steps of a review were taken, as the decision says it. */
@Timeout(60)
class StagesTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";

  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final FakeValidator waiting =
      new FakeValidator(
          "default",
          "notary.example.com",
          (request, stages, deadline) -> {
            try (StageLog.Span _ = stages.begin("timestamp", "notary.example.com")) {
              asked.countDown();
              return pass();
            }
          });

  private ValidationResult pass() {
    try {
      gate.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return trusted(sha256("x"));
  }

  @Test
  void theStepsOfTheReviewAndOfItsImagesAreCountedFromTheStartOfTheRequest()
      throws InterruptedException {
    gate.countDown();
    AdmissionRig rig = new AdmissionRig(RULE, waiting);
    Deadline deadline = Deadline.after(Duration.ofSeconds(9));
    Thread.sleep(30);
    Decision decision = rig.review(createPod("app:1"), "mutate", deadline).decision();
    assertThat(decision.stages())
        .extracting(Stage::name)
        .containsExactly("review.parse", "policy.select", "patch.build", "response.encode");
    assertThat(decision.stages()).extracting(Stage::start).isSorted();
    assertThat(decision.stages()).noneMatch(Stage::open);
    Timing timing = decision.images().getFirst().timing().orElseThrow();
    Stage fetch = decision.images().getFirst().stages().getFirst();
    assertThat(decision.stages().getFirst().start()).isGreaterThan(Duration.ofMillis(29));
    assertThat(timing.start()).isGreaterThanOrEqualTo(decision.stages().get(1).start());
    assertThat(fetch.start()).isGreaterThanOrEqualTo(timing.start());
    assertThat(fetch.start().plus(fetch.duration()))
        .isLessThanOrEqualTo(timing.start().plus(timing.took()));
    assertThat(timing.start().plus(timing.took())).isLessThanOrEqualTo(decision.took());
    assertThat(timing.shared()).isFalse();
  }

  @Test
  void aVerificationThatAnotherRequestBeganStartsBeforeThisOneAndIsSaidToBeShared()
      throws InterruptedException {
    AdmissionRig rig = new AdmissionRig(RULE, waiting);
    CompletableFuture<AdmissionRig.Outcome> first =
        CompletableFuture.supplyAsync(() -> rig.review(createPod("app:1")));
    asked.await();
    Thread.sleep(20);
    CompletableFuture<AdmissionRig.Outcome> second =
        CompletableFuture.supplyAsync(() -> rig.review(createPod("app:1")));
    Thread.sleep(300);
    gate.countDown();
    Timing own = first.join().image(0).timing().orElseThrow();
    Timing shared = second.join().image(0).timing().orElseThrow();
    assertThat(waiting.asked).hasSize(1);
    assertThat(own.shared()).isFalse();
    assertThat(own.start()).isPositive();
    assertThat(shared.shared()).isTrue();
    assertThat(shared.start()).isLessThan(Duration.ofMillis(-19));
    assertThat(shared.took()).isEqualTo(own.took());
    assertThat(second.join().image(0).stages().getFirst().start()).isNegative();
  }

  @Test
  void anImageThatNobodyWasAskedAboutHasNoTiming() {
    Decision decision = AdmissionRig.signing().review(createPod("NOT/A NAME")).decision();
    assertThat(decision.images().getFirst().timing()).isEmpty();
  }

  @Test
  @DisplayName("ADM-08 dryRun=true says so to the validator, and shares no attempt that counts")
  void aDryRunNeverSharesAnAttemptThatCounts() throws InterruptedException {
    AdmissionRig rig = new AdmissionRig(RULE, waiting);
    CompletableFuture<AdmissionRig.Outcome> dry =
        CompletableFuture.supplyAsync(() ->
            rig.review(
                request(
                    "'kind':{"
                        + AdmissionRig.POD
                        + "},'operation':'CREATE','dryRun':true,'object':"
                        + pod("app:1"))));
    asked.await();
    CompletableFuture<AdmissionRig.Outcome> real =
        CompletableFuture.supplyAsync(() -> rig.review(createPod("app:1")));
    while (waiting.asked.size() < 2) {
      Thread.sleep(5);
    }
    gate.countDown();
    assertThat(List.of(dry.join().allowed(), real.join().allowed())).containsOnly(true);
    assertThat(waiting.asked)
        .extracting(request -> request.dryRun())
        .containsExactlyInAnyOrder(true, false);
  }
}
