package dev.assayer.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-2 digests of whole byte arrays. */
public final class Sha {
  private Sha() {}

  /** The 32 bytes of SHA-256. */
  public static byte[] sha256(byte[] data) {
    return digest("SHA-256", data);
  }

  /** The 64 bytes of SHA-512. */
  public static byte[] sha512(byte[] data) {
    return digest("SHA-512", data);
  }

  /** Lower-case hex. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Lower-case hex of the SHA-256. */
  public static String sha256Hex(byte[] data) {
    return hex(sha256(data));
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }
}
