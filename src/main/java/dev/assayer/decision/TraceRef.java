package dev.assayer.decision;

/**
 * Where a decision stands in its trace.
 *
 * @param traceId W3C trace id, 32 lower-case hex characters
 * @param spanId W3C span id of the request's own span, 16 lower-case hex characters
 */
public record TraceRef(String traceId, String spanId) {}
