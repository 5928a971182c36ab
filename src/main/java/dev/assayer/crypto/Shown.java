package dev.assayer.crypto;

import java.util.Locale;

/** Shows hostile text in a message: printable ASCII, at most 80 characters. */
final class Shown {
  private static final int MAX_CHARS = 80;

  private Shown() {}

  static String text(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() <= MAX_CHARS; i++) {
      char c = text.charAt(i);
      out.append(c >= 0x20 && c < 0x7f ? String.valueOf(c) : codePoint(c));
    }
    return out.length() <= MAX_CHARS ? out.toString() : out.substring(0, MAX_CHARS - 3) + "...";
  }

  /** For example {@code U+0415}. */
  static String codePoint(int c) {
    return String.format(Locale.ROOT, "U+%04X", c);
  }
}
