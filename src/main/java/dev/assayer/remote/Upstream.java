package dev.assayer.remote;

import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.util.Optional;

/** One remote service that is asked over https. Safe for concurrent use. */
public interface Upstream extends AutoCloseable {
  /** The configured host, with a port unless it is 443. */
  String host();

  /**
   * Fetches, with authentication when asked for and at most one retry, and never beyond {@code
   * deadline}; never throws for what a server does.
   */
  FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline);

  /**
   * A fetch to find out about health: past circuit breaker and queue. An answer closes the breaker
   * at once; a failure leaves it as it is.
   */
  default ProbeResult probe(Fetch fetch, Deadline deadline) {
    return new ProbeResult(fetch(fetch, new StageLog(), deadline), Optional.empty());
  }

  /** Whether a circuit breaker refuses or thins out fetches at present. */
  default boolean suspended() {
    return false;
  }

  /** Takes no more fetches; those under way still end by themselves. */
  @Override
  void close();
}
