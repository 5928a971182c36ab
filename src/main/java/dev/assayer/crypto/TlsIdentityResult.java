package dev.assayer.crypto;

/** Outcome of reading a certificate and its private key. */
public sealed interface TlsIdentityResult {
  /** Which text is at fault. */
  enum Part {
    CERTIFICATE,
    KEY,
    /** Each is good by itself, but they do not belong together. */
    PAIR
  }

  /** Certificate and key are well-formed, pass the key policy and belong together. */
  record Loaded(TlsIdentity identity) implements TlsIdentityResult {}

  /**
   * Nothing that can be served.
   *
   * @param part where to look
   * @param why one clause with the remedy, without key material
   */
  record Refused(Part part, String why) implements TlsIdentityResult {}
}
