package dev.assayer.telemetry;

import dev.assayer.decision.Decision;

/** What is said of every request. */
final class RootAttributes {
  private RootAttributes() {}

  /**
   * Begins the attributes of a request.
   *
   * @param name method and route, such as {@code POST /mutate}
   * @param status HTTP status of the answer
   */
  static SpanAttributes of(String name, int status) {
    SpanAttributes attributes = new SpanAttributes();
    int space = name.indexOf(' ');
    if (space > 0) {
      attributes
          .put("http.request.method", name.substring(0, space))
          .put("http.route", name.substring(space + 1))
          .put("http.response.status_code", status);
    }
    return attributes;
  }

  /** Adds what is said of a decision, in its span and in its record alike. */
  static void decision(SpanAttributes attributes, Decision decision) {
    Decision.Request request = decision.request();
    attributes
        .put("assayer.request.uid", request.uid())
        .put("assayer.request.dry_run", request.dryRun())
        .put("assayer.review.kind", request.kind())
        .put("assayer.review.operation", request.operation())
        .put("k8s.namespace.name", request.namespace())
        .put("k8s.cluster.name", decision.service().cluster())
        .put("assayer.outcome", decision.outcome().code())
        .put("assayer.verdict", decision.verdict().code())
        .put("assayer.reason", decision.reason().code())
        .put("assayer.mode", decision.mode().code())
        .put("assayer.record_id", decision.recordId());
  }
}
