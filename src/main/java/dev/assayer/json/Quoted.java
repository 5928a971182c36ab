package dev.assayer.json;

/** Shows a piece of hostile text in a message: quoted, escaped, at most 80 characters long. */
final class Quoted {
  private static final int MAX_CHARS = 80;

  private Quoted() {}

  /** The start of {@code text} in quotes, printable ASCII only. */
  static String of(String text) {
    return '"' + plain(text, MAX_CHARS - 2) + '"';
  }

  /** {@code text} as printable ASCII, cut to {@code max} characters with "..." at the cut. */
  static String plain(String text, int max) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() <= max; i++) {
      char c = text.charAt(i);
      out.append(c >= 0x20 && c < 0x7f ? String.valueOf(c) : hex(c));
    }
    return out.length() <= max ? out.toString() : out.substring(0, max - 3) + "...";
  }

  /** The escape of one UTF-16 unit, for example {@code \u202e}. */
  static String hex(char c) {
    String digits = Integer.toHexString(c);
    return "\\u" + "0".repeat(4 - digits.length()) + digits;
  }
}
