package dev.assayer.crypto;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Splits a text into PEM blocks (RFC 7468, strict form), or says what is wrong with it. */
final class PemBlocks {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private PemBlocks() {}

  /** One block; the array is not shared further. */
  static final class Block {
    private final String label;
    private final byte[] der;

    Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }

    String label() {
      return label;
    }

    byte[] der() {
      return der;
    }
  }

  sealed interface Read {
    record Blocks(List<Block> blocks) implements Read {}

    record Bad(String why) implements Read {}
  }

  /** What may stand around and between blocks. */
  enum Around {
    NOTHING,
    COMMENTS
  }

  /** Blocks of a text in which there must be no private key. */
  static Read read(String text, Around around) {
    return privateKey(text).<Read>map(Read.Bad::new).orElseGet(() -> split(text, around));
  }

  /** Blocks of a text that shall hold a private key; comments may stand around them. */
  static Read readSecret(String text) {
    return split(text, Around.COMMENTS);
  }

  private static Read split(String text, Around around) {
    if (text.startsWith("\ufeff")) {
      return bad("starts with a byte order mark; save the file as UTF-8 without it");
    }
    List<Block> blocks = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    int at = 0;
    while (at < lines.length) {
      String line = line(lines[at]);
      if (!line.startsWith(BEGIN)) {
        Optional<String> obstacle = outside(line, at + 1, around);
        if (obstacle.isPresent()) {
          return bad(obstacle.get());
        }
        at++;
        continue;
      }
      int begin = at;
      StringBuilder body = new StringBuilder();
      for (at++; at < lines.length && !line(lines[at]).startsWith(DASHES); at++) {
        body.append(line(lines[at]));
      }
      if (at == lines.length) {
        return bad("the block that begins in line " + (begin + 1) + " has no END line");
      }
      Optional<Block> block = block(line, body, line(lines[at]));
      if (block.isEmpty()) {
        return bad(
            "the block in lines "
                + (begin + 1)
                + " to "
                + (at + 1)
                + " is not valid PEM (plain base64 between matching BEGIN and END lines)");
      }
      blocks.add(block.get());
      at++;
    }
    return blocks.isEmpty() ? bad("holds no PEM block (-----BEGIN ...-----)") : found(blocks);
  }

  private static Read bad(String why) {
    return new Read.Bad(why);
  }

  private static Read found(List<Block> blocks) {
    return new Read.Blocks(List.copyOf(blocks));
  }

  /** Recognised by its label before anything is decoded, so that it cannot reach a message. */
  private static Optional<String> privateKey(String text) {
    return text.contains("PRIVATE KEY")
        ? Optional.of(
            "holds a private key, which must never be here; give its public half, made with:"
                + " openssl pkey -in FILE -pubout")
        : Optional.empty();
  }

  private static String line(String raw) {
    String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    return line.substring(0, end);
  }

  private static Optional<String> outside(String line, int number, Around around) {
    boolean suspicious = line.contains("--") || line.contains("BEGIN ") || line.contains("END ");
    if (line.isEmpty() || (around == Around.COMMENTS && !suspicious)) {
      return Optional.empty();
    }
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        return Optional.of(
            "line "
                + number
                + " holds "
                + Shown.codePoint(c)
                + ", which is no part of PEM (a look-alike letter?); type the line anew");
      }
    }
    return Optional.of("line " + number + " is not part of a PEM block");
  }

  private static Optional<Block> block(String begin, StringBuilder body, String end) {
    if (!begin.endsWith(DASHES) || begin.length() <= BEGIN.length() + DASHES.length()) {
      return Optional.empty();
    }
    String label = begin.substring(BEGIN.length(), begin.length() - DASHES.length());
    if (!label.chars().allMatch(PemBlocks::inLabel) || !end.equals(END + label + DASHES)) {
      return Optional.empty();
    }
    return decode(body.toString()).map(der -> new Block(label, der));
  }

  private static boolean inLabel(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
  }

  /** Only the one base64 text of the bytes: no stray bits, no missing padding, no headers. */
  private static Optional<byte[]> decode(String body) {
    try {
      byte[] der = Base64.getDecoder().decode(body);
      byte[] same = Base64.getEncoder().encode(der);
      boolean canonical =
          der.length > 0 && Arrays.equals(same, body.getBytes(StandardCharsets.UTF_8));
      return canonical ? Optional.of(der) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
