package dev.assayer.crypto;

/** What a text that shall name one trusted signer turned out to hold. */
public sealed interface TrustMaterial {
  /** A bare public key. */
  record BareKey(VerificationKey key) implements TrustMaterial {}

  /**
   * A certificate whose key passed the policy; the caller decides what else it must be.
   *
   * @param certificate the certificate
   * @param key its subject's key
   */
  record Certificate(SigningCertificate certificate, VerificationKey key)
      implements TrustMaterial {}

  /**
   * Nothing usable.
   *
   * @param kind whether the form or the key policy is the obstacle
   * @param why one clause with the remedy, without key material
   */
  record Refused(KeyResult.Kind kind, String why) implements TrustMaterial {}
}
