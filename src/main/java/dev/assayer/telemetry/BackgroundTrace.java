package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The trace of one piece of work in the background, such as a probe or a reload; or a piece of work
 * that follows from a request, in the request's trace. A failure is exported always, a success if
 * it is sampled. Used by one thread.
 */
public final class BackgroundTrace {
  private final String name;
  private final SpanKind kind;
  private final Context parent;
  private final TraceRef ref;
  private final Optional<SpanExport> export;
  private final SpanAttributes attributes = new SpanAttributes();
  private final Instant begun = Instant.now();
  private final long begunNanos = System.nanoTime();

  BackgroundTrace(
      String name, SpanKind kind, Context parent, TraceRef ref, Optional<SpanExport> export) {
    this.name = name;
    this.kind = kind;
    this.parent = parent;
    this.ref = ref;
    this.export = export;
  }

  /** The ids that log lines of this work may show. */
  public TraceRef ref() {
    return ref;
  }

  /**
   * Says something of this work; a long value is cut.
   *
   * @param key such as {@code server.address}, of a small set
   */
  public BackgroundTrace attribute(String key, String value) {
    attributes.put(key, value);
    return this;
  }

  /** It went well. */
  public void end() {
    send(Optional.empty());
  }

  /**
   * It failed.
   *
   * @param reason a word, such as {@code digest_mismatch}
   */
  public void failed(String reason) {
    attributes.put("error.type", reason);
    send(Optional.of(reason));
  }

  private void send(Optional<String> error) {
    if (export.isPresent() && (error.isPresent() || ref.sampling() == TraceRef.Sampling.ALL)) {
      Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
      SpanNode root =
          new SpanNode(name, kind, Duration.ZERO, took, attributes.build(), error, List.of());
      export.get().send(root, begun, parent, ref);
    }
  }
}
