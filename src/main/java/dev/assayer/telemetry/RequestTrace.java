package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;

/** The trace of one request, from its first byte to its answer. Used by one thread. */
public final class RequestTrace {

  /** The ids that logs, records and messages show. Present whether or not the trace is exported. */
  public TraceRef ref() {
    return new TraceRef("0".repeat(32), "0".repeat(16));
  }

  /**
   * Ends with a decision.
   *
   * @return whether the trace is kept: sampled, or a decision worth keeping
   */
  public boolean end(Decision decision) {
    return false;
  }

  /** Ends without a decision. */
  public void end(Refusal why) {}
}
