package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The trace of one request, from its first byte to its answer. Begin it together with the request's
 * deadline, from whose start the stages of a decision are counted; end it when the answer is
 * written. Used by one thread.
 */
public final class RequestTrace {
  private static final System.Logger LOGGER = System.getLogger(RequestTrace.class.getName());

  private final String name;
  private final Context parent;
  private final TraceRef ref;
  private final Optional<SpanExport> export;
  private final Instant begun = Instant.now();
  private final long begunNanos = System.nanoTime();

  RequestTrace(String name, Context parent, TraceRef ref, Optional<SpanExport> export) {
    this.name = name;
    this.parent = parent;
    this.ref = ref;
    this.export = export;
  }

  /** The ids that logs, records and messages show. Present whether or not the trace is exported. */
  public TraceRef ref() {
    return ref;
  }

  /**
   * Ends with a decision.
   *
   * @return whether the trace is exported: it was sampled or is a decision worth keeping, and there
   *     was room for it
   */
  public boolean end(Decision decision) {
    try {
      return export
          .filter(_ -> ref.sampled(decision.verdict()))
          .map(to -> to.send(DecisionSpans.tree(decision, name, elapsed()), begun, parent, ref))
          .orElse(false);
    } catch (RuntimeException failure) {
      // A trace that cannot be made is no reason to fail a request that is decided.
      LOGGER.log(
          System.Logger.Level.ERROR,
          "the trace of record {0} failed with {1}",
          decision.recordId(),
          failure.getClass().getName());
      return false;
    }
  }

  /** Ends without a decision; exported only if sampled, since anybody can be refused. */
  public void end(Refusal why) {
    if (export.isPresent() && ref.sampling() == TraceRef.Sampling.ALL) {
      SpanAttributes attributes =
          RootAttributes.of(name, why.status()).put("assayer.refusal", why.code());
      SpanNode root =
          new SpanNode(
              name,
              SpanKind.SERVER,
              Duration.ZERO,
              elapsed(),
              attributes.build(),
              Optional.empty(),
              List.of());
      export.get().send(root, begun, parent, ref);
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }
}
