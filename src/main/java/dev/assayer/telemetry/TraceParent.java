package dev.assayer.telemetry;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the caller's place in a trace (W3C Trace Context). What is malformed or too long says
 * nothing, neither in part: the request then begins a trace of its own. Baggage is never read.
 */
final class TraceParent {
  /** A future version may add fields; more than this is no header but an attack. */
  private static final int MAX_PARENT = 256;

  /** The length that the specification asks everybody to pass on (section 3.3.1.5). */
  private static final int MAX_STATE = 512;

  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return List.copyOf(headers.keySet());
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };

  private TraceParent() {}

  /** The context of the caller's span, or the root context. */
  static Context read(Optional<String> traceparent, Optional<String> tracestate) {
    String parent = traceparent.orElse("");
    String state = tracestate.orElse("");
    if (parent.isEmpty() || parent.length() > MAX_PARENT || state.length() > MAX_STATE) {
      return Context.root();
    }
    Map<String, String> headers =
        state.isEmpty()
            ? Map.of("traceparent", parent)
            : Map.of("traceparent", parent, "tracestate", state);
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
  }
}
