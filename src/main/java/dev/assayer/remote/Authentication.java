package dev.assayer.remote;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.util.List;
import java.util.Optional;

/** Chooses what proves to one host who asks: nothing, a token, or user name and password. */
final class Authentication {
  private final String label;
  private final Optional<Credentials> credentials;
  private final TokenSource tokens;
  private volatile boolean basicServed;

  Authentication(String label, Optional<Credentials> credentials, TokenSource tokens) {
    this.label = label;
    this.credentials = credentials;
    this.tokens = tokens;
  }

  /** The scope of a fetch: never the server's word (empty for none). */
  static String scope(Fetch fetch) {
    return fetch.pullScope().map(name -> "repository:" + name + ":pull").orElse("");
  }

  /** What to send first. */
  Credential initial(Fetch fetch) {
    Optional<String> token = tokens.cached(scope(fetch));
    if (token.isPresent()) {
      return new Credential.Token(token.get(), false);
    }
    return basicServed && credentials.isPresent()
        ? basic(credentials.get())
        : new Credential.None();
  }

  /** What to send next, after {@code sent} was answered 401 with these challenges. */
  Credential next(
      Fetch fetch,
      Credential sent,
      List<String> challengeHeaders,
      StageLog stages,
      Deadline deadline) {
    String scope = scope(fetch);
    if (sent instanceof Credential.Token token) {
      tokens.refused(scope, token.token());
      if (token.fresh()) {
        return denied(
            label
                + " refused for "
                + fetch.action()
                + " the token that was just issued; the account may lack the right to pull");
      }
    }
    List<Challenge> challenges = Challenge.parse(challengeHeaders);
    Optional<Challenge> bearer = Challenge.find(challenges, "bearer");
    if (bearer.isPresent()) {
      return tokens.token(scope, bearer.get(), stages, deadline);
    }
    if (Challenge.find(challenges, "basic").isEmpty()) {
      return denied(
          label
              + " answered "
              + fetch.action()
              + " with 401 and no challenge that is understood (Bearer or Basic)");
    }
    if (credentials.isEmpty()) {
      return denied(label + " asks for a user name and password; configure auth");
    }
    basicServed = !(sent instanceof Credential.Basic);
    return basicServed
        ? basic(credentials.get())
        : denied(label + " refused the user name and password; check this validator's auth");
  }

  /** Credentials that could not be read: their file is missing, most often. */
  static Credential unreadable(String label, RuntimeException failure) {
    return new Credential.Denied(
        Reason.AUTH_FAILED,
        "the user name or password for "
            + label
            + " cannot be used ("
            + (failure instanceof CredentialsUnavailable known
                ? Words.safe(String.valueOf(known.getMessage()))
                : failure.getClass().getSimpleName())
            + "); check this validator's auth",
        Health.UNKNOWN);
  }

  private Credential basic(Credentials given) {
    try {
      return new Credential.Basic(given.basic());
    } catch (RuntimeException unreadable) {
      return unreadable(label, unreadable);
    }
  }

  private static Credential denied(String detail) {
    return new Credential.Denied(Reason.AUTH_FAILED, detail, Health.UP);
  }
}
