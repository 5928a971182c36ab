package dev.assayer.remote;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * An https host and port: the unit that requests and credentials are confined to.
 *
 * @param host lower-case name or address; an IPv6 address in brackets
 * @param port 1 to 65535
 */
record Origin(String host, int port) {
  private static final int HTTPS = 443;

  /**
   * Reads {@code host[:port]}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Origin parse(String hostAndPort) {
    return of(URI.create("https://" + hostAndPort))
        .filter(origin -> origin.sameText(hostAndPort))
        .orElseThrow(() ->
            new IllegalArgumentException("not a host or host:port: " + Words.safe(hostAndPort)));
  }

  /** The origin of a URI, empty unless it is https, names a host and carries no user. */
  static Optional<Origin> of(URI uri) {
    int port = uri.getPort() == -1 ? HTTPS : uri.getPort();
    if (!"https".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || port < 1
        || port > 65_535) {
      return Optional.empty();
    }
    return Optional.of(new Origin(uri.getHost().toLowerCase(Locale.ROOT), port));
  }

  /** The URI of an escaped path on this origin. */
  URI uri(String path) {
    return URI.create("https://" + host + ":" + port + path);
  }

  /** {@code host}, or {@code host:port} unless that is 443. */
  String label() {
    return port == HTTPS ? host : host + ":" + port;
  }

  private boolean sameText(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.equals(host) || lower.equals(host + ":" + port);
  }
}
