package dev.assayer.admission;

import dev.assayer.config.RuleConfig;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.image.ImageReference;
import java.util.Map;
import java.util.Optional;

/**
 * What a living, verified owner approves of one child.
 *
 * @param owner kind and name, for people
 * @param images what was verified of the owner, by the normal form of the child's image
 */
record OwnerApproval(String owner, Map<String, OwnerRecord.Image> images) implements Settled {
  /** Nothing is approved. */
  static final OwnerApproval NONE = new OwnerApproval("", Map.of());

  /** What was verified of the owner that makes up this image of the child. */
  Optional<OwnerRecord.Image> image(String normalised) {
    return Optional.ofNullable(images.get(normalised));
  }

  @Override
  public Optional<Judgement> judge(ImageReference image, RuleConfig rule, Mode mode) {
    return mode == Mode.ENFORCE ? image(image.text()).map(this::judgement) : Optional.empty();
  }

  private Judgement judgement(OwnerRecord.Image image) {
    return Judgement.of(Reason.CHILD_APPROVED, "as verified for its owner, " + owner)
        .approved(image.digest(), image.signers());
  }
}
