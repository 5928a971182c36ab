package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verdict;
import dev.assayer.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The log line of a decision: what ECS has names for, and the record itself as one field; if it is
 * in the audit log, with its place and byte for byte as it is there.
 */
final class DecisionLine {
  private DecisionLine() {}

  /**
   * The line, without its end.
   *
   * @param record writes the members of the decision's record
   */
  static byte[] of(Decision decision, Consumer<JsonWriter> record, LogFields fields) {
    return JsonWriter.object(line -> write(line, decision, record, fields));
  }

  private static void write(
      JsonWriter line, Decision decision, Consumer<JsonWriter> record, LogFields fields) {
    Decision.Request request = decision.request();
    boolean allowed = decision.outcome() == Outcome.ALLOWED;
    fields
        .begin(
            line,
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
    if (decision.logged().isPresent()) {
      Logged logged = decision.logged().get();
      line.put("assayer.log.index", logged.index())
          .put("assayer.log.leaf_hash", logged.leafHash())
          .putJson("assayer.record", logged.record());
    } else {
      line.put("assayer.record", record);
    }
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
