package dev.assayer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The listener for {@code POST /mutate} and {@code POST /validate}.
 *
 * @param address host name or IP address to bind
 * @param port TCP port; 0 for any free one
 * @param tls certificate and key; empty where the file names none
 * @param maxConcurrent reviews worked on at once
 * @param maxInFlightBytes request bytes held at once
 * @param budget longest time for one review; the API server's own time-out shortens it
 */
public record WebhookConfig(
    String address,
    int port,
    Optional<Tls> tls,
    int maxConcurrent,
    long maxInFlightBytes,
    Duration budget) {

  WebhookConfig withBudget(Duration other) {
    return new WebhookConfig(address, port, tls, maxConcurrent, maxInFlightBytes, other);
  }

  /**
   * Files of the listener's TLS, reloaded when they change and so not part of the policy digest.
   *
   * @param certificateFile PEM chain, leaf first
   * @param keyFile PEM private key
   * @param clientCaFile PEM certificates that client certificates must chain to; present: mTLS
   */
  public record Tls(Path certificateFile, Path keyFile, Optional<Path> clientCaFile) {}
}
