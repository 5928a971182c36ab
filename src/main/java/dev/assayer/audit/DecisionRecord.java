package dev.assayer.audit;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
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
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonWriter;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Writes a decision as the record that is logged and kept: schema {@code assayer.decision/1},
 * fields in snake case, times in UTC with milliseconds, durations in milliseconds. A field is
 * always there: what is not known is {@code null}, so that a reader need not guess why it is
 * missing.
 */
public final class DecisionRecord {
  /** The schema's name and version, the record's first field. */
  public static final String SCHEMA = "assayer.decision/1";

  /** The schema of an entry whose record is too long and kept beside the log. */
  public static final String REFERENCE_SCHEMA = "assayer.decision.ref/1";

  /** The schema of an entry that takes another one back. */
  public static final String WITHDRAWN_SCHEMA = "assayer.withdrawn/1";

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private DecisionRecord() {}

  /** {@link #line(Decision, Predicate)} of a decision whose evidence is not kept. */
  public static String line(Decision decision) {
    return line(decision, _ -> false);
  }

  /**
   * One line without its line end; control and invisible characters are escapes.
   *
   * @param kept whether evidence of this sha256 is in the store
   */
  public static String line(Decision decision, Predicate<String> kept) {
    return new String(
        JsonWriter.object(record -> write(record, decision, kept)), StandardCharsets.UTF_8);
  }

  /** What an entry says of a record that is kept as a file: its head, and where it is. */
  static byte[] reference(Decision decision, Blobs.Reference where) {
    return JsonWriter.object(out -> {
      out.put("schema", REFERENCE_SCHEMA)
          .put("cluster", decision.service().cluster())
          .put("seq", decision.sequence())
          .put("time", time(decision.time()))
          .put("record_id", decision.recordId())
          .put("service", service -> service(service, decision.service()))
          .put("request", request -> request(request, decision.request()))
          .put("outcome", decision.outcome().code())
          .put("verdict", decision.verdict().code())
          .put("mode", decision.mode().code())
          .put("reason", decision.reason().code())
          .put("policy", policy -> policy(policy, decision, _ -> false))
          .put("blob", blob -> blob.put("sha256", where.sha256()).put("length", where.length()));
    });
  }

  /**
   * That a decision was not answered as its record says: its entry was written too late, and the
   * request was denied.
   */
  static byte[] withdrawal(Decision decision) {
    return JsonWriter.object(out ->
        out.put("schema", WITHDRAWN_SCHEMA)
            .put("cluster", decision.service().cluster())
            .put("seq", decision.sequence())
            .put("time", time(decision.time()))
            .put("record_id", decision.recordId())
            .put("outcome", Outcome.DENIED.code())
            .put("reason", Reason.AUDIT_UNAVAILABLE.code()));
  }

  /** The record as a value. */
  public static JsonObject of(Decision decision) {
    return read(JsonWriter.object(record -> write(record, decision)));
  }

  /** What a record says of one image. */
  public static JsonObject image(ImageDecision image) {
    return read(JsonWriter.object(record -> image(record, image, _ -> false)));
  }

  private static JsonObject read(byte[] written) {
    try {
      return StrictJson.parse(written, JsonLimits.text(Math.max(written.length, 1 << 10)))
          .asObject()
          .orElseThrow();
    } catch (JsonException impossible) {
      throw new IllegalStateException("a record that does not read back", impossible);
    }
  }

  /** Writes the members of the record of a decision whose evidence is not kept. */
  public static void write(JsonWriter record, Decision decision) {
    write(record, decision, _ -> false);
  }

  private static void write(JsonWriter record, Decision decision, Predicate<String> kept) {
    record
        .put("schema", SCHEMA)
        .put("cluster", decision.service().cluster())
        .put("seq", decision.sequence())
        .put("time", time(decision.time()))
        .put("record_id", decision.recordId())
        .put("service", service -> service(service, decision.service()))
        .put("request", request -> request(request, decision.request()))
        .put(
            "user",
            user ->
                user.put("name", decision.request().user())
                    .put("groups", decision.request().groups()))
        .put("outcome", decision.outcome().code())
        .put("verdict", decision.verdict().code())
        .put("mode", decision.mode().code())
        .put("reason", decision.reason().code())
        .put("detail", decision.detail())
        .put("duration_ms", decision.took().toMillis())
        .put("deadline_ms", decision.budget().toMillis())
        .put("policy", policy -> policy(policy, decision, kept))
        .put("images", decision.images(), (out, image) -> image(out, image, kept))
        .put("stages", decision.stages(), DecisionRecord::stage);
    orNull(record, "trace", decision.trace(), (out, ref) -> trace(out, ref, decision.verdict()));
  }

  private static void trace(JsonWriter out, TraceRef ref, Verdict verdict) {
    out.put("trace_id", ref.traceId())
        .put("span_id", ref.spanId())
        .put("sampled", ref.sampled(verdict));
  }

  private static void service(JsonWriter out, Decision.Service service) {
    out.put("name", "assayer").put("version", service.version()).put("instance", service.replica());
  }

  private static void request(JsonWriter out, Decision.Request request) {
    out.put("uid", request.uid())
        .put("operation", request.operation())
        .put("kind", request.kind())
        .put("api_version", request.apiVersion())
        .put("namespace", request.namespace())
        .put("name", request.name())
        .put("dry_run", request.dryRun());
    orNull(out, "owner", request.owner(), DecisionRecord::owner);
    out.put("endpoint", request.endpoint()).put("caller", request.caller());
  }

  private static void owner(JsonWriter out, Decision.Owner owner) {
    out.put("api_version", owner.apiVersion())
        .put("kind", owner.kind())
        .put("name", owner.name())
        .put("uid", owner.uid())
        .put("confirmed", owner.confirmed());
  }

  private static void policy(JsonWriter out, Decision decision, Predicate<String> kept) {
    out.put("digest", decision.policyDigest())
        .put("trust_root_digest", decision.trustRootDigest())
        .put("scope", decision.policyFacts().scope())
        .put("revoked_keys", decision.policyFacts().revokedKeys())
        .put("generation", decision.generation());
    orNull(
        out,
        "evidence",
        decision.policyFacts().document(),
        (file, policy) -> file(file, policy, kept));
  }

  /** Content first: whoever looks for the evidence of a record need not understand the rest. */
  private static void file(JsonWriter out, Evidence file, Predicate<String> kept) {
    out.put("sha256", file.sha256())
        .put("length", file.length())
        .put("kept", kept.test(file.sha256()));
  }

  private static void evidence(JsonWriter out, Evidence file, Predicate<String> kept) {
    file(out, file, kept);
    out.put("validator", file.validator()).put("role", file.role()).put("version", file.version());
  }

  private static void image(JsonWriter out, ImageDecision image, Predicate<String> kept) {
    out.put("container", image.container())
        .put("container_type", image.containerType())
        .put("requested", image.requested());
    orNull(out, "normalised", image.normalised());
    orNull(out, "digest", image.digest());
    out.put("patched", image.patched());
    orNull(out, "rule", image.rule(), DecisionRecord::rule);
    out.put("validators", image.validators(), DecisionRecord::validator)
        .put("verdict", image.verdict().code())
        .put("mode", image.mode().code())
        .put("reason", image.reason().code())
        .put("detail", image.detail())
        .put("signers", image.signers(), DecisionRecord::signer);
    orNull(out, "trust", image.trust(), DecisionRecord::trust);
    orNull(out, "timing", image.timing(), DecisionRecord::timing);
    out.put("stages", image.stages(), DecisionRecord::stage)
        .put("warnings", image.warnings())
        .put("evidence", image.evidence(), (file, one) -> evidence(file, one, kept));
  }

  private static void rule(JsonWriter out, RuleRef rule) {
    out.put("pattern", rule.pattern())
        .put("index", rule.index())
        .put("matched_over", rule.wonOver())
        .put("demand", rule.demand())
        .put("via", rule.via());
  }

  private static void validator(JsonWriter out, ValidatorRef validator) {
    out.put("name", validator.name())
        .put("type", validator.type())
        .put("upstream", validator.upstream());
  }

  private static void signer(JsonWriter out, Signer signer) {
    out.put("role", signer.role())
        .put("key_id", signer.keyId())
        .put("algorithm", signer.algorithm())
        .put("first_seen", signer.firstSeen());
  }

  private static void trust(JsonWriter out, TrustFacts trust) {
    out.put("root_keys", trust.rootKeys())
        .put("first_use", trust.firstUse())
        .put("freshness", trust.freshness())
        .put("age_ms", trust.age().<Json>map(age -> Json.of(age.toMillis())).orElse(JsonNull.NULL));
    orNull(out, "expires", earliestExpiry(trust).map(DecisionRecord::time));
    out.put("chain", trust.chain(), DecisionRecord::role);
  }

  private static Optional<Instant> earliestExpiry(TrustFacts trust) {
    return trust.chain().stream().map(RoleTrust::expires).min(Instant::compareTo);
  }

  private static void role(JsonWriter out, RoleTrust role) {
    out.put("role", role.role())
        .put("version", role.version())
        .put("expires", time(role.expires()))
        .put("threshold", role.threshold())
        .put("signed_by", role.signedBy())
        .put("sha256", role.sha256());
  }

  private static void timing(JsonWriter out, Timing timing) {
    out.put("start_ms", millis(timing.start()))
        .put("duration_ms", millis(timing.took()))
        .put("shared", timing.shared());
  }

  private static void stage(JsonWriter out, Stage stage) {
    out.put("name", stage.name());
    orNull(out, "dependency", stage.dependency());
    out.put("start_ms", millis(stage.start()))
        .put("duration_ms", millis(stage.duration()))
        .put("open", stage.open());
    orNull(out, "note", stage.note());
  }

  /** Milliseconds to the microsecond: the steps of a remembered decision are shorter than one. */
  static Json millis(Duration duration) {
    long micros = (Math.abs(duration.toNanos()) + 500) / 1000;
    StringBuilder text = new StringBuilder(12);
    text.append(duration.isNegative() && micros > 0 ? "-" : "").append(micros / 1000);
    int fraction = (int) (micros % 1000);
    if (fraction > 0) {
      text.append('.').append(fraction / 100);
      text.append(fraction % 100 > 0 ? String.valueOf(fraction / 10 % 10) : "");
      text.append(fraction % 10 > 0 ? String.valueOf(fraction % 10) : "");
    }
    return new JsonNumber(text.toString());
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static void orNull(JsonWriter out, String name, Optional<String> text) {
    out.put(name, text.map(Json::of).orElse(JsonNull.NULL));
  }

  private static <T> void orNull(
      JsonWriter out, String name, Optional<T> value, BiConsumer<JsonWriter, T> members) {
    if (value.isPresent()) {
      T present = value.get();
      out.put(name, object -> members.accept(object, present));
    } else {
      out.put(name, JsonNull.NULL);
    }
  }
}
