package dev.assayer.image;

import java.util.Optional;

/**
 * The grammar of the parts of a reference, as distribution/reference has it, scanned by hand: each
 * check reads its input once.
 */
final class Grammar {
  static final int TAG_LIMIT = 128;
  private static final int PORT_LIMIT = 65_535;
  private static final int PORT_DIGITS = 5;

  private Grammar() {}

  /** {@code name[:port]} or {@code [ipv6][:port]}. */
  static Optional<Fault> host(String host) {
    int nameEnd = hostNameEnd(host);
    Optional<Fault> fault =
        host.startsWith("[") ? address(host, nameEnd) : hostName(host.substring(0, nameEnd));
    if (fault.isPresent() || nameEnd == host.length()) {
      return fault;
    }
    if (host.charAt(nameEnd) != ':') {
      return Optional.of(unexpected("the registry host", host, nameEnd));
    }
    return port(host.substring(nameEnd + 1)).map(found -> found.shifted(nameEnd + 1));
  }

  /** Where the port's colon stands, or the host's length. */
  static int hostNameEnd(String host) {
    if (host.startsWith("[")) {
      int close = host.indexOf(']');
      return close < 0 ? host.length() : close + 1;
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host.length() : colon;
  }

  private static Optional<Fault> address(String host, int end) {
    if (host.charAt(end - 1) != ']') {
      return Optional.of(new Fault(0, "the IPv6 address has no closing bracket"));
    }
    if (end == 2) {
      return Optional.of(new Fault(0, "the IPv6 address is empty"));
    }
    for (int i = 1; i < end - 1; i++) {
      char c = host.charAt(i);
      if (!isLowerHex(c) && !(c >= 'A' && c <= 'F') && c != ':') {
        return Optional.of(unexpected("the IPv6 address", host, i));
      }
    }
    return Optional.empty();
  }

  private static Optional<Fault> hostName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (isAlphanumeric(c)) {
        continue;
      }
      if (c != '.' && c != '-') {
        return Optional.of(unexpected("the registry host", name, i));
      }
      boolean afterAlphanumeric = i > 0 && isAlphanumeric(name.charAt(i - 1));
      boolean insideLabel = afterAlphanumeric || (i > 0 && name.charAt(i - 1) == '-');
      if (c == '.' ? !afterAlphanumeric : !insideLabel) {
        return Optional.of(
            new Fault(i, "a part of the registry host is empty or starts or ends with '-'"));
      }
    }
    if (name.isEmpty() || !isAlphanumeric(name.charAt(name.length() - 1))) {
      return Optional.of(
          new Fault(
              Math.max(0, name.length() - 1), "the registry host must end with a letter or digit"));
    }
    return Optional.empty();
  }

  private static Optional<Fault> port(String port) {
    int value = 0;
    for (int i = 0; i < port.length(); i++) {
      char c = port.charAt(i);
      if (c < '0' || c > '9') {
        return Optional.of(unexpected("the port", port, i));
      }
      if (i < PORT_DIGITS) {
        value = 10 * value + (c - '0');
      }
    }
    boolean fits = !port.isEmpty() && port.length() <= PORT_DIGITS && value <= PORT_LIMIT;
    return fits && port.charAt(0) != '0'
        ? Optional.empty()
        : Optional.of(new Fault(0, "a port is a number from 1 to 65535 without leading zero"));
  }

  /** {@code component[/component…]}, each {@code [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*}. */
  static Optional<Fault> path(String path) {
    int start = 0;
    while (true) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      Optional<Fault> fault = component(path, start, end);
      if (fault.isPresent() || slash < 0) {
        return fault;
      }
      start = slash + 1;
    }
  }

  private static Optional<Fault> component(String path, int start, int end) {
    if (start == end) {
      return Optional.of(new Fault(start, "a part of the repository path is empty"));
    }
    int separator = start; // a component starts as if after a separator: one must not stand there
    for (int i = start; i < end; i++) {
      char c = path.charAt(i);
      if (isLowerAlphanumeric(c)) {
        separator = i + 1;
      } else if (c >= 'A' && c <= 'Z') {
        return Optional.of(
            new Fault(
                i,
                "the repository path has the upper-case letter '"
                    + c
                    + "'; write it in lower case"));
      } else if (c != '.' && c != '_' && c != '-') {
        return Optional.of(unexpected("the repository path", path, i));
      } else if (separator == start || !isSeparator(path, separator, i)) {
        return Optional.of(
            new Fault(
                i, "the repository path may have '.', '_', '__' or dashes only inside a name"));
      }
    }
    return separator == end
        ? Optional.empty()
        : Optional.of(
            new Fault(
                end - 1,
                "a part of the repository path ends with "
                    + Printable.character(path.charAt(end - 1))));
  }

  /** Whether {@code text[from..last]}, made of {@code . _ -}, may grow into one separator. */
  private static boolean isSeparator(String text, int from, int last) {
    char c = text.charAt(last);
    if (c != text.charAt(from)) {
      return false;
    }
    return c == '-' || last == from || (c == '_' && last == from + 1);
  }

  /** {@code [A-Za-z0-9_][A-Za-z0-9._-]{0,127}}. */
  static Optional<Fault> tag(String tag) {
    if (tag.isEmpty()) {
      return Optional.of(new Fault(0, "the tag is empty"));
    }
    for (int i = 0; i < tag.length(); i++) {
      char c = tag.charAt(i);
      if (!isAlphanumeric(c) && c != '_' && (i == 0 || (c != '.' && c != '-'))) {
        return Optional.of(unexpected("the tag", tag, i));
      }
    }
    return tag.length() <= TAG_LIMIT
        ? Optional.empty()
        : Optional.of(
            new Fault(TAG_LIMIT, "a tag has at most 128 characters, this one " + tag.length()));
  }

  /** Letters and digits with single {@code + . _ -} between, as OCI names digest algorithms. */
  static boolean isAlgorithm(String name) {
    boolean alphanumeric = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean separator = c == '+' || c == '.' || c == '_' || c == '-';
      if (!isAlphanumeric(c) && !(separator && alphanumeric)) {
        return false;
      }
      alphanumeric = !separator;
    }
    return alphanumeric;
  }

  static Fault unexpected(String part, String text, int at) {
    int codePoint = text.codePointAt(at);
    String hint =
        Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)
            ? "; remove the white space, names are never trimmed"
            : codePoint > 0x7e ? "; names are ASCII" : "";
    return new Fault(
        at, part + " must not have " + Printable.character(codePoint) + " there" + hint);
  }

  static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  static boolean isLowerAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  }

  static boolean isAlphanumeric(int c) {
    return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
  }
}
