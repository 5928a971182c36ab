package dev.assayer.crypto;

/** Outcome of loading a public key. */
public sealed interface KeyResult {
  /** Why a key was refused: the text is no key at all, or it is one that the policy forbids. */
  enum Kind {
    MALFORMED,
    NOT_ALLOWED
  }

  /** The key passed the policy. */
  record Loaded(VerificationKey key) implements KeyResult {}

  /**
   * There is no usable key.
   *
   * @param kind whether the encoding or the policy is the obstacle
   * @param why one clause for a message, without key material, printable ASCII
   */
  record Refused(Kind kind, String why) implements KeyResult {}

  /** A refusal of something that is not a well-formed key. */
  static Refused malformed(String why) {
    return new Refused(Kind.MALFORMED, why);
  }

  /** A refusal by the key policy. */
  static Refused notAllowed(String why) {
    return new Refused(Kind.NOT_ALLOWED, why);
  }
}
