package dev.assayer.image;

import java.util.Locale;

/**
 * Shows hostile text in messages: quoted, at most 120 characters, printable ASCII only, so that
 * neither control characters nor bidirectional marks nor look-alike letters deceive a reader.
 */
public final class Printable {
  private static final int CAP = 120;

  private Printable() {}

  /** The text in double quotes; what is not printable ASCII as {@code \}{@code u{hex}}. */
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), CAP) + 2).append('"');
    int end = Math.min(text.length(), CAP);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    for (int at = 0; at < end; ) {
      int codePoint = text.codePointAt(at);
      append(out, codePoint);
      at += Character.charCount(codePoint);
    }
    if (end < text.length()) {
      return out.append("…\" (").append(text.length()).append(" characters)").toString();
    }
    return out.append('"').toString();
  }

  /** One character: {@code 'x'}, or {@code U+043E} where it could deceive. */
  static String character(int codePoint) {
    return codePoint > ' ' && codePoint < 0x7f
        ? "'" + Character.toString(codePoint) + "'"
        : String.format(Locale.ROOT, "U+%04X", codePoint);
  }

  private static void append(StringBuilder out, int codePoint) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (codePoint >= ' ' && codePoint < 0x7f) {
          out.append((char) codePoint);
        } else {
          out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
        }
      }
    }
  }
}
