package dev.assayer.admission;

import dev.assayer.admission.Examiner.Examination;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.StageLog;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Problem;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides of every place of an object that names an image; equal images are verified once. */
final class Images {
  /** For the record. Webhooks see objects before the API server checks the length of names. */
  private static final int MAX_NAME = 256;

  /** Above the longest valid reference. */
  private static final int MAX_REQUESTED = 1024;

  private final Examiner examiner;

  Images(Examiner examiner) {
    this.examiner = examiner;
  }

  /**
   * Decides of these places, all at the same time.
   *
   * @param stages takes the time of selecting the rules
   * @return one decision a place, in their order, none patched yet
   */
  List<ImageDecision> decide(
      List<ImageSite> sites, Circumstances under, StageLog stages, Deadline deadline) {
    Map<String, Examination> begun = new HashMap<>();
    List<ReferenceResult> references = new ArrayList<>();
    try (StageLog.Span _ = stages.begin("policy.select")) {
      for (ImageSite site : sites) {
        ReferenceResult reference = ImageReference.parse(site.requested());
        references.add(reference);
        if (reference instanceof Valid(ImageReference image) && !site.unchanged()) {
          begun.computeIfAbsent(image.text(), text -> examiner.begin(image, under));
        }
      }
    }
    List<ImageDecision> decisions = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      decisions.add(decision(sites.get(i), references.get(i), begun, deadline));
    }
    return decisions;
  }

  private ImageDecision decision(
      ImageSite site,
      ReferenceResult reference,
      Map<String, Examination> begun,
      Deadline deadline) {
    if (site.unchanged()) {
      return unasked(site, reference, Judgement.of(Reason.UNCHANGED, "as in the stored object"));
    }
    return switch (reference) {
      case Invalid invalid -> unasked(site, reference, invalid(site, invalid));
      case Valid(ImageReference image) -> {
        Examination examination = begun.get(image.text());
        yield examination == null
            ? unasked(site, reference, Judgement.of(Reason.INTERNAL_ERROR, "not examined"))
            : decision(
                site,
                reference,
                examination.rule(),
                examination.mode(),
                examiner.await(examination, deadline));
      }
    };
  }

  /** The same finding for a place that no rule is looked up for. */
  ImageDecision unasked(ImageSite site, Judgement judgement) {
    return unasked(site, ImageReference.parse(site.requested()), judgement);
  }

  private ImageDecision unasked(ImageSite site, ReferenceResult reference, Judgement judgement) {
    return decision(site, reference, Optional.empty(), examiner.mode(Mode.ENFORCE), judgement);
  }

  private static Judgement invalid(ImageSite site, Invalid invalid) {
    Reason reason =
        invalid.problem() == Problem.HASH_UNSUPPORTED
            ? Reason.HASH_UNSUPPORTED
            : Reason.REFERENCE_INVALID;
    String where =
        site.name().isEmpty()
            ? ""
            : site.type().code() + " \"" + Plain.ascii(site.name(), 63) + "\": ";
    return Judgement.of(reason, where + invalid.detail());
  }

  private static ImageDecision decision(
      ImageSite site,
      ReferenceResult reference,
      Optional<RuleRef> rule,
      Mode mode,
      Judgement found) {
    Optional<String> normalised =
        reference instanceof Valid(ImageReference image)
            ? Optional.of(image.text())
            : Optional.empty();
    return new ImageDecision(
        Plain.cut(site.name(), MAX_NAME),
        site.type().code(),
        Plain.cut(site.requested(), MAX_REQUESTED),
        normalised,
        found.digest().map(digest -> digest.text()),
        false,
        rule,
        found.validators(),
        found.reason().verdict(),
        found.reason(),
        mode,
        found.detail(),
        found.signers(),
        found.facts(),
        found.timing(),
        found.stages(),
        found.warnings(),
        found.evidence());
  }

  /** The same decision, with the image rewritten by the response. */
  static ImageDecision patched(ImageDecision image) {
    return rewritten(image, true);
  }

  /** The same decision by a response that rewrites nothing. */
  static ImageDecision unpatched(ImageDecision image) {
    return image.patched() ? rewritten(image, false) : image;
  }

  private static ImageDecision rewritten(ImageDecision image, boolean byResponse) {
    return new ImageDecision(
        image.container(),
        image.containerType(),
        image.requested(),
        image.normalised(),
        image.digest(),
        byResponse,
        image.rule(),
        image.validators(),
        image.verdict(),
        image.reason(),
        image.mode(),
        image.detail(),
        image.signers(),
        image.trust(),
        image.timing(),
        image.stages(),
        image.warnings(),
        image.evidence());
  }

  /** The same image, rejected in the final object: what is verified but not pinned can move. */
  static ImageDecision notPinned(ImageDecision image) {
    return new ImageDecision(
        image.container(),
        image.containerType(),
        image.requested(),
        image.normalised(),
        image.digest(),
        false,
        image.rule(),
        image.validators(),
        Reason.NOT_PINNED.verdict(),
        Reason.NOT_PINNED,
        image.mode(),
        "the final object names no digest; a later webhook may have replaced the pinned image",
        image.signers(),
        image.trust(),
        image.timing(),
        image.stages(),
        image.warnings(),
        image.evidence());
  }
}
