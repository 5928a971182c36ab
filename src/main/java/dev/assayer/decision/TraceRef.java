package dev.assayer.decision;

/**
 * Where a decision stands in its trace.
 *
 * @param traceId W3C trace id, 32 lower-case hex characters
 * @param spanId W3C span id of the request's own span, 16 lower-case hex characters
 * @param sampling what of the trace is exported
 */
public record TraceRef(String traceId, String spanId, Sampling sampling) {

  /** What is known of the export before there is a verdict. */
  public enum Sampling {
    /** Nothing is exported. */
    NONE,
    /** Exported if the verdict is {@code rejected}, {@code error} or {@code timeout}. */
    PROBLEMS,
    /** Exported, whatever the verdict. */
    ALL
  }

  /** A trace whose ids are for logs and messages only. */
  public TraceRef(String traceId, String spanId) {
    this(traceId, spanId, Sampling.NONE);
  }

  /** Whether the trace of a request with this verdict is exported. */
  public boolean sampled(Verdict verdict) {
    return switch (sampling) {
      case NONE -> false;
      case PROBLEMS -> !verdict.admits();
      case ALL -> true;
    };
  }
}
