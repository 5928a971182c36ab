package dev.assayer.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Binds what leaves the process: HMAC-SHA-256 (RFC 2104) over a word for this use, and place, kind,
 * name, end and content, each with its length, so that no value can stand for another. Does not
 * hide anything, and does not show that a value is the newest.
 */
final class Seal {
  /** The shortest key, in bytes: as long as the hash (RFC 2104 section 3). */
  static final int MIN_KEY = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String DOMAIN = "assayer shared state 1";
  private static final int PARTS = 4;
  private static final String NEVER = "-";

  private final SecretKeySpec key;
  private final String scope;

  /** What a text turned out to be. */
  sealed interface Opened {
    /** Sealed with this key for this kind and name, and not over. */
    record Holds(String content, Instant until) implements Opened {}

    /** Sealed so, but its end has come. */
    record Over() implements Opened {}

    /** Anything else. */
    record Broken() implements Opened {}
  }

  /**
   * Seals with this key.
   *
   * @param scope names the place where what is sealed is kept
   */
  Seal(byte[] key, String scope) {
    if (key.length < MIN_KEY) {
      throw new IllegalArgumentException("a key of " + MIN_KEY + " bytes is needed");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.scope = scope;
  }

  /** The sealed text: {@code 1 END MAC CONTENT}. */
  String seal(String kind, String name, String content, Instant until) {
    String end = until.equals(Instant.MAX) ? NEVER : Long.toString(until.toEpochMilli());
    return "1 " + end + ' ' + mac(kind, name, end, content) + ' ' + content;
  }

  /** Checks a text that was found under this name, in time that tells nothing of the key. */
  Opened open(String kind, String name, String sealed, Instant now) {
    String[] parts = sealed.split(" ", PARTS);
    if (parts.length < PARTS || !parts[0].equals("1")) {
      return new Opened.Broken();
    }
    String mac = mac(kind, name, parts[1], parts[3]);
    if (!MessageDigest.isEqual(
        mac.getBytes(StandardCharsets.UTF_8), parts[2].getBytes(StandardCharsets.UTF_8))) {
      return new Opened.Broken();
    }
    Instant until =
        parts[1].equals(NEVER) ? Instant.MAX : Instant.ofEpochMilli(Long.parseLong(parts[1]));
    return now.isBefore(until) ? new Opened.Holds(parts[3], until) : new Opened.Over();
  }

  private String mac(String kind, String name, String end, String content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part : List.of(DOMAIN, scope, kind, name, end, content)) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        mac.update(bytes);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
    }
  }
}
