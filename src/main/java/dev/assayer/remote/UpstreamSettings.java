package dev.assayer.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What an upstream is.
 *
 * @param host {@code host} or {@code host:port}; https always
 * @param tls the context whose trust manager judges this host and its realm; empty for the
 *     platform's anchors. A pinned CA is a context that has no other anchor.
 * @param credentials sent to this host and to the realm's host, nowhere else
 * @param realm the token server, if it is another host; only its host and port count
 * @param breakerFailures failures in a row that open the circuit breaker
 * @param breakerPause how long an open breaker refuses before it lets one probe through
 * @param observer is told of every call
 */
public record UpstreamSettings(
    String host,
    Optional<SSLContext> tls,
    Optional<Credentials> credentials,
    Optional<URI> realm,
    int breakerFailures,
    Duration breakerPause,
    CallObserver observer) {
  /** Short: while an upstream answers again, nothing that is signed should be denied for long. */
  private static final Duration BREAKER_PAUSE = Duration.ofSeconds(1);

  /** An upstream with the platform's trust anchors, no credentials, and a breaker of 5 and 1 s. */
  public static UpstreamSettings of(String host) {
    return new UpstreamSettings(
        host,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        5,
        BREAKER_PAUSE,
        CallObserver.none());
  }

  /** The same with other trust anchors. */
  public UpstreamSettings withTls(SSLContext context) {
    return new UpstreamSettings(
        host, Optional.of(context), credentials, realm, breakerFailures, breakerPause, observer);
  }

  /** The same with credentials. */
  public UpstreamSettings withCredentials(Credentials given) {
    return new UpstreamSettings(
        host, tls, Optional.of(given), realm, breakerFailures, breakerPause, observer);
  }

  /** The same with a token server on another host. */
  public UpstreamSettings withRealm(URI tokenServer) {
    return new UpstreamSettings(
        host, tls, credentials, Optional.of(tokenServer), breakerFailures, breakerPause, observer);
  }

  /** The same with another circuit breaker. */
  public UpstreamSettings withBreaker(int failures, Duration pause) {
    return new UpstreamSettings(host, tls, credentials, realm, failures, pause, observer);
  }

  /** The same with somebody to be told of every call. */
  public UpstreamSettings withObserver(CallObserver told) {
    return new UpstreamSettings(host, tls, credentials, realm, breakerFailures, breakerPause, told);
  }
}
