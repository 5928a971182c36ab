package dev.assayer.samples;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The signature methods of Notary v1; the digest is always SHA-256, except inside {@code eddsa}.
 */
public enum SignatureMethod {
  /** Raw r and s, each as long as the curve's order. */
  ECDSA,
  /** PSS with MGF1-SHA-256 and a salt of 32 bytes. */
  RSAPSS,
  RSAPKCS1V15,
  EDDSA;

  /** The name in the {@code method} field. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The method that a key of this JCA algorithm uses unless told otherwise. */
  static SignatureMethod usual(String algorithm) {
    return switch (algorithm) {
      case "EC", "ECDSA" -> ECDSA;
      case "RSA", "RSASSA-PSS" -> RSAPSS;
      case "Ed25519", "EdDSA" -> EDDSA;
      default -> throw new IllegalArgumentException("no Notary method signs with " + algorithm);
    };
  }

  /** Signs {@code message}, also with keys that the JDK refuses, such as those on weak curves. */
  byte[] sign(PrivateKey key, byte[] message) {
    try {
      return sign(Signature.getInstance(jdkName()), key, message);
    } catch (GeneralSecurityException refused) {
      return signAnyway(key, message, refused);
    }
  }

  private byte[] signAnyway(PrivateKey key, byte[] message, GeneralSecurityException refused) {
    try {
      if (this == ECDSA) {
        Provider provider = new BouncyCastleProvider();
        return sign(Signature.getInstance("SHA256withPLAIN-ECDSA", provider), key, message);
      }
    } catch (GeneralSecurityException alsoRefused) {
      refused.addSuppressed(alsoRefused);
    }
    throw new IllegalArgumentException("cannot sign by " + wireName(), refused);
  }

  private byte[] sign(Signature signature, PrivateKey key, byte[] message)
      throws GeneralSecurityException {
    if (this == RSAPSS) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  private String jdkName() {
    return switch (this) {
      case ECDSA -> "SHA256withECDSAinP1363Format";
      case RSAPSS -> "RSASSA-PSS";
      case RSAPKCS1V15 -> "SHA256withRSA";
      case EDDSA -> "Ed25519";
    };
  }
}
