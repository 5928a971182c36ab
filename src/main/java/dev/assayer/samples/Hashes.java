package dev.assayer.samples;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The two hashes of Notary metadata. */
public final class Hashes {
  private Hashes() {}

  public static byte[] of(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(of("SHA-256", bytes));
  }

  public static String base64(String algorithm, byte[] bytes) {
    return Base64.getEncoder().encodeToString(of(algorithm, bytes));
  }
}
