package dev.assayer.admission;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is decided of a whole review.
 *
 * @param reason the reason of the review, which determines its verdict
 * @param detail what happened, where no image says it; else empty
 * @param mode the mode that turned the verdict into the outcome
 * @param patch what to rewrite, empty for nothing
 * @param verified what to remember of the object once it is admitted
 */
record Conclusion(
    Outcome outcome,
    Reason reason,
    String detail,
    Mode mode,
    List<ImageDecision> images,
    List<PatchOperation> patch,
    Optional<OwnerRecord> verified) {

  /** Nothing is to be remembered. */
  Conclusion(
      Outcome outcome,
      Reason reason,
      String detail,
      Mode mode,
      List<ImageDecision> images,
      List<PatchOperation> patch) {
    this(outcome, reason, detail, mode, images, patch, Optional.empty());
  }

  /** Admitted without any image being judged. */
  static Conclusion notApplicable(Reason reason, Mode mode, List<ImageDecision> images) {
    return new Conclusion(Outcome.ALLOWED, reason, "", mode, images, List.of());
  }

  /**
   * The worst of the images, which must not be none; the first of the worst gives the reason.
   * Denied if one that does not admit is enforced. Nothing is patched yet.
   */
  static Conclusion of(List<ImageDecision> images) {
    ImageDecision worst = images.getFirst();
    for (ImageDecision image : images) {
      worst = image.verdict().compareTo(worst.verdict()) > 0 ? image : worst;
    }
    List<ImageDecision> bad = images.stream().filter(image -> !image.verdict().admits()).toList();
    Mode mode = strictest(bad.isEmpty() ? images : bad);
    Outcome outcome = bad.isEmpty() || mode != Mode.ENFORCE ? Outcome.ALLOWED : Outcome.DENIED;
    return new Conclusion(outcome, worst.reason(), "", mode, images, List.of());
  }

  /** A fault of ours before there was any image: admits only where nothing is ever denied. */
  static Conclusion internalError(Mode mode) {
    return undecided(Reason.INTERNAL_ERROR, "the review failed unexpectedly", mode);
  }

  /**
   * No image was looked at: admits only where nothing is ever denied.
   *
   * @param reason one whose verdict is an error
   */
  static Conclusion undecided(Reason reason, String detail, Mode mode) {
    return new Conclusion(
        mode == Mode.ENFORCE ? Outcome.DENIED : Outcome.ALLOWED,
        reason,
        detail,
        mode,
        List.of(),
        List.of());
  }

  /**
   * Denied, though it would have been admitted, because somebody who insists on it was not told.
   *
   * @param why one sentence
   */
  Conclusion unannounced(String why) {
    List<ImageDecision> unpatched = images.stream().map(Images::unpatched).toList();
    return new Conclusion(
        Outcome.DENIED, Reason.ALERT_UNDELIVERABLE, why, Mode.ENFORCE, unpatched, List.of());
  }

  /**
   * Denied, though it would have been admitted, because no record of it can be kept.
   *
   * @param why one clause
   */
  Conclusion unrecorded(String why) {
    List<ImageDecision> unpatched = images.stream().map(Images::unpatched).toList();
    return new Conclusion(
        Outcome.DENIED,
        Reason.AUDIT_UNAVAILABLE,
        "no record of this decision can be kept: " + why,
        Mode.ENFORCE,
        unpatched,
        List.of());
  }

  /** The same with this to be remembered. */
  Conclusion remembering(Optional<OwnerRecord> record) {
    return new Conclusion(outcome, reason, detail, mode, images, patch, record);
  }

  /** Whether an owner approved one of the images. */
  boolean isByOwner() {
    return images.stream().anyMatch(image -> image.reason() == Reason.CHILD_APPROVED);
  }

  Verdict verdict() {
    return reason.verdict();
  }

  boolean isDenied() {
    return outcome == Outcome.DENIED;
  }

  /** The same with the images at these places rewritten, unless it is denied. */
  Conclusion patched(List<ImageSite> sites) {
    if (isDenied()) {
      return this;
    }
    List<ImageDecision> after = new ArrayList<>();
    List<PatchOperation> operations = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      ImageDecision image = images.get(i);
      Optional<PatchOperation> operation = PatchOperation.pinning(sites.get(i), image);
      operation.ifPresent(operations::add);
      after.add(operation.isPresent() ? Images.patched(image) : image);
    }
    return new Conclusion(outcome, reason, detail, mode, after, operations);
  }

  private static Mode strictest(List<ImageDecision> images) {
    Mode strictest = images.getFirst().mode();
    for (ImageDecision image : images) {
      strictest = image.mode().compareTo(strictest) < 0 ? image.mode() : strictest;
    }
    return strictest;
  }
}
