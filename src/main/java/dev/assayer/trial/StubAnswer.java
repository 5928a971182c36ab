package dev.assayer.trial;

import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;

/**
 * A validator that says what a case says.
 *
 * @param ref the validator that it stands for
 * @param answer to every image
 */
record StubAnswer(ValidatorRef ref, ValidationResult answer) implements Validator {
  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    return answer;
  }
}
