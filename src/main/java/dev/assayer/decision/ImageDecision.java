package dev.assayer.decision;

import java.util.List;
import java.util.Optional;

/**
 * What was decided of one image at one place of the object.
 *
 * @param container name of the container or volume that holds the image
 * @param containerType {@code container}, {@code initContainer}, {@code ephemeralContainer}, {@code
 *     volume}
 * @param requested the reference as written
 * @param normalised the normal form, empty if the reference is invalid
 * @param digest the trusted digest, {@code sha256:…}
 * @param patched true if the response rewrites this image
 * @param detail one sentence for people: what failed, where, with which figures
 * @param timing when its verification ran, empty if nobody was asked
 * @param stages the steps of its verification
 * @param warnings remarks that did not change the verdict
 * @param evidence the verified metadata that the verdict rests on; of a rejection, what was
 *     verified before it failed
 */
public record ImageDecision(
    String container,
    String containerType,
    String requested,
    Optional<String> normalised,
    Optional<String> digest,
    boolean patched,
    Optional<RuleRef> rule,
    List<ValidatorRef> validators,
    Verdict verdict,
    Reason reason,
    Mode mode,
    String detail,
    List<Signer> signers,
    Optional<TrustFacts> trust,
    Optional<Timing> timing,
    List<Stage> stages,
    List<String> warnings,
    List<Evidence> evidence) {

  /** The same with its evidence by name only. */
  ImageDecision named() {
    return new ImageDecision(
        container,
        containerType,
        requested,
        normalised,
        digest,
        patched,
        rule,
        validators,
        verdict,
        reason,
        mode,
        detail,
        signers,
        trust,
        timing,
        stages,
        warnings,
        evidence.stream().map(Evidence::named).toList());
  }
}
