package dev.assayer.config;

import java.util.Locale;

/** How values of the file appear in findings: on one line, capped, and never key material. */
final class Shown {
  private static final int MAX = 80;

  private Shown() {}

  /** The value, or nothing where it could be key material. */
  static String of(String value) {
    String upper = value.toUpperCase(Locale.ROOT);
    if (upper.contains("-----") || upper.contains("PRIVATE KEY")) {
      return "";
    }
    StringBuilder shown = new StringBuilder();
    int count = 0;
    for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
      if (++count > MAX) {
        return shown.append('…').toString();
      }
      int point = value.codePointAt(i);
      switch (Character.getType(point)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            shown.append(String.format(Locale.ROOT, "\\u{%X}", point));
        default -> shown.appendCodePoint(point);
      }
    }
    return shown.toString();
  }

  /** The value in quotes, or words that stand for it. */
  static String quoted(String value) {
    String shown = of(value);
    return shown.isEmpty() && !value.isEmpty() ? "(not shown)" : '"' + shown + '"';
  }
}
