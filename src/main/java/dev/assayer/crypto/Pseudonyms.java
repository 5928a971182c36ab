package dev.assayer.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names in place of others, by HMAC-SHA-256 (RFC 2104): one name has one pseudonym under a key, and
 * without the key nobody can try which name it is of. Safe for concurrent use.
 */
public final class Pseudonyms {
  /** What all of them begin with. */
  public static final String PREFIX = "hmac-sha256:";

  private static final String ALGORITHM = "HmacSHA256";

  /** Half of the hash: two names with one pseudonym do not happen. */
  private static final int BYTES = 16;

  private final SecretKeySpec key;

  /**
   * Under this key.
   *
   * @param key at least 32 bytes
   */
  public Pseudonyms(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** The pseudonym of a name; nobody's stays empty. */
  public String of(String name) {
    if (name.isEmpty()) {
      return "";
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] hash = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
      return PREFIX + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
    }
  }
}
