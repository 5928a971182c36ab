package dev.assayer.admission;

import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;

/** Stands for a validator that cannot verify: never admits, and says why. */
final class UnverifiableValidator implements Validator {
  private final ValidatorRef ref;
  private final ValidationResult answer;

  /**
   * The stand-in for a section.
   *
   * @param why the rest of a sentence that begins with the validator's name
   */
  UnverifiableValidator(ValidatorConfig config, String why) {
    ref = new ValidatorRef(config.name(), config.type(), "-");
    answer =
        new ValidationResult.Refused(
            Reason.CONFIG_ERROR, "validator \"" + config.name() + "\" " + why);
  }

  /** The stand-in for a validator of a type that cannot be verified yet. */
  static UnverifiableValidator unknownType(ValidatorConfig config) {
    return new UnverifiableValidator(
        config, "is of type " + config.type() + ", which this version cannot verify yet");
  }

  @Override
  public ValidatorRef ref() {
    return ref;
  }

  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    return answer;
  }
}
