package dev.assayer.crypto;

/** Whether a certificate leads to a pinned one. */
public sealed interface ChainResult {
  /** What broke a chain. */
  enum Problem {
    /** No certificate at hand was signed by the anchor, or the rules of RFC 5280 are broken. */
    NO_PATH,
    /** A certificate of the chain, or the anchor, is not valid at the time asked about. */
    EXPIRED,
    /** A certificate is signed with SHA-1, MD5 or another algorithm that is not allowed. */
    WEAK_SIGNATURE,
    /** A key of the chain is refused by the key policy. */
    KEY_NOT_ALLOWED,
    /** An issuer is not a CA. */
    NOT_A_CA
  }

  /** Every link holds. */
  record Trusted() implements ChainResult {}

  /**
   * A link is broken.
   *
   * @param problem which kind
   * @param why one clause that names the certificate
   */
  record Untrusted(Problem problem, String why) implements ChainResult {}
}
