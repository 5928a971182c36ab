package dev.assayer.state;

import dev.assayer.crypto.TlsTrust;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a Valkey or Redis server is reached.
 *
 * @param host its name, which its certificate must show
 * @param port TCP port
 * @param database number of the logical database
 * @param tls whom to believe; empty for no TLS
 * @param username user of its access list; empty: the default user
 * @param passwordFile read at each connect
 * @param prefix of all names, so that several installations may share one server
 */
public record ValkeySettings(
    String host,
    int port,
    int database,
    Optional<TlsTrust> tls,
    Optional<String> username,
    Optional<Path> passwordFile,
    String prefix) {
  private static final int PORT = 6379;

  /**
   * From an address such as {@code rediss://host:6379/0}.
   *
   * @param trust for schemes with TLS, {@code rediss} and {@code valkeys}
   */
  public static ValkeySettings of(
      URI uri,
      TlsTrust trust,
      Optional<String> username,
      Optional<Path> passwordFile,
      String prefix) {
    String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
    String host = uri.getHost();
    return new ValkeySettings(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() < 0 ? PORT : uri.getPort(),
        path.isEmpty() ? 0 : Integer.parseInt(path),
        isEncrypted(uri) ? Optional.of(trust) : Optional.empty(),
        username,
        passwordFile,
        prefix);
  }

  /** A prefix of names from these parts, never the same for others. */
  public static String prefix(List<String> parts) {
    StringBuilder prefix = new StringBuilder("assayer:");
    parts.forEach(part -> prefix.append(StoreName.escaped(part)).append(':'));
    return prefix.toString();
  }

  /** Whether the address asks for TLS. */
  public static boolean isEncrypted(URI uri) {
    return uri.getScheme().endsWith("s");
  }
}
