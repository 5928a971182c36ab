package dev.assayer.proof;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;
import dev.assayer.validation.notary.RecordedTrust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about an image as the webhook does, by its code, with nothing but a policy and files that
 * were kept.
 */
final class OfflineAssayer {
  /** Nobody is waited for; a slow machine must not look like a slow Notary. */
  private static final Duration BUDGET = Duration.ofMinutes(5);

  private final Config policy;
  private final SignatureVerifier verifier;

  OfflineAssayer(Config policy, SignatureVerifier verifier) {
    this.policy = policy.withBudget(BUDGET.plusSeconds(1));
    this.verifier = verifier;
  }

  /**
   * Decides.
   *
   * @param rotations whether the way between several root files is to be verified too
   */
  ImageDecision decide(
      String image, String namespace, Instant at, List<Evidence> evidence, boolean rotations) {
    String gun =
        ImageReference.parse(image) instanceof ReferenceResult.Valid(ImageReference valid)
            ? valid.repository()
            : "-";
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (ValidatorConfig section : policy.validators()) {
      validators.put(section.name(), validator(section, gun, evidence, rotations));
    }
    Environment environment = new Environment(InstantSource.fixed(at), "-", "-", 1);
    try (Assayer assayer = new Assayer(policy, environment, validators)) {
      return assayer.verify(
          image,
          Optional.of(namespace).filter(name -> !name.isEmpty()),
          at,
          Deadline.after(BUDGET));
    }
  }

  private Validator validator(
      ValidatorConfig section, String gun, List<Evidence> evidence, boolean rotations) {
    return switch (section) {
      case StaticConfig fixed -> new StaticValidator(fixed);
      case NotaryV1Config notary ->
          RecordedTrust.validator(
              notary,
              gun,
              evidence.stream().filter(file -> file.validator().equals(section.name())).toList(),
              rotations,
              verifier,
              Set.copyOf(policy.revoked().keyIds()));
      default -> new Unproven(new ValidatorRef(section.name(), section.type(), "-"));
    };
  }

  /** A type of which this version keeps no evidence. */
  private record Unproven(ValidatorRef ref) implements Validator {
    @Override
    public ValidationResult validate(
        ValidationRequest request, StageLog stages, Deadline deadline) {
      return new ValidationResult.Refused(Reason.CONFIG_ERROR, "no evidence of this type is kept");
    }
  }
}
