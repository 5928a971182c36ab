package dev.assayer.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, section 11.6.1).
 *
 * @param scheme lower-case, such as {@code bearer}
 * @param parameters by lower-case name; of a name given twice, the first
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MOST_CHARACTERS = 8 * 1024;

  /**
   * Reads all challenges of all header lines, in order, in linear time. Text that fits no grammar
   * ends the reading of its line; a line over 8 KiB is not read at all.
   */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= MOST_CHARACTERS) {
        new Reader(header).readInto(challenges);
      }
    }
    return List.copyOf(challenges);
  }

  /** The first challenge of a scheme, given in lower case. */
  static Optional<Challenge> find(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(challenge -> challenge.scheme.equals(scheme)).findFirst();
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** A cursor over one header line. */
  private static final class Reader {
    private final String text;
    private int at;

    private Reader(String text) {
      this.text = text;
    }

    private void readInto(List<Challenge> challenges) {
      skip(" \t,");
      while (at < text.length()) {
        String scheme = token();
        if (scheme.isEmpty()) {
          return;
        }
        Map<String, String> parameters = new HashMap<>();
        boolean sound = parameters(parameters);
        challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
        if (!sound) {
          return;
        }
      }
    }

    /** Reads parameters up to the next scheme; false if the text fits no grammar. */
    private boolean parameters(Map<String, String> into) {
      while (true) {
        skip(" \t,");
        int before = at;
        String name = token();
        skip(" \t");
        if (name.isEmpty()) {
          return at == text.length();
        }
        if (at == text.length() || text.charAt(at) != '=') {
          at = before; // a token without "=" is the next scheme
          return true;
        }
        at++;
        skip(" \t");
        Optional<String> value = value();
        if (value.isEmpty()) {
          return false;
        }
        into.putIfAbsent(name.toLowerCase(Locale.ROOT), value.get());
      }
    }

    private Optional<String> value() {
      if (at < text.length() && text.charAt(at) == '"') {
        return quoted();
      }
      String value = token();
      return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private Optional<String> quoted() {
      StringBuilder out = new StringBuilder();
      for (int i = at + 1; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"') {
          at = i + 1;
          return Optional.of(out.toString());
        }
        if (c == '\\' && i + 1 < text.length()) {
          i++;
          c = text.charAt(i);
        }
        out.append(c);
      }
      at = text.length();
      return Optional.empty();
    }

    private String token() {
      int start = at;
      while (at < text.length() && isTokenCharacter(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private static boolean isTokenCharacter(char c) {
      return c > ' ' && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
  }
}
