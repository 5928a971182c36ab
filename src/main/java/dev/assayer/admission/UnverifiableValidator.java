package dev.assayer.admission;

import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;

/** Stands for a type of validator that cannot verify yet: never admits, and says why. */
final class UnverifiableValidator implements Validator {
  private final ValidatorRef ref;

  UnverifiableValidator(ValidatorConfig config) {
    ref = new ValidatorRef(config.name(), config.type(), "-");
  }

  @Override
  public ValidatorRef ref() {
    return ref;
  }

  @Override
  public ValidationResult validate(
      ValidationRequest request, StageLog stages, Deadline deadline) {
    return new ValidationResult.Refused(
        Reason.CONFIG_ERROR,
        "validator \""
            + ref.name()
            + "\" is of type "
            + ref.type()
            + ", which this version cannot verify yet");
  }
}
