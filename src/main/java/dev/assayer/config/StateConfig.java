package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where verified trust and rollback marks are remembered. */
public sealed interface StateConfig {

  /** In this process only. */
  record Memory() implements StateConfig {}

  /**
   * In ConfigMaps of the own namespace.
   *
   * @param hmacKeyFile key that binds what is remembered
   */
  record Kubernetes(Optional<Path> hmacKeyFile) implements StateConfig {}

  /**
   * In Valkey.
   *
   * @param uri {@code rediss://host:port/db}, without credentials
   * @param passwordFile file with the password
   * @param hmacKeyFile key that binds what is remembered
   */
  record Valkey(URI uri, Optional<Path> passwordFile, Optional<Path> hmacKeyFile)
      implements StateConfig {}
}
