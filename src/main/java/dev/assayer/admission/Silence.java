package dev.assayer.admission;

import dev.assayer.decision.Reason;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.util.List;

/**
 * Whether an image could not be proven for nothing else than that an upstream is silent. Whoever
 * makes the request can make its time short, and can make calls queue: neither says anything about
 * the upstream.
 */
final class Silence {
  /** For so long one call must have been without an answer when our deadline ended. */
  static final Duration FAIR = Duration.ofSeconds(2);

  /** Of a verification that another request began: who waits for whom there, it does not say. */
  private static final String JOINED = "trust data";

  private Silence() {}

  /**
   * Whether that is all that is known.
   *
   * @param heard what validators said until now, all of them
   */
  static boolean of(Judgement failed, List<Opinion> heard) {
    boolean none = failed.reason().isSilence() || failed.reason() == Reason.UPSTREAM_ERROR;
    boolean nothingElse =
        heard.stream().allMatch(one -> one.isTrusted() || one.isApproved() || isOut(one));
    return none && nothingElse && (isCut(failed) || heard.stream().anyMatch(Silence::isOut));
  }

  private static boolean isCut(Judgement failed) {
    return failed.reason() == Reason.UPSTREAM_TIMEOUT
        && failed.stages().stream()
            .anyMatch(stage ->
                stage.open()
                    && stage.dependency().isPresent()
                    && !stage.name().equals(JOINED)
                    && stage.duration().compareTo(FAIR) >= 0);
  }

  private static boolean isOut(Opinion opinion) {
    return opinion.result() instanceof Refused refused && refused.outage();
  }
}
