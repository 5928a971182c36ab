package dev.assayer.admission;

import dev.assayer.decision.Verification;
import dev.assayer.remote.BreakerState;
import dev.assayer.remote.Call;
import dev.assayer.remote.CallObserver;
import java.time.Instant;

/**
 * Is told what happens below decisions: verifications and outgoing calls. Safe for concurrent use;
 * never blocks or throws.
 */
public interface Observation extends CallObserver {
  /** A validator answered; decisions that share its answer share this. */
  void verified(Verification verification);

  /** Nobody wants to know. */
  static Observation none() {
    return new Observation() {
      @Override
      public void verified(Verification verification) {}

      @Override
      public void called(Call call) {}

      @Override
      public void certificate(String host, Instant notAfter) {}

      @Override
      public void breaker(String host, BreakerState state) {}
    };
  }
}
