package dev.assayer.validation.fixed;

import dev.assayer.config.StaticConfig;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;

/** Gives the configured answer to every image: exempt, or denied by policy; never verified. */
public final class StaticValidator implements Validator {
  private static final String NO_UPSTREAM = "-";

  private final ValidatorRef ref;
  private final ValidationResult answer;

  /** The validator that {@code config} describes. */
  public StaticValidator(StaticConfig config) {
    ref = new ValidatorRef(config.name(), config.type(), NO_UPSTREAM);
    String why = "validator \"" + config.name() + "\" is static with approve: " + config.approve();
    answer =
        config.approve()
            ? new ValidationResult.Approved(why)
            : new ValidationResult.Refused(Reason.DENIED_BY_POLICY, why);
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
