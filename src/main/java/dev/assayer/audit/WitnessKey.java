package dev.assayer.audit;

import dev.assayer.crypto.KeyResult;
import dev.assayer.crypto.Sha;
import dev.assayer.crypto.SignatureScheme;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The key of a witness, and what it signs: C2SP tlog-cosignature, version 1, with Ed25519.
 *
 * @param name of the key
 * @param id of the key
 * @param key Ed25519
 */
public record WitnessKey(String name, int id, VerificationKey key) {
  private static final byte COSIGNATURE = 4;
  private static final int RAW = 32;
  private static final int SIGNATURE = 64;

  /** Reads {@code name+id+key}, where the key is of the type of cosignatures. */
  public static Optional<WitnessKey> of(String text) {
    String[] parts = text.strip().split("\\+", 3);
    if (parts.length != 3 || parts[0].isEmpty() || parts[0].chars().anyMatch(c -> c <= ' ')) {
      return Optional.empty();
    }
    try {
      byte[] typed = Base64.getDecoder().decode(parts[2]);
      if (typed.length != 1 + RAW || typed[0] != COSIGNATURE) {
        return Optional.empty();
      }
      byte[] name = (parts[0] + "\n").getBytes(StandardCharsets.UTF_8);
      byte[] hashed = ByteBuffer.allocate(name.length + typed.length).put(name).put(typed).array();
      int id = ByteBuffer.wrap(Sha.sha256(hashed)).getInt();
      if (!HexFormat.of().toHexDigits(id).equals(parts[1])) {
        return Optional.empty();
      }
      return VerificationKey.fromEd25519(Arrays.copyOfRange(typed, 1, typed.length))
              instanceof KeyResult.Loaded(VerificationKey key)
          ? Optional.of(new WitnessKey(parts[0], id, key))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** The key as text, {@code name+id+key}, as {@link #of} reads it. */
  public String text() {
    byte[] spki = key.spki();
    byte[] typed = new byte[1 + RAW];
    typed[0] = COSIGNATURE;
    System.arraycopy(spki, spki.length - RAW, typed, 1, RAW);
    return name
        + '+'
        + HexFormat.of().toHexDigits(id)
        + '+'
        + Base64.getEncoder().encodeToString(typed);
  }

  /** What is signed over the text of a checkpoint. */
  static byte[] message(long seconds, String text) {
    return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
  }

  /** When this witness signed the note, if it did. */
  Optional<Instant> signed(SignedNote note, SignatureVerifier verifier) {
    for (SignedNote.Signed signed : note.signatures()) {
      byte[] bytes = Base64.getDecoder().decode(signed.base64());
      if (!signed.name().equals(name) || signed.keyId() != id) {
        continue;
      }
      if (bytes.length != Long.BYTES + SIGNATURE) {
        return Optional.empty();
      }
      long seconds = ByteBuffer.wrap(bytes).getLong();
      byte[] signature = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
      boolean inRange = seconds > 0 && seconds < Instant.MAX.getEpochSecond();
      return inRange
              && verifier.verify(
                  key, SignatureScheme.ED25519, message(seconds, note.text()), signature)
          ? Optional.of(Instant.ofEpochSecond(seconds))
          : Optional.empty();
    }
    return Optional.empty();
  }
}
