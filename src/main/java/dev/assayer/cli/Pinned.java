package dev.assayer.cli;

import dev.assayer.decision.ImageDecision;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import java.util.Optional;

/** The name that the webhook would write into the object. */
final class Pinned {
  private Pinned() {}

  /** The name with the trusted digest; empty where none was proven. */
  static Optional<String> text(ImageDecision decision) {
    if (!decision.verdict().admits()
        || !(ImageReference.parse(decision.requested()) instanceof ReferenceResult.Valid image)) {
      return Optional.empty();
    }
    return decision
        .digest()
        .flatMap(Digest::parse)
        .map(pin -> image.reference().pinned(pin).text());
  }
}
