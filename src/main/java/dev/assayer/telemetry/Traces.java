package dev.assayer.telemetry;

import java.util.Optional;

/** Makes traces of requests. Nothing here blocks or throws, whatever the collector does. */
public final class Traces implements AutoCloseable {

  /**
   * Begins the trace of a request, now.
   *
   * @param name such as {@code POST /mutate}
   * @param traceparent the W3C header as received; a malformed one is ignored
   * @param tracestate the W3C header as received
   */
  public RequestTrace begin(
      String name, Optional<String> traceparent, Optional<String> tracestate) {
    return new RequestTrace();
  }

  /** Sends what is queued, for a short while, and stops. */
  @Override
  public void close() {}
}
