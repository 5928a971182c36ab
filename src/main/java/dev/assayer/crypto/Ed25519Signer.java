package dev.assayer.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Signs with an Ed25519 key (RFC 8032). Safe for concurrent use. */
public final class Ed25519Signer {
  private static final String ALGORITHM = "Ed25519";
  private static final int LINE = 64;

  private final PrivateKey secret;
  private final VerificationKey open;

  private Ed25519Signer(PrivateKey secret, VerificationKey open) {
    this.secret = secret;
    this.open = open;
  }

  /** Outcome of loading a key. */
  public sealed interface Result {
    /** The key can sign. */
    record Loaded(Ed25519Signer signer) implements Result {}

    /**
     * There is no usable key.
     *
     * @param why one clause with the remedy, without key material
     */
    record Refused(String why) implements Result {}
  }

  /** Loads the one private key of a PEM text. */
  public static Result fromPem(String text) {
    return switch (PrivateKeys.fromPem(text)) {
      case PrivateKeyResult.Refused(String why) -> new Result.Refused(why);
      case PrivateKeyResult.Loaded(PrivateKey key, String description) ->
          of(key)
              .<Result>map(Result.Loaded::new)
              .orElseGet(() ->
                  new Result.Refused(
                      "is a key of kind "
                          + description
                          + "; make one with: openssl genpkey -algorithm ed25519"));
    };
  }

  private static Optional<Ed25519Signer> of(PrivateKey key) {
    if (!(key instanceof EdECPrivateKey edwards)) {
      return Optional.empty();
    }
    byte[] seed = edwards.getBytes().orElse(new byte[0]);
    if (seed.length != Ed25519.KEY_BYTES) {
      return Optional.empty();
    }
    byte[] point = new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
    return VerificationKey.fromEd25519(point) instanceof KeyResult.Loaded(VerificationKey open)
        ? Optional.of(new Ed25519Signer(key, open))
        : Optional.empty();
  }

  /** A new key, as PEM of the form PKCS#8. */
  public static String newKeyPem() {
    try {
      byte[] der =
          KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair().getPrivate().getEncoded();
      byte[] end = "\n".getBytes(StandardCharsets.US_ASCII);
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(LINE, end).encodeToString(der)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
    }
  }

  /** The 64 bytes of the signature of this message. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the key was loaded as " + ALGORITHM, impossible);
    }
  }

  /** What verifies the signatures. */
  public VerificationKey publicKey() {
    return open;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "signer for " + open;
  }
}
