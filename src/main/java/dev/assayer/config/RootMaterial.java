package dev.assayer.config;

import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import java.util.List;

/** What a trust root trusts. */
public sealed interface RootMaterial {

  /**
   * A public key that the key policy allows.
   *
   * @param key the key
   */
  record Key(VerificationKey key) implements RootMaterial {}

  /**
   * A certificate whose key the key policy allows; dates and names are not judged here.
   *
   * @param certificate the certificate
   * @param key its subject's key
   * @param identities subjects it may speak for (notation), such as {@code x509.subject: O=Acme};
   *     empty for the other validators
   */
  record Certificate(SigningCertificate certificate, VerificationKey key, List<String> identities)
      implements RootMaterial {
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
  record Keyless(String issuer, String subject) implements RootMaterial {}
}
