package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import java.util.Optional;
import java.util.function.Supplier;

/** The request that a thread works on, whose ids go into each line that it logs meanwhile. */
public final class LogScope {
  private static final ScopedValue<TraceRef> TRACE = ScopedValue.newInstance();

  private LogScope() {}

  /** Does the work; what this thread logs in it carries the ids. */
  public static <T> T during(Optional<TraceRef> trace, Supplier<T> work) {
    return trace.isPresent() ? ScopedValue.where(TRACE, trace.get()).call(work::get) : work.get();
  }

  static Optional<TraceRef> current() {
    return TRACE.isBound() ? Optional.of(TRACE.get()) : Optional.empty();
  }
}
