package dev.assayer.cli;

import java.util.Locale;

/** Text from outside on its way to a screen: one line, and nothing that hides or moves text. */
final class Screen {
  private Screen() {}

  /**
   * The text with each character that is not visible for itself as a backslash, u and its number in
   * braces.
   */
  static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          switch (Character.getType(point)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.SURROGATE,
                Character.PRIVATE_USE,
                Character.UNASSIGNED,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR ->
                line.append(String.format(Locale.ROOT, "\\u{%x}", point));
            default -> line.appendCodePoint(point);
          }
        });
    return line.toString();
  }
}
