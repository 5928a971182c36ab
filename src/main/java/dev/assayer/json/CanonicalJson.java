package dev.assayer.json;

import java.util.Arrays;

/**
 * OLPC canonical JSON, the form that TUF metadata is signed in: members sorted by code point, no
 * white space, plain integers only, and in strings only {@code "} and {@code \} escaped, all else
 * raw UTF-8. Not RFC 8785.
 */
public final class CanonicalJson {
  private static final int MAX_UTF8_PER_UNIT = 3;

  private byte[] out = new byte[1024];
  private int length;

  private CanonicalJson() {}

  /**
   * The canonical bytes of {@code value}.
   *
   * @throws JsonException if it holds a number that is not a plain integer, or a lone surrogate,
   *     which UTF-8 cannot write
   */
  public static byte[] bytes(Json value) throws JsonException {
    CanonicalJson writer = new CanonicalJson();
    writer.value(value);
    return Arrays.copyOf(writer.out, writer.length);
  }

  /** Whether the canonical form of this string is a JSON string that reads back as it. */
  static boolean roundTrips(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!pairAt(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static boolean pairAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private void value(Json value) throws JsonException {
    switch (value) {
      case JsonObject object -> object(object);
      case JsonArray array -> array(array);
      case JsonString(String text) -> string(text);
      case JsonNumber number -> number(number);
      case JsonBoolean truth -> ascii(truth == JsonBoolean.TRUE ? "true" : "false");
      case JsonNull ignored -> ascii("null");
    }
  }

  private void object(JsonObject object) throws JsonException {
    Names names = object.shape();
    int[] order = names.ascending() ? null : names.order();
    put('{');
    for (int i = 0; i < names.size(); i++) {
      int position = order == null ? i : order[i];
      if (i > 0) {
        put(',');
      }
      string(names.at(position));
      put(':');
      value(object.valueAt(position));
    }
    put('}');
  }

  private void array(JsonArray array) throws JsonException {
    put('[');
    boolean first = true;
    for (Json element : array.values()) {
      if (!first) {
        put(',');
      }
      first = false;
      value(element);
    }
    put(']');
  }

  private void number(JsonNumber number) throws JsonException {
    if (!number.isInteger()) {
      throw new JsonException(
          "canonical JSON has no form for the number " + Quoted.of(number.text()));
    }
    ascii(number.text());
  }

  private void ascii(String text) throws JsonException {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      out[length++] = (byte) text.charAt(i);
    }
  }

  private void put(char c) throws JsonException {
    room(1);
    out[length++] = (byte) c;
  }

  private void string(String text) throws JsonException {
    room(2 + (long) text.length() * MAX_UTF8_PER_UNIT);
    byte[] to = out;
    int at = length;
    to[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          to[at++] = '\\';
        }
        to[at++] = (byte) c;
      } else if (c < 0x800) {
        to[at++] = (byte) (0xc0 | c >> 6);
        to[at++] = continuation(c);
      } else if (!Character.isSurrogate(c)) {
        to[at++] = (byte) (0xe0 | c >> 12);
        to[at++] = continuation(c >> 6);
        to[at++] = continuation(c);
      } else if (pairAt(text, i)) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        to[at++] = (byte) (0xf0 | codePoint >> 18);
        to[at++] = continuation(codePoint >> 12);
        to[at++] = continuation(codePoint >> 6);
        to[at++] = continuation(codePoint);
      } else {
        throw new JsonException("lone surrogate " + Quoted.hex(c) + " in " + Quoted.of(text));
      }
    }
    to[at++] = '"';
    length = at;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  private void room(long more) throws JsonException {
    long needed = length + more;
    if (needed > out.length) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw new JsonException("the canonical form would be over 2 GiB");
      }
      out =
          Arrays.copyOf(
              out, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, out.length * 2L)));
    }
  }
}
