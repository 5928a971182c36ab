package dev.assayer.alerting;

/** Text from anywhere on one line of printable ASCII, so that no message can be forged by it. */
final class Legible {
  static final String CUT = "...";

  private Legible() {}

  /**
   * The text; what is not printable ASCII as {@code \}{@code u{hex}}.
   *
   * @param max longest result in characters, at least 3; what is cut ends in {@code ...}
   */
  static String line(String text, int max) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), max));
    for (int at = 0; at < text.length() && out.length() <= max; ) {
      int codePoint = text.codePointAt(at);
      if (codePoint >= ' ' && codePoint < 0x7f) {
        out.append((char) codePoint);
      } else {
        out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
      }
      at += Character.charCount(codePoint);
    }
    return cut(out.toString(), max);
  }

  /** The text, or its beginning and {@code ...} where it is longer; no character is cut in two. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Math.max(0, max - CUT.length());
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + CUT.substring(0, Math.min(CUT.length(), max));
  }
}
