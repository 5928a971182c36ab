package dev.assayer.remote;

import java.util.Locale;

/** How one outgoing call ended, for metrics; no verdict depends on it. */
public enum CallResult {
  /** 200, or a redirect on the same host that is followed. */
  OK,
  /** 404 or 410. */
  NOT_FOUND,
  /** 401, the first challenge included, or 403. */
  AUTH,
  /** Another status of the client's fault. */
  STATUS_4XX,
  /** Too many requests. */
  STATUS_429,
  /** The server's fault. */
  STATUS_5XX,
  /** No whole answer in the time there was. */
  TIMEOUT,
  /** The certificate or the handshake was refused. */
  TLS,
  /** The name has no address. */
  DNS,
  /** No connection, or one that ended before an answer. */
  CONNECT,
  /** A redirect or a token server elsewhere, which is not asked. */
  REDIRECT_BLOCKED,
  /** More bytes than may be. */
  TOO_LARGE,
  /** Not HTTP, not as announced, or a status that makes no sense. */
  MALFORMED,
  /** Not made: the circuit breaker is open. */
  BREAKER_OPEN,
  /** Not made: too many calls are under way. */
  OVERLOAD;

  /** The stable word in metrics. */
  public String code() {
    String name = name().toLowerCase(Locale.ROOT);
    return name.startsWith("status_") ? name.substring("status_".length()) : name;
  }
}
