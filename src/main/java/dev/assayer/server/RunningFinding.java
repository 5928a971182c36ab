package dev.assayer.server;

import java.util.Locale;

/**
 * What was found of a running image.
 *
 * @param exempt whether it is trusted only because the policy asks for no verification
 * @param reason code of a {@link dev.assayer.decision.Reason}, or {@code never_seen}
 * @param message one sentence
 * @param policy pattern of the rule; empty if none applies
 */
record RunningFinding(State state, boolean exempt, String reason, String message, String policy) {
  static final String NEVER_SEEN = "never_seen";

  /** The closed set. */
  enum State {
    /** Verified now, and what runs is what was verified; or exempt by the policy. */
    TRUSTED,
    /** Proof that it should not run: rejected now, or another digest runs. */
    UNTRUSTED,
    /** No proof either way. */
    UNVERIFIABLE,
    /** It would be trusted, but nobody knows of a decision that let it in. */
    NEVER_SEEN;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
