package dev.assayer.samples;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/**
 * The kinds of key that Notary v1 clients make. P-256 takes about a millisecond, RSA far longer.
 */
public enum KeyKind {
  ECDSA_P256,
  ECDSA_P384,
  ECDSA_P521,
  RSA_2048,
  RSA_4096,
  ED25519;

  /** A new random key pair of this kind. */
  public KeyPair generate() {
    try {
      return switch (this) {
        case ECDSA_P256 -> ec("secp256r1");
        case ECDSA_P384 -> ec("secp384r1");
        case ECDSA_P521 -> ec("secp521r1");
        case RSA_2048 -> rsa(2048);
        case RSA_4096 -> rsa(4096);
        case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make a key of kind " + this, e);
    }
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static KeyPair rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }
}
