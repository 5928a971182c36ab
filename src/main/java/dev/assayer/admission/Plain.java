package dev.assayer.admission;

/** Text from anywhere, made fit for a message: printable ASCII only, and no longer than asked. */
final class Plain {
  private static final String CUT = "...";

  private Plain() {}

  /**
   * One line of printable ASCII. Whatever else is written as {@code \}{@code u{hex}}, so that
   * nothing can hide, reorder or forge text on a screen or in a header.
   *
   * @param max longest result, in characters
   */
  static String ascii(String text, int max) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), max));
    for (int at = 0; at < text.length() && out.length() <= max; ) {
      int codePoint = text.codePointAt(at);
      append(out, codePoint);
      at += Character.charCount(codePoint);
    }
    return out.length() <= max ? out.toString() : out.substring(0, max - CUT.length()) + CUT;
  }

  /** The text as it is, or the beginning of one that is too long, and how long it was. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
    return text.substring(0, end) + CUT + " (" + text.length() + " characters)";
  }

  private static void append(StringBuilder out, int codePoint) {
    if (codePoint >= ' ' && codePoint < 0x7f) {
      out.append((char) codePoint);
    } else if (codePoint == '\u2026') {
      out.append(CUT);
    } else {
      out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
    }
  }
}
