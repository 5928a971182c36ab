package dev.assayer.remote;

import dev.assayer.decision.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Turns the client's exceptions into reasons. A connection that ends before a complete head, by RST
 * or FIN, is {@code upstream_unreachable}: nobody has said anything yet. Bytes that are not HTTP,
 * and an end in the body, are {@code upstream_malformed}. A handshake that TLS itself refuses is
 * {@code tls_failed}.
 */
final class Failures {
  private static final int DEEPEST = 20;

  private Failures() {}

  static Answer.Lost explain(String host, String action, CappedBody body, Throwable failure) {
    if (body.headCame()) {
      return malformed(host + " broke off " + Words.object(action) + progress(body));
    }
    if (find(failure, HttpTimeoutException.class).isPresent()) {
      return new Answer.Lost(
          Reason.UPSTREAM_TIMEOUT,
          host + " took no connection for " + action,
          Health.DOWN,
          CallResult.TIMEOUT);
    }
    if (find(failure, UnresolvedAddressException.class).isPresent()
        || find(failure, UnknownHostException.class).isPresent()) {
      return new Answer.Lost(
          Reason.UPSTREAM_UNREACHABLE,
          "no address is known for " + host + ", needed for " + action,
          Health.DOWN,
          CallResult.DNS);
    }
    Optional<SSLException> tls = find(failure, SSLException.class);
    if (tls.isPresent() && isConnectionEnd(tls.get())) {
      return unreachable(host + " closed the connection in the TLS handshake for " + action);
    }
    if (tls.isPresent()) {
      return new Answer.Lost(
          Reason.TLS_FAILED,
          host + " was refused before " + action + ": " + TlsWords.of(failure),
          Health.UNKNOWN,
          CallResult.TLS);
    }
    if (find(failure, ConnectException.class).isPresent()
        || find(failure, NoRouteToHostException.class).isPresent()) {
      return unreachable(host + " took no connection for " + action + cause(failure));
    }
    if (find(failure, ProtocolException.class).isPresent()
        || find(failure, IllegalArgumentException.class).isPresent()) {
      return malformed(host + " answered " + action + " with something that is not HTTP");
    }
    if (find(failure, IOException.class).isPresent()) {
      return unreachable(host + " closed the connection before it answered " + action);
    }
    return new Answer.Lost(
        Reason.INTERNAL_ERROR,
        action + " from " + host + " failed: " + failure.getClass().getSimpleName(),
        Health.UNKNOWN,
        CallResult.MALFORMED);
  }

  /** The first cause of a kind. */
  static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> kind) {
    Throwable at = failure;
    for (int i = 0; i < DEEPEST && at != null; i++) {
      if (kind.isInstance(at)) {
        return Optional.of(kind.cast(at));
      }
      at = at.getCause();
    }
    return Optional.empty();
  }

  /**
   * A TCP load balancer without a backend accepts and closes: that is an outage, not a refusal. The
   * JDK tells it only by this message; were it to change, the answer would be {@code tls_failed}.
   */
  private static boolean isConnectionEnd(SSLException tls) {
    return String.valueOf(tls.getMessage()).startsWith("Remote host ");
  }

  private static String progress(CappedBody body) {
    String sent = " after " + body.received();
    return body.announced().isPresent()
        ? sent + " of " + body.announced().getAsLong() + " bytes"
        : sent + " bytes";
  }

  private static String cause(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "" : ": " + Words.safe(message);
  }

  private static Answer.Lost unreachable(String detail) {
    return new Answer.Lost(Reason.UPSTREAM_UNREACHABLE, detail, Health.DOWN, CallResult.CONNECT);
  }

  private static Answer.Lost malformed(String detail) {
    return new Answer.Lost(Reason.UPSTREAM_MALFORMED, detail, Health.UNKNOWN, CallResult.MALFORMED);
  }
}
