package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trace that exemplars point at, for the time in which a decision is counted and no longer. The
 * registry asks for it from below; there is no way to hand it over with a sample.
 */
final class KeptTrace implements SpanContext {
  private final ScopedValue<TraceRef> current = ScopedValue.newInstance();

  /** Counts, with exemplars if there is a trace that is kept. */
  void during(Optional<TraceRef> trace, Runnable count) {
    if (trace.isPresent()) {
      ScopedValue.where(current, trace.get()).run(count);
    } else {
      count.run();
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return current.isBound() ? current.get().traceId() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return current.isBound() ? current.get().spanId() : null;
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return current.isBound();
  }

  @Override
  public void markCurrentSpanAsExemplar() {
    // It is kept already.
  }
}
