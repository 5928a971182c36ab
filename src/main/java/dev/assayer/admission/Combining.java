package dev.assayer.admission;

import dev.assayer.config.Resolution.Combination;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.TrustFacts;
import dev.assayer.image.Digest;
import dev.assayer.validation.ValidationResult.Approved;
import dev.assayer.validation.ValidationResult.Refused;
import dev.assayer.validation.ValidationResult.Trusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes one judgement of what the validators of a rule said, in rule order. */
final class Combining {
  private Combining() {}

  static Judgement of(Combination combination, List<Opinion> opinions) {
    Judgement judgement =
        switch (combination) {
          case SINGLE -> single(opinions.getFirst());
          case ALL_OF -> allOf(opinions);
          case ANY_OF -> anyOf(opinions);
        };
    return judgement.asked(opinions.stream().map(Opinion::validator).toList());
  }

  /** Whether what this one said decides the outcome, whatever the others say. */
  static boolean decides(Combination combination, Opinion opinion) {
    return switch (combination) {
      case SINGLE -> true;
      case ALL_OF -> opinion.isRejected();
      case ANY_OF -> opinion.isTrusted();
    };
  }

  /** All must verify and name one digest. A static approval agrees with any digest. */
  private static Judgement allOf(List<Opinion> opinions) {
    Optional<Opinion> against =
        first(opinions, Opinion::isRejected)
            .or(() -> first(opinions, one -> !one.isTrusted() && !one.isApproved()));
    if (against.isPresent()) {
      return named(against.get());
    }
    List<Opinion> trusting = opinions.stream().filter(Opinion::isTrusted).toList();
    if (trusting.isEmpty()) {
      return named(opinions.getFirst());
    }
    List<Trusted> proofs = trusting.stream().map(one -> (Trusted) one.result()).toList();
    if (proofs.stream().map(Trusted::digest).distinct().count() > 1) {
      String who =
          trusting.stream()
              .map(one ->
                  one.validator().name() + " says " + ((Trusted) one.result()).digest().text())
              .collect(Collectors.joining(", "));
      return Judgement.of(Reason.DIGEST_MISMATCH, "the validators of allOf disagree: " + who);
    }
    return verified(proofs.getFirst().digest(), proofs);
  }

  /** One that verifies is enough. Without any, no proof either way outweighs a rejection. */
  private static Judgement anyOf(List<Opinion> opinions) {
    Opinion decisive =
        first(opinions, Opinion::isTrusted)
            .or(() -> first(opinions, Opinion::isApproved))
            .or(() -> first(opinions, one -> !one.isRejected()))
            .orElseGet(opinions::getFirst);
    return named(decisive);
  }

  private static Optional<Opinion> first(List<Opinion> opinions, Predicate<Opinion> which) {
    return opinions.stream().filter(which).findFirst();
  }

  /** With several validators the sentence says whose it is. */
  private static Judgement named(Opinion opinion) {
    Judgement plain = single(opinion);
    return plain.detail().isEmpty()
        ? plain
        : new Judgement(
            plain.reason(),
            "validator " + opinion.validator().name() + ": " + plain.detail(),
            plain.digest(),
            plain.validators(),
            plain.signers(),
            plain.trust(),
            plain.timing(),
            plain.stages(),
            plain.warnings(),
            plain.evidence());
  }

  private static Judgement single(Opinion opinion) {
    return switch (opinion.result()) {
      case Trusted trusted -> verified(trusted.digest(), List.of(trusted));
      case Approved(String why) -> Judgement.of(Reason.POLICY_EXEMPT, why);
      case Refused refused -> refused(refused);
    };
  }

  /** A refusal with an admitting reason would be a wrong admit by a slip of a validator. */
  private static Judgement refused(Refused refused) {
    boolean slip = refused.reason().verdict().admits();
    return new Judgement(
        slip ? Reason.INTERNAL_ERROR : refused.reason(),
        slip ? "a refusal came with the reason " + refused.reason().code() : refused.detail(),
        Optional.empty(),
        List.of(),
        refused.signers(),
        refused.trust().stream().toList(),
        Optional.empty(),
        List.of(),
        List.of(),
        refused.evidence());
  }

  private static Judgement verified(Digest digest, List<Trusted> proofs) {
    List<Signer> signers = new ArrayList<>();
    List<TrustFacts> trust = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<Evidence> evidence = new ArrayList<>();
    for (Trusted proof : proofs) {
      signers.addAll(proof.signers());
      trust.add(proof.trust());
      warnings.addAll(proof.warnings());
      evidence.addAll(proof.evidence());
    }
    return new Judgement(
        Reason.SIGNATURE_VALID,
        "",
        Optional.of(digest),
        List.of(),
        signers,
        trust,
        Optional.empty(),
        List.of(),
        warnings,
        evidence);
  }
}
