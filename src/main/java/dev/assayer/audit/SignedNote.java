package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.SignatureScheme;
import dev.assayer.crypto.SignatureVerifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A C2SP signed note: text that ends in a line feed, an empty line, and signatures.
 *
 * @param text with its last line feed
 */
record SignedNote(String text, List<Signed> signatures) {
  private static final String DASH = "— ";
  private static final int MAX_BYTES = 64 << 10;
  private static final int ID = Integer.BYTES;

  /**
   * A signature by a key of this name and id.
   *
   * @param base64 the signature without the id
   */
  record Signed(String name, int keyId, String base64) {
    String keyName() {
      return name + "+" + HexFormat.of().toHexDigits(keyId);
    }
  }

  /** Whether a note holds. */
  sealed interface Judged {
    /** Signed by this key. */
    record Good(LogKey by) implements Judged {}

    /** Not to be believed; {@code why} is one clause. */
    record Bad(String why) implements Judged {}
  }

  /** Signs this text. */
  static byte[] sign(String text, String name, Ed25519Signer signer) {
    byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] whole =
        ByteBuffer.allocate(ID + signature.length)
            .putInt(new LogKey(name, signer.publicKey()).id())
            .put(signature)
            .array();
    String line = DASH + name + " " + Base64.getEncoder().encodeToString(whole) + "\n";
    return (text + "\n" + line).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a note; empty if it is none. */
  static Optional<SignedNote> read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    String note;
    try {
      note = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
    int split = note.lastIndexOf("\n\n");
    if (split < 0 || !note.endsWith("\n") || note.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      return Optional.empty();
    }
    List<Signed> signatures = new ArrayList<>();
    for (String line : note.substring(split + 2).lines().toList()) {
      Optional<Signed> signed = signature(line);
      if (signed.isEmpty()) {
        return Optional.empty();
      }
      signatures.add(signed.get());
    }
    return signatures.isEmpty()
        ? Optional.empty()
        : Optional.of(new SignedNote(note.substring(0, split + 1), List.copyOf(signatures)));
  }

  private static Optional<Signed> signature(String line) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(DASH) || space <= DASH.length()) {
      return Optional.empty();
    }
    String name = line.substring(DASH.length(), space);
    try {
      byte[] bytes = Base64.getDecoder().decode(line.substring(space + 1));
      if (bytes.length <= ID || name.indexOf(' ') >= 0 || name.indexOf('+') >= 0) {
        return Optional.empty();
      }
      byte[] signature = Arrays.copyOfRange(bytes, ID, bytes.length);
      return Optional.of(
          new Signed(
              name,
              ByteBuffer.wrap(bytes).getInt(),
              Base64.getEncoder().encodeToString(signature)));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Whether one of these keys signed it; signatures by other keys do not count. */
  Judged judge(List<LogKey> keys, SignatureVerifier verifier) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    Optional<LogKey> by = Optional.empty();
    for (Signed signed : signatures) {
      for (LogKey key : keys) {
        if (key.name().equals(signed.name()) && key.id() == signed.keyId()) {
          byte[] signature = Base64.getDecoder().decode(signed.base64());
          if (!verifier.verify(key.key(), SignatureScheme.ED25519, message, signature)) {
            return new Judged.Bad("the signature by " + signed.keyName() + " is wrong");
          }
          by = Optional.of(key);
        }
      }
    }
    return by.<Judged>map(Judged.Good::new)
        .orElseGet(() ->
            new Judged.Bad(
                "it is signed by "
                    + signatures.stream().map(Signed::keyName).toList()
                    + ", not by "
                    + keys.stream()
                        .map(key -> key.name() + "+" + HexFormat.of().toHexDigits(key.id()))
                        .toList()));
  }
}
