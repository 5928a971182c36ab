package dev.assayer.json;

import java.util.OptionalLong;

/**
 * A JSON number, kept as the exact text it was written with.
 *
 * @param text a number by the grammar of RFC 8259 section 6
 */
public record JsonNumber(String text) implements Json {

  /** Refuses text that is not a JSON number, so that a writer can print it unquoted. */
  public JsonNumber {
    if (!isNumber(text)) {
      throw new IllegalArgumentException("not a JSON number: " + Quoted.of(text));
    }
  }

  /** The integer as a JSON number. */
  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /** Whether this is an integer literal: no fraction, no exponent, and not {@code -0}. */
  public boolean isInteger() {
    for (int i = 1; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return !text.equals("-0");
  }

  /**
   * The value if it is an integer literal in the range of a long. {@code 2.0}, {@code 1e3}, {@code
   * -0} and 2^64+1 have none: a version number that would need rounding or wrapping is not a
   * version number.
   */
  @Override
  public OptionalLong asLong() {
    if (text.length() > 20 || !isInteger()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException outOfRange) {
      return OptionalLong.empty();
    }
  }

  @Override
  public String kind() {
    return "a number";
  }

  private static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int intEnd = digits(text, at);
    if (intEnd == at || (text.charAt(at) == '0' && intEnd > at + 1)) {
      return false;
    }
    at = intEnd;
    if (at < text.length() && text.charAt(at) == '.') {
      int end = digits(text, at + 1);
      if (end == at + 1) {
        return false;
      }
      at = end;
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int end = digits(text, at);
      if (end == at) {
        return false;
      }
      at = end;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
