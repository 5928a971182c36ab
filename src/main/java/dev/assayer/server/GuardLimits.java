package dev.assayer.server;

import java.time.Duration;

/**
 * What a listener allows its clients.
 *
 * @param connections open at once
 * @param first from the accepted connection to the end of its TLS handshake, or without TLS to its
 *     first request
 * @param idle from the handshake to the first request, and between two; longer than clients keep
 *     connections, so that they close and we do not cut a request on its way
 * @param receive from a request's first byte to its last
 * @param send what remains after the request's own deadline for a client to take the answer
 */
record GuardLimits(
    int connections, Duration first, Duration idle, Duration receive, Duration send) {

  /** For the API server, which keeps idle connections for 90 s and never trickles a request. */
  static final GuardLimits WEBHOOK =
      new GuardLimits(
          1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));

  /** For probes, Prometheus and people. */
  static final GuardLimits ADMIN =
      new GuardLimits(
          64,
          Duration.ofSeconds(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));
}
