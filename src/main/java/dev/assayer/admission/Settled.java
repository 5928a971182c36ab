package dev.assayer.admission;

import dev.assayer.config.RuleConfig;
import dev.assayer.decision.Mode;
import dev.assayer.image.ImageReference;
import java.util.Optional;

/**
 * What is settled of the images of one request before any validator is asked: by an owner that was
 * verified, or by broken glass. Asked after the rule was selected and after revoked digests were
 * refused, and never for images under a rule that exempts them. May wait for a short, bounded time.
 */
@FunctionalInterface
interface Settled {
  /** Nothing is settled. */
  Settled NOTHING = (image, rule, mode) -> Optional.empty();

  /**
   * What is settled of this image, if anything.
   *
   * @param rule the rule that applies to the image
   * @param mode the mode in force for it
   */
  Optional<Judgement> judge(ImageReference image, RuleConfig rule, Mode mode);

  /** This, or else that. */
  default Settled or(Settled that) {
    return (image, rule, mode) -> judge(image, rule, mode).or(() -> that.judge(image, rule, mode));
  }
}
