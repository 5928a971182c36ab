package dev.assayer.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One span of a tree that is complete: what is exported and what people are shown are both made of
 * it.
 *
 * @param start offset from the start of the root
 * @param error present for a span with status ERROR: a word such as {@code upstream_timeout}
 */
record SpanNode(
    String name,
    SpanKind kind,
    Duration start,
    Duration duration,
    Attributes attributes,
    Optional<String> error,
    List<SpanNode> children) {

  /** The number of spans in this tree. */
  int size() {
    return 1 + children.stream().mapToInt(SpanNode::size).sum();
  }
}
