package dev.assayer.config;

import java.util.Locale;
import java.util.Optional;

/** {@code host[:port]}: a DNS name, an IPv4 address or a bracketed IPv6 address. */
final class Hosts {
  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;

  private Hosts() {}

  /** The host in lower case; empty, and reported, where it is not one. */
  static Optional<String> read(Field field, Reading reading) {
    return Scalars.text(field, reading).flatMap(text -> read(field, text, reading));
  }

  private static Optional<String> read(Field field, String text, Reading reading) {
    if (text.contains("@")) {
      reading.secretError(
          field, "must be host[:port] without user or password", "put credentials under auth");
      return Optional.empty();
    }
    int scheme = text.indexOf("://");
    if (scheme >= 0) {
      reading.error(
          field,
          Shown.quoted(text) + " starts with a scheme",
          "write only the host: " + Shown.of(authority(text.substring(scheme + 3))));
      return Optional.empty();
    }
    if (text.contains("/")) {
      reading.error(
          field,
          Shown.quoted(text) + " holds a path",
          "write only the host: " + Shown.of(authority(text)));
      return Optional.empty();
    }
    if (!valid(text)) {
      reading.error(
          field,
          Shown.quoted(text) + " is not a host",
          "write host or host:port, such as notary.example.com:4443");
      return Optional.empty();
    }
    return Optional.of(text.toLowerCase(Locale.ROOT));
  }

  private static String authority(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  static boolean valid(String text) {
    int bracket = text.indexOf(']');
    int colon = text.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? text : text.substring(0, colon);
    return (colon < 0 || port(text.substring(colon + 1)))
        && (text.startsWith("[") ? ipv6(host) : name(host));
  }

  private static boolean port(String text) {
    if (text.isEmpty() || text.length() > 5 || text.startsWith("0")) {
      return false;
    }
    return text.chars().allMatch(c -> c >= '0' && c <= '9') && Integer.parseInt(text) <= 65_535;
  }

  private static boolean ipv6(String host) {
    return host.length() > 3
        && host.endsWith("]")
        && host.substring(1, host.length() - 1).chars().allMatch(Hosts::ipv6Char)
        && host.indexOf(':') >= 0;
  }

  private static boolean ipv6Char(int c) {
    return c == ':' || c == '.' || Character.digit(c, 16) >= 0 && c < 128;
  }

  private static boolean name(String host) {
    if (host.isEmpty() || host.length() > MAX_NAME) {
      return false;
    }
    for (String label : host.split("\\.", -1)) {
      if (label.isEmpty()
          || label.length() > MAX_LABEL
          || label.startsWith("-")
          || label.endsWith("-")
          || !label.chars().allMatch(Hosts::labelChar)) {
        return false;
      }
    }
    return true;
  }

  private static boolean labelChar(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
  }
}
