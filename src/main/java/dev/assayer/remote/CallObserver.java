package dev.assayer.remote;

import java.time.Instant;

/** Is told of outgoing calls as they end. Safe for concurrent use; never blocks or throws. */
public interface CallObserver {
  /** Each HTTP exchange is told once, those for tokens included. */
  void called(Call call);

  /** The host showed a certificate that expires then; told with every answer. */
  void certificate(String host, Instant notAfter);

  /** The host's circuit breaker is in this state from now on; it begins closed. */
  void breaker(String host, BreakerState state);

  /** Nobody wants to know. */
  static CallObserver none() {
    return new CallObserver() {
      @Override
      public void called(Call call) {}

      @Override
      public void certificate(String host, Instant notAfter) {}

      @Override
      public void breaker(String host, BreakerState state) {}
    };
  }
}
