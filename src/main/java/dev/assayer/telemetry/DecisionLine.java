package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verdict;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** The log line of a decision: what ECS has names for, and the record itself as one field. */
final class DecisionLine {
  private DecisionLine() {}

  static JsonObject of(Decision decision, Json record, LogFields fields) {
    Decision.Request request = decision.request();
    boolean allowed = decision.outcome() == Outcome.ALLOWED;
    JsonObject.Builder line =
        fields
            .line(
                decision.time(),
                level(decision.verdict()),
                message(decision),
                "assayer.decision",
                "assayer.decision")
            .put("event.kind", "event")
            .put("event.type", List.of(decision.outcome().code()))
            .put("event.id", decision.recordId())
            .put("event.action", "admission." + request.operation().toLowerCase(Locale.ROOT))
            .put("event.outcome", allowed ? "success" : "failure")
            .put("event.reason", decision.reason().code())
            .put("event.duration", decision.took().toNanos())
            .put("user.name", request.user())
            .put("orchestrator.type", "kubernetes")
            .put("orchestrator.cluster.name", decision.service().cluster())
            .put("orchestrator.namespace", request.namespace())
            .put("orchestrator.resource.type", request.kind())
            .put("orchestrator.resource.name", request.name())
            .put("container.image.name", names(decision.images()))
            .put("container.image.hash.all", hashes(decision.images()))
            .put("rule.name", rules(decision.images()))
            .put("rule.ruleset", decision.policyDigest());
    if (decision.trace().isPresent()) {
      TraceRef trace = decision.trace().get();
      line.put("trace.id", trace.traceId()).put("span.id", trace.spanId());
    }
    return line.put("assayer.record", record).build();
  }

  private static String level(Verdict verdict) {
    return verdict == Verdict.ERROR || verdict == Verdict.TIMEOUT ? "warn" : "info";
  }

  private static String message(Decision decision) {
    Decision.Request request = decision.request();
    String where = request.namespace().isEmpty() ? "" : request.namespace() + "/";
    return decision.outcome().code()
        + " "
        + request.kind()
        + " "
        + where
        + request.name()
        + " ["
        + decision.reason().code()
        + "]";
  }

  private static List<String> names(List<ImageDecision> images) {
    return images.stream()
        .map(image -> image.normalised().orElse(image.requested()))
        .distinct()
        .toList();
  }

  private static List<String> hashes(List<ImageDecision> images) {
    return images.stream().flatMap(image -> image.digest().stream()).distinct().toList();
  }

  private static List<String> rules(List<ImageDecision> images) {
    return images.stream()
        .flatMap(image -> image.rule().stream())
        .map(RuleRef::pattern)
        .distinct()
        .toList();
  }
}
