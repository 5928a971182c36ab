package dev.assayer.admission;

import dev.assayer.decision.Evidence;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was found of an image under a rule, wherever it stands in an object.
 *
 * @param reason the reason, which determines the verdict
 * @param detail one sentence for people; empty where there is nothing to say
 * @param digest the trusted digest, to which the image is pinned where it is admitted; present for
 *     {@link Reason#SIGNATURE_VALID}, {@link Reason#CHILD_APPROVED} and {@link Reason#GRACE}
 * @param validators who was asked
 * @param timing when the verification ran; empty if nobody was asked
 * @param evidence the verified files that this rests on
 */
record Judgement(
    Reason reason,
    String detail,
    Optional<Digest> digest,
    List<ValidatorRef> validators,
    List<Signer> signers,
    List<TrustFacts> trust,
    Optional<Timing> timing,
    List<Stage> stages,
    List<String> warnings,
    List<Evidence> evidence) {

  /** Nobody had to be asked. */
  static Judgement of(Reason reason, String detail) {
    return new Judgement(
        reason,
        detail,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  /** The same for what was verified before. */
  Judgement approved(Digest pin, List<Signer> by) {
    return new Judgement(
        reason,
        detail,
        Optional.of(pin),
        validators,
        by,
        trust,
        timing,
        stages,
        warnings,
        evidence);
  }

  /** The same after these were asked. */
  Judgement asked(List<ValidatorRef> refs) {
    return new Judgement(
        reason, detail, digest, refs, signers, trust, timing, stages, warnings, evidence);
  }

  /** The same with the time that it took, so far or in all, counted from the log's own start. */
  Judgement timed(StageLog log) {
    Timing whole = new Timing(Duration.ZERO, log.elapsed(), false);
    return new Judgement(
        reason,
        detail,
        digest,
        validators,
        signers,
        trust,
        Optional.of(whole),
        log.snapshot(),
        warnings,
        evidence);
  }

  /**
   * The same as a request sees it.
   *
   * @param by time from the start of the request to the start of the log; negative if the log is
   *     older
   * @param shared true if another request began the verification
   */
  Judgement seen(Duration by, boolean shared) {
    return new Judgement(
        reason,
        detail,
        digest,
        validators,
        signers,
        trust,
        timing.map(own -> new Timing(own.start().plus(by), own.took(), shared)),
        stages.stream().map(stage -> stage.later(by)).toList(),
        warnings,
        evidence);
  }

  /** The same with these remarks. */
  Judgement warned(List<String> remarks) {
    return new Judgement(
        reason, detail, digest, validators, signers, trust, timing, stages, remarks, evidence);
  }

  /** All chains as one, for a rule that asks several validators. */
  Optional<TrustFacts> facts() {
    return trust.stream()
        .reduce((one, other) ->
            new TrustFacts(
                Stream.concat(one.rootKeys().stream(), other.rootKeys().stream()).toList(),
                Stream.concat(one.chain().stream(), other.chain().stream()).toList(),
                one.age().isPresent() ? one.freshness() : other.freshness(),
                one.age().isPresent() && other.age().isPresent()
                    ? Optional.of(max(one.age().get(), other.age().get()))
                    : one.age().or(other::age),
                one.firstUse() || other.firstUse()));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
