package dev.assayer.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** Puts figures and foreign text into messages. */
final class Words {
  private static final int MOST = 160;

  private Words() {}

  /** {@code 250 ms} below one second, else {@code 4.2 s}. */
  static String time(Duration duration) {
    long millis = duration.toMillis();
    return millis < 1000
        ? millis + " ms"
        : String.format(Locale.ROOT, "%.1f s", duration.toNanos() / 1e9);
  }

  /** {@code twice}, or {@code 3 times}. */
  static String times(int count) {
    return count == 2 ? "twice" : count + " times";
  }

  /** Text of a server or a user, cut and stripped to printable ASCII, so that no log is forged. */
  static String safe(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < MOST; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return text.length() > MOST ? out.append("...").toString() : out.toString();
  }

  /** Where an address points, without user, path and query, which may hold secrets. */
  static String target(URI uri) {
    if (uri.getScheme() == null || uri.getHost() == null) {
      return uri.getScheme() == null ? "an address without a host" : safe(uri.getScheme()) + ":";
    }
    String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
    return safe(uri.getScheme() + "://" + uri.getHost() + port);
  }

  /** What is fetched, from an action: {@code timestamp.json} of {@code GET timestamp.json}. */
  static String object(String action) {
    return action.startsWith("GET ") ? action.substring(4) : action;
  }
}
