package dev.assayer.validation.notary;

import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import java.util.Optional;

/**
 * A pinned root of trust.
 *
 * @param name the trust root's name in configuration
 * @param key the pinned key; for a certificate its key
 * @param certificate present when a certificate is pinned: a leaf pins itself, a CA its leaves
 */
record Pin(String name, VerificationKey key, Optional<SigningCertificate> certificate) {
  /** The pinned CA, if a CA certificate is pinned. */
  Optional<SigningCertificate> authority() {
    return certificate.filter(SigningCertificate::isCa);
  }

  /** The pinned leaf, if a leaf certificate is pinned. */
  Optional<SigningCertificate> leaf() {
    return certificate.filter(pinned -> !pinned.isCa());
  }

  /** Identifies what is pinned, whatever its name. */
  String fingerprint() {
    return certificate.map(c -> "cert:" + c.fingerprint()).orElse("key:" + key.fingerprint());
  }
}
