package dev.assayer.audit;

import dev.assayer.crypto.KeyResult;
import dev.assayer.crypto.KeyType;
import dev.assayer.crypto.Sha;
import dev.assayer.crypto.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The public key of a log under its name, as C2SP signed-note knows it.
 *
 * @param name the origin of the log
 * @param key Ed25519
 */
public record LogKey(String name, VerificationKey key) {
  private static final byte ED25519 = 1;
  private static final int RAW = 32;

  /** Refuses other kinds of keys. */
  public LogKey {
    if (key.type() != KeyType.ED25519) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
  }

  /** {@code SHA-256(name || LF || 1 || key)[:4]}. */
  public int id() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    bytes.write('\n');
    bytes.write(ED25519);
    bytes.writeBytes(raw());
    return ByteBuffer.wrap(Sha.sha256(bytes.toByteArray())).getInt();
  }

  private byte[] raw() {
    byte[] spki = key.spki();
    return Arrays.copyOfRange(spki, spki.length - RAW, spki.length);
  }

  /** The key on one line, {@code name+id+key}, as tools of transparency logs take it. */
  public String text() {
    byte[] typed = new byte[1 + RAW];
    typed[0] = ED25519;
    System.arraycopy(raw(), 0, typed, 1, RAW);
    return name
        + "+"
        + HexFormat.of().toHexDigits(id())
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** Reads {@link #text}; empty if it is anything else. */
  public static Optional<LogKey> of(String text) {
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] typed = Base64.getDecoder().decode(parts[2]);
      if (typed.length == 1 + RAW
          && typed[0] == ED25519
          && VerificationKey.fromEd25519(Arrays.copyOfRange(typed, 1, typed.length))
              instanceof KeyResult.Loaded(VerificationKey key)) {
        LogKey found = new LogKey(parts[0], key);
        return Optional.of(found).filter(same -> same.text().equals(text.strip()));
      }
      return Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
