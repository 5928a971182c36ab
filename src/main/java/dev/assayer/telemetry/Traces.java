package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TraceRef.Sampling;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Map;
import java.util.Optional;

/**
 * Makes traces of requests, and of work in the background. Every trace has ids, for logs, records
 * and messages; it is exported by OTLP over HTTP only where the standard {@code OTEL_*} variables
 * ask for it. Exported are the traces that the configured sampler takes (by default what the caller
 * samples, and 5 % of what has no parent) and those with the verdict rejected, error or timeout.
 *
 * <p>The spans are made of a decision's own timings after it was made, and queued without waiting:
 * nothing here blocks or throws, whatever the collector does.
 */
public final class Traces implements AutoCloseable {
  private final IdGenerator ids = IdGenerator.random();
  private final Optional<SpanExport> export;

  /** Traces that have ids and go nowhere. */
  public Traces() {
    this(Optional.empty());
  }

  private Traces(Optional<SpanExport> export) {
    this.export = export;
  }

  /**
   * Traces as the environment asks for them. What cannot be used is logged as one warning, and
   * nothing is exported.
   *
   * @param environment all environment variables; those that begin with {@code OTEL_} count
   * @param version of this software
   * @param replica name of this replica
   */
  public static Traces open(Map<String, String> environment, String version, String replica) {
    return new Traces(
        OtlpSdk.open(
            OtlpSettings.Signal.TRACES,
            environment,
            settings -> new SpanExport(settings, version, replica)));
  }

  /**
   * Begins the trace of a request, now.
   *
   * @param name such as {@code POST /mutate}
   * @param traceparent the W3C header as received; a malformed one is ignored
   * @param tracestate the W3C header as received; one that is too long makes both ignored
   */
  public RequestTrace begin(
      String name, Optional<String> traceparent, Optional<String> tracestate) {
    Context parent = TraceParent.read(traceparent, tracestate);
    return new RequestTrace(name, parent, ref(parent, name, SpanKind.SERVER), export);
  }

  /**
   * Begins a trace of work that no request asked for, now.
   *
   * @param name of a small set, such as {@code selftest} or {@code policy.reload}
   */
  public BackgroundTrace background(String name) {
    return new BackgroundTrace(
        name,
        SpanKind.INTERNAL,
        Context.root(),
        ref(Context.root(), name, SpanKind.INTERNAL),
        export);
  }

  /**
   * Begins a call that follows from a request after its answer, now: a span below the request's
   * own, which is exported whenever that one is.
   *
   * @param name of a small set, such as {@code alert.deliver}
   * @param request where the request stands in its trace
   * @param kept whether the request's trace is exported
   */
  public BackgroundTrace following(String name, TraceRef request, boolean kept) {
    SpanContext cause =
        SpanContext.createFromRemoteParent(
            request.traceId(),
            request.spanId(),
            kept ? TraceFlags.getSampled() : TraceFlags.getDefault(),
            TraceState.getDefault());
    Sampling sampling = export.isEmpty() ? Sampling.NONE : kept ? Sampling.ALL : Sampling.PROBLEMS;
    return new BackgroundTrace(
        name,
        SpanKind.CLIENT,
        Context.root().with(Span.wrap(cause)),
        new TraceRef(request.traceId(), ids.generateSpanId(), sampling),
        export);
  }

  private TraceRef ref(Context parent, String name, SpanKind kind) {
    SpanContext caller = Span.fromContext(parent).getSpanContext();
    String traceId = caller.isValid() ? caller.getTraceId() : ids.generateTraceId();
    Sampling sampling =
        export
            .map(to -> to.samples(parent, traceId, name, kind) ? Sampling.ALL : Sampling.PROBLEMS)
            .orElse(Sampling.NONE);
    return new TraceRef(traceId, ids.generateSpanId(), sampling);
  }

  /** Whether traces are exported at all. */
  public boolean exporting() {
    return export.isPresent();
  }

  /** Spans that were to be exported and were not: the queue was full, or the collector failed. */
  public long dropped() {
    return export.map(SpanExport::dropped).orElse(0L);
  }

  /** Sends what is queued, for three seconds at most, and stops. */
  @Override
  public void close() {
    export.ifPresent(SpanExport::close);
  }
}
