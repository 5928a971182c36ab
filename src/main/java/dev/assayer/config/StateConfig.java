package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Where verified trust and rollback marks are remembered. */
public sealed interface StateConfig {
  /** Where the chart mounts the key that binds what is remembered outside the process. */
  Path MOUNTED_KEY = Path.of("/etc/assayer/state/hmac.key");

  /** In this process only. */
  record Memory() implements StateConfig {}

  /**
   * In ConfigMaps of the own namespace.
   *
   * @param hmacKeyFile key that binds what is remembered
   */
  record Kubernetes(Path hmacKeyFile) implements StateConfig {}

  /**
   * In Valkey or Redis.
   *
   * @param uri {@code rediss://host:port/db}, without credentials; {@code redis://} for no TLS
   * @param username user of the server's access list; empty: its default user
   * @param passwordFile file with the password, read at each connect
   * @param ca certificates that are the only trust anchors for it; empty: the system's
   * @param hmacKeyFile key that binds what is remembered
   */
  record Valkey(
      URI uri,
      Optional<String> username,
      Optional<Path> passwordFile,
      List<X509Certificate> ca,
      Path hmacKeyFile)
      implements StateConfig {

    /** Copies the list. */
    public Valkey {
      ca = List.copyOf(ca);
    }
  }
}
