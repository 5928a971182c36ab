package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows every decision to somebody before it is answered, beside those who observe already. */
record DecisionWatch(Observer observer, Consumer<Decision> decisions) implements Observer {

  @Override
  public Observation begin(
      String endpoint, Optional<String> traceparent, Optional<String> tracestate) {
    return new Watched(observer.begin(endpoint, traceparent, tracestate), decisions);
  }

  @Override
  public void connectionEnded(Refusal why) {
    observer.connectionEnded(why);
  }

  private record Watched(Observation observation, Consumer<Decision> decisions)
      implements Observation {

    @Override
    public Optional<TraceRef> trace() {
      return observation.trace();
    }

    @Override
    public void received() {
      observation.received();
    }

    @Override
    public void refused(Refusal why) {
      observation.refused(why);
    }

    @Override
    public void decided(Decision decision, Duration took) {
      decisions.accept(decision);
      observation.decided(decision, took);
    }

    @Override
    public void lost(Refusal why) {
      observation.lost(why);
    }
  }
}
