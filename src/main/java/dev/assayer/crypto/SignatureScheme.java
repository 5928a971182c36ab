package dev.assayer.crypto;

/** How a message was signed. The hash is SHA-256 wherever there is one, on every curve. */
public enum SignatureScheme {
  /** Raw {@code r||s}, each as wide as the curve's order in whole bytes (64 bytes on P-256). */
  ECDSA_SHA256,
  /** RSASSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes (RFC 8017 section 8.1). */
  RSA_PSS_SHA256,
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2). */
  RSA_PKCS1_SHA256,
  /** Pure Ed25519 (RFC 8032 section 5.1). */
  ED25519;

  /** Whether a key of this type can sign so. */
  public boolean compatibleWith(KeyType type) {
    return switch (this) {
      case ECDSA_SHA256 ->
          type == KeyType.EC_P256 || type == KeyType.EC_P384 || type == KeyType.EC_P521;
      case RSA_PSS_SHA256, RSA_PKCS1_SHA256 -> type == KeyType.RSA;
      case ED25519 -> type == KeyType.ED25519;
    };
  }
}
