package dev.assayer.server;

import java.util.Locale;
import java.util.Optional;

/**
 * Who may read the operator page. It asks for no login and binds to loopback only, so what remains
 * is the operator's own browser, which other sites can make send requests: by a name of theirs that
 * resolves to this host (DNS rebinding), or from a page of theirs.
 */
final class PageGate {
  private static final String HTTP = "http://";

  private PageGate() {}

  /**
   * What a browser says of a request, each as sent.
   *
   * @param site {@code Sec-Fetch-Site}
   * @param mode {@code Sec-Fetch-Mode}
   * @param destination {@code Sec-Fetch-Dest}
   */
  record Asked(
      String path,
      Optional<String> host,
      Optional<String> origin,
      Optional<String> site,
      Optional<String> mode,
      Optional<String> destination) {}

  /** The refusal, if it is refused. */
  static Optional<Reply> refused(Asked asked) {
    String host = asked.host().orElse("").toLowerCase(Locale.ROOT);
    if (!isLoopback(host)) {
      return Optional.of(
          Reply.problem(
              421,
              "not_this_host",
              "the page answers to localhost, 127.0.0.1 and [::1]; open it under one of these"));
    }
    boolean ours = asked.origin().map(origin -> origin.equals(HTTP + host)).orElse(true);
    String site = asked.site().orElse("none");
    boolean own = site.equals("none") || site.equals("same-origin");
    return ours && (own || isLink(asked))
        ? Optional.empty()
        : Optional.of(
            Reply.problem(403, "other_site", "another site asked for this; open the page itself"));
  }

  /** A link on another site may lead to the page, which holds no data by itself. */
  private static boolean isLink(Asked asked) {
    return asked.path().equals("/")
        && asked.mode().equals(Optional.of("navigate"))
        && asked.destination().equals(Optional.of("document"));
  }

  /** Any port: whoever forwards one chooses it. */
  private static boolean isLoopback(String host) {
    int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    String port = colon < 0 ? "80" : host.substring(colon + 1);
    boolean named = name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]");
    return named
        && !port.isEmpty()
        && port.length() <= 5
        && port.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
