package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import java.time.Duration;
import java.util.Optional;

/** Is told what becomes of connections and requests. Nothing here blocks or throws. */
interface Observer {

  /**
   * A request for an endpoint has arrived as far as its header.
   *
   * @param endpoint {@code mutate} or {@code validate}
   * @param traceparent the header as received
   * @param tracestate the header as received
   */
  Observation begin(String endpoint, Optional<String> traceparent, Optional<String> tracestate);

  /** A connection was closed before its request was whole. */
  void connectionEnded(Refusal why);

  /** One request: received, then refused or decided, each once; or lost. */
  interface Observation {

    /** Where it stands in its trace. */
    Optional<TraceRef> trace();

    /** It is here as a whole, or will be refused without that. */
    void received();

    /** It gets no decision. */
    void refused(Refusal why);

    /**
     * It is decided.
     *
     * @param took from its first byte to the answer
     */
    void decided(Decision decision, Duration took);

    /** It did not arrive as a whole, and so was never received. */
    void lost(Refusal why);
  }
}
