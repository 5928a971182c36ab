package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.RequestTrace;
import dev.assayer.telemetry.Traces;
import java.time.Duration;
import java.util.Optional;

/** Passes everything on to metrics and traces. */
record TelemetryObserver(Metrics metrics, Traces traces) implements Observer {

  @Override
  public Observation begin(
      String endpoint, Optional<String> traceparent, Optional<String> tracestate) {
    return new Watched(
        metrics, endpoint, traces.begin("POST /" + endpoint, traceparent, tracestate));
  }

  @Override
  public void connectionEnded(Refusal why) {
    metrics.connectionEnded(why);
  }

  private record Watched(Metrics metrics, String endpoint, RequestTrace running)
      implements Observation {

    @Override
    public Optional<TraceRef> trace() {
      return Optional.of(running.ref());
    }

    @Override
    public void received() {
      metrics.received(endpoint);
    }

    @Override
    public void refused(Refusal why) {
      metrics.refused(endpoint, why);
      running.end(why);
    }

    @Override
    public void decided(Decision decision, Duration took) {
      boolean kept = running.end(decision);
      metrics.decided(decision, took, kept ? Optional.of(running.ref()) : Optional.empty());
    }

    @Override
    public void lost(Refusal why) {
      running.end(why);
    }
  }
}
