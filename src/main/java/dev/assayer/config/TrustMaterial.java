package dev.assayer.config;

import java.util.List;

/** What a trust root trusts. */
public sealed interface TrustMaterial {

  /**
   * A public key that the key policy allows.
   *
   * @param pem PEM SubjectPublicKeyInfo, one block
   */
  record PublicKey(String pem) implements TrustMaterial {}

  /**
   * A certificate whose key the key policy allows.
   *
   * @param pem PEM certificate, one block
   * @param identities subjects it may speak for (notation), such as {@code x509.subject: O=Acme};
   *     empty for the other validators
   */
  record Certificate(String pem, List<String> identities) implements TrustMaterial {
    /** Copies the list. */
    public Certificate {
      identities = List.copyOf(identities);
    }
  }

  /**
   * A keyless identity (cosign).
   *
   * @param issuer OpenID Connect issuer
   * @param subject subject of the signing certificate
   */
  record Keyless(String issuer, String subject) implements TrustMaterial {}
}
