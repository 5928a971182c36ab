package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import java.time.Duration;
import java.util.Optional;

/** A request that is counted nowhere: the self-test's own. */
enum Unobserved implements Observer.Observation {
  REQUEST;

  @Override
  public Optional<TraceRef> trace() {
    return Optional.empty();
  }

  @Override
  public void received() {}

  @Override
  public void refused(Refusal why) {}

  @Override
  public void decided(Decision decision, Duration took) {}

  @Override
  public void lost(Refusal why) {}
}
