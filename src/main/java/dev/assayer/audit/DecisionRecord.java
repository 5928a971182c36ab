package dev.assayer.audit;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a decision as the record that is logged and kept: schema {@code assayer.decision/1},
 * fields in snake case, times in UTC with milliseconds, durations in milliseconds. A field is
 * always there: what is not known is {@code null}, so that a reader need not guess why it is
 * missing.
 */
public final class DecisionRecord {
  /** The schema's name and version, the record's first field. */
  public static final String SCHEMA = "assayer.decision/1";

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private DecisionRecord() {}

  /** One line without its line end; control and invisible characters are escapes. */
  public static String line(Decision decision) {
    return JsonText.compact(of(decision));
  }

  /** The record as a value. */
  public static JsonObject of(Decision decision) {
    return JsonObject.builder()
        .put("schema", SCHEMA)
        .put("cluster", decision.service().cluster())
        .put("seq", decision.sequence())
        .put("time", time(decision.time()))
        .put("record_id", decision.recordId())
        .put("service", service(decision.service()))
        .put("request", request(decision.request()))
        .put("user", user(decision.request()))
        .put("outcome", decision.outcome().code())
        .put("verdict", decision.verdict().code())
        .put("mode", decision.mode().code())
        .put("reason", decision.reason().code())
        .put("detail", decision.detail())
        .put("duration_ms", decision.took().toMillis())
        .put("deadline_ms", decision.budget().toMillis())
        .put("policy", policy(decision))
        .put("images", list(decision.images(), DecisionRecord::image))
        .put("stages", list(decision.stages(), DecisionRecord::stage))
        .put("trace", orNull(decision.trace(), ref -> trace(ref, decision.verdict())))
        .build();
  }

  private static Json trace(TraceRef ref, Verdict verdict) {
    return JsonObject.builder()
        .put("trace_id", ref.traceId())
        .put("span_id", ref.spanId())
        .put("sampled", ref.sampled(verdict))
        .build();
  }

  private static Json service(Decision.Service service) {
    return JsonObject.builder()
        .put("name", "assayer")
        .put("version", service.version())
        .put("instance", service.replica())
        .build();
  }

  private static Json request(Decision.Request request) {
    return JsonObject.builder()
        .put("uid", request.uid())
        .put("operation", request.operation())
        .put("kind", request.kind())
        .put("api_version", request.apiVersion())
        .put("namespace", request.namespace())
        .put("name", request.name())
        .put("dry_run", request.dryRun())
        .put("owner", orNull(request.owner(), DecisionRecord::owner))
        .put("endpoint", request.endpoint())
        .put("caller", request.caller())
        .build();
  }

  private static Json owner(String kindAndName) {
    int slash = kindAndName.indexOf('/');
    return JsonObject.builder()
        .put("kind", kindAndName.substring(0, Math.max(slash, 0)))
        .put("name", kindAndName.substring(slash + 1))
        .build();
  }

  private static Json user(Decision.Request request) {
    return JsonObject.builder().put("name", request.user()).put("groups", request.groups()).build();
  }

  private static Json policy(Decision decision) {
    return JsonObject.builder()
        .put("digest", decision.policyDigest())
        .put("trust_root_digest", decision.trustRootDigest())
        .put("generation", decision.generation())
        .build();
  }

  /** What a record says of one image. */
  public static JsonObject image(ImageDecision image) {
    return JsonObject.builder()
        .put("container", image.container())
        .put("container_type", image.containerType())
        .put("requested", image.requested())
        .put("normalised", orNull(image.normalised(), Json::of))
        .put("digest", orNull(image.digest(), Json::of))
        .put("patched", image.patched())
        .put("rule", orNull(image.rule(), DecisionRecord::rule))
        .put("validators", list(image.validators(), DecisionRecord::validator))
        .put("verdict", image.verdict().code())
        .put("mode", image.mode().code())
        .put("reason", image.reason().code())
        .put("detail", image.detail())
        .put("signers", list(image.signers(), DecisionRecord::signer))
        .put("trust", orNull(image.trust(), DecisionRecord::trust))
        .put("timing", orNull(image.timing(), DecisionRecord::timing))
        .put("stages", list(image.stages(), DecisionRecord::stage))
        .put("warnings", image.warnings())
        .put("evidence", image.evidence())
        .build();
  }

  private static Json rule(RuleRef rule) {
    return JsonObject.builder()
        .put("pattern", rule.pattern())
        .put("index", rule.index())
        .put("matched_over", rule.wonOver())
        .build();
  }

  private static Json validator(ValidatorRef validator) {
    return JsonObject.builder()
        .put("name", validator.name())
        .put("type", validator.type())
        .put("upstream", validator.upstream())
        .build();
  }

  private static Json signer(Signer signer) {
    return JsonObject.builder()
        .put("role", signer.role())
        .put("key_id", signer.keyId())
        .put("algorithm", signer.algorithm())
        .put("first_seen", signer.firstSeen())
        .build();
  }

  private static Json trust(TrustFacts trust) {
    return JsonObject.builder()
        .put("root_keys", trust.rootKeys())
        .put("first_use", trust.firstUse())
        .put("freshness", trust.freshness())
        .put("age_ms", orNull(trust.age(), age -> Json.of(age.toMillis())))
        .put("expires", orNull(earliestExpiry(trust), expires -> Json.of(time(expires))))
        .put("chain", list(trust.chain(), DecisionRecord::role))
        .build();
  }

  private static Optional<Instant> earliestExpiry(TrustFacts trust) {
    return trust.chain().stream().map(RoleTrust::expires).min(Instant::compareTo);
  }

  private static Json role(RoleTrust role) {
    return JsonObject.builder()
        .put("role", role.role())
        .put("version", role.version())
        .put("expires", time(role.expires()))
        .put("threshold", role.threshold())
        .put("signed_by", role.signedBy())
        .put("sha256", role.sha256())
        .build();
  }

  private static Json timing(Timing timing) {
    return JsonObject.builder()
        .put("start_ms", millis(timing.start()))
        .put("duration_ms", millis(timing.took()))
        .put("shared", timing.shared())
        .build();
  }

  private static Json stage(Stage stage) {
    return JsonObject.builder()
        .put("name", stage.name())
        .put("dependency", orNull(stage.dependency(), Json::of))
        .put("start_ms", millis(stage.start()))
        .put("duration_ms", millis(stage.duration()))
        .put("open", stage.open())
        .put("note", orNull(stage.note(), Json::of))
        .build();
  }

  /** Milliseconds to the microsecond: the steps of a remembered decision are shorter than one. */
  private static Json millis(Duration duration) {
    BigDecimal millis = BigDecimal.valueOf(duration.toNanos(), 6).setScale(3, RoundingMode.HALF_UP);
    String text = millis.stripTrailingZeros().toPlainString();
    return new JsonNumber(text);
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static <T> Json list(List<T> items, Function<T, Json> write) {
    return new JsonArray(items.stream().map(write).toList());
  }

  private static <T> Json orNull(Optional<T> value, Function<T, Json> write) {
    return value.map(write).orElse(JsonNull.NULL);
  }
}
