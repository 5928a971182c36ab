package dev.assayer.remote;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Builds URL paths from parts that others named, so that no name can change the path's shape (RFC
 * 3986, section 3.3).
 */
public final class UrlPath {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private UrlPath() {}

  /**
   * The absolute path of these segments, each percent-encoded.
   *
   * @throws IllegalArgumentException if a segment is empty, {@code .} or {@code ..}, or holds a
   *     slash, a backslash or a control character
   */
  public static String of(List<String> segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/').append(encodeSegment(segment));
    }
    return path.toString();
  }

  /** The same for segments given one by one. */
  public static String of(String... segments) {
    return of(Arrays.asList(segments));
  }

  /** The segments of a name such as {@code docker.io/library/app}, to be put into {@link #of}. */
  public static List<String> segments(String name) {
    List<String> segments = new ArrayList<>();
    int from = 0;
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', from)) {
      segments.add(name.substring(from, slash));
      from = slash + 1;
    }
    segments.add(name.substring(from));
    return List.copyOf(segments);
  }

  /** Percent-encodes a query value: only unreserved characters stay as they are. */
  static String encodeValue(String value) {
    return encode(value, "");
  }

  /** Refuses a path that is not absolute, not fully escaped, or that climbs. */
  static void requireEscaped(String path) {
    if (!path.startsWith("/") || path.startsWith("//")) {
      throw new IllegalArgumentException("not an absolute path: " + Words.safe(path));
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean escape = c == '%' && !isEscape(path, i);
      if (c <= ' ' || c > '~' || "\"#<>\\^`{|}".indexOf(c) >= 0 || escape) {
        throw new IllegalArgumentException("not an escaped path: " + Words.safe(path));
      }
    }
    int query = path.indexOf('?');
    String hierarchy = query < 0 ? path : path.substring(0, query);
    for (String segment : segments(hierarchy)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException("a path that climbs: " + Words.safe(path));
      }
    }
  }

  private static boolean isEscape(String path, int at) {
    return at + 2 < path.length()
        && HexFormat.isHexDigit(path.charAt(at + 1))
        && HexFormat.isHexDigit(path.charAt(at + 2));
  }

  private static String encodeSegment(String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException("not a path segment: \"" + segment + "\"");
    }
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      // An encoded slash would still be one to a proxy that decodes before it routes.
      if (Character.isISOControl(c) || c == '/' || c == '\\') {
        throw new IllegalArgumentException("not a path segment: " + Words.safe(segment));
      }
    }
    return encode(segment, ":");
  }

  private static String encode(String text, String alsoPlain) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isUnreserved(c) || alsoPlain.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HEX.toHexDigits(b));
      }
    }
    return out.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }
}
