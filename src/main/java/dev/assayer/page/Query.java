package dev.assayer.page;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parameters of a request, each known and given once. */
record Query(Map<String, String> parameters) {
  private static final int HEX = 16;

  /** Parses it; empty if a parameter is unknown or given twice, or is no percent-coded UTF-8. */
  static Optional<Query> parse(String raw, Set<String> known) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw.isEmpty()) {
      return Optional.of(new Query(parameters));
    }
    for (String part : List.of(raw.split("&", -1))) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      Optional<String> value = decoded(equals < 0 ? "" : part.substring(equals + 1));
      if (!known.contains(name) || value.isEmpty() || parameters.containsKey(name)) {
        return Optional.empty();
      }
      parameters.put(name, value.get());
    }
    return Optional.of(new Query(parameters));
  }

  /** The parameter, if it was given and is not empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty());
  }

  /** RFC 3986 section 2.1; a plus is a plus. */
  private static Optional<String> decoded(String coded) {
    ByteBuffer bytes = ByteBuffer.allocate(coded.length());
    for (int i = 0; i < coded.length(); i++) {
      char c = coded.charAt(i);
      if (c != '%') {
        if (c <= ' ' || c >= 0x7f) {
          return Optional.empty();
        }
        bytes.put((byte) c);
      } else {
        int high = i + 2 < coded.length() ? Character.digit(coded.charAt(i + 1), HEX) : -1;
        int low = i + 2 < coded.length() ? Character.digit(coded.charAt(i + 2), HEX) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        bytes.put((byte) (high * HEX + low));
        i += 2;
      }
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }
}
