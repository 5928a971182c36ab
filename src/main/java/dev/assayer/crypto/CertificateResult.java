package dev.assayer.crypto;

/** Outcome of reading a certificate. */
public sealed interface CertificateResult {
  /** Well-formed; nothing is said about trust, validity or its key. */
  record Loaded(SigningCertificate certificate) implements CertificateResult {}

  /**
   * Not a certificate.
   *
   * @param why one clause for a message
   */
  record Refused(String why) implements CertificateResult {}
}
