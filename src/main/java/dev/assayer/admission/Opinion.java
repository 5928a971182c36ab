package dev.assayer.admission;

import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import dev.assayer.validation.ValidationResult;

/** What one validator said. */
record Opinion(ValidatorRef validator, ValidationResult result) {
  boolean isTrusted() {
    return result instanceof ValidationResult.Trusted;
  }

  boolean isApproved() {
    return result instanceof ValidationResult.Approved;
  }

  /** Proof of a problem, not merely no proof. */
  boolean isRejected() {
    return result instanceof ValidationResult.Refused refused
        && refused.reason().verdict() == Verdict.REJECTED;
  }
}
