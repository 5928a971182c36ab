package dev.assayer.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two keys are one pair, found by signing with one and verifying with the other. */
final class KeyPairs {
  private static final byte[] MESSAGE = "assayer key pair".getBytes(StandardCharsets.US_ASCII);

  private KeyPairs() {}

  static boolean belong(PublicKey open, PrivateKey secret) {
    if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(algorithm(secret));
      signature.initSign(secret);
      signature.update(MESSAGE);
      byte[] made = signature.sign();
      signature.initVerify(open);
      signature.update(MESSAGE);
      return signature.verify(made);
    } catch (GeneralSecurityException | RuntimeException different) {
      return false;
    }
  }

  /** The JCA name of the signature that a key of this kind makes by default. */
  static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }
}
