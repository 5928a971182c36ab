package dev.assayer.admission;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds in the stages so far who is to blame that there is no answer in time. */
final class Lateness {
  /** In less nobody far away can have answered: whoever was being asked is not to blame. */
  private static final Duration ASKABLE = Duration.ofMillis(50);

  private Lateness() {}

  /**
   * The open stage that waits for somebody else longest; without one the time-out is our own.
   *
   * @param budget time that there was
   */
  static Judgement judge(StageLog log, Duration budget) {
    if (budget.compareTo(ASKABLE) < 0) {
      return Judgement.of(
              Reason.DEADLINE_EXCEEDED,
              "the budget of "
                  + Figures.seconds(budget)
                  + " is too short to ask anybody; raise timeoutSeconds of the webhook")
          .timed(log);
    }
    List<Stage> stages = log.snapshot();
    Optional<Stage> culprit =
        stages.stream().filter(stage -> stage.open() && stage.dependency().isPresent()).findFirst();
    if (culprit.isPresent()) {
      Stage stage = culprit.get();
      String detail =
          stage.dependency().orElse("-")
              + " did not answer "
              + stage.name()
              + " within "
              + Figures.seconds(stage.duration());
      return Judgement.of(Reason.UPSTREAM_TIMEOUT, detail).timed(log);
    }
    String doing =
        stages.stream()
            .filter(Stage::open)
            .findFirst()
            .map(stage -> ", busy with " + stage.name())
            .orElse("");
    return Judgement.of(
            Reason.DEADLINE_EXCEEDED,
            "no answer within the budget of " + Figures.seconds(budget) + doing)
        .timed(log);
  }
}
