package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;

/** A step of the chain that failed; never leaves this room. */
final class TrustException extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  TrustException(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
