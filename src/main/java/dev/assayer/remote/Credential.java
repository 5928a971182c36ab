package dev.assayer.remote;

import dev.assayer.decision.Reason;

/** What a request may carry to prove who asks, or why there is nothing. */
sealed interface Credential {
  /** Nothing; the first request of all. */
  record None() implements Credential {}

  /**
   * A Bearer token.
   *
   * @param fresh true if this very fetch asked for it
   */
  record Token(String token, boolean fresh) implements Credential {
    @Override
    public String toString() {
      return "Token[withheld]";
    }
  }

  /** The configured user name and password. */
  record Basic(String header) implements Credential {
    @Override
    public String toString() {
      return "Basic[withheld]";
    }
  }

  /**
   * None can be had.
   *
   * @param health what that says about the configured host
   * @param outage as in {@link FetchResult.Failed}, of whoever gives credentials
   */
  record Denied(Reason reason, String detail, Health health, boolean outage) implements Credential {
    Denied(Reason reason, String detail, Health health) {
      this(reason, detail, health, reason.isSilence() && health == Health.DOWN);
    }
  }
}
