package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An assayer with fake validators, and words to ask it. JSON is written with {@code '} for quotes.
 */
final class AdmissionRig implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-22T01:20:31.482Z");
  static final String POD = "'group':'','version':'v1','kind':'Pod'";

  private static final String VALIDATORS =
      """
      apiVersion: assayer.dev/v1
      cluster: test
      validators:
        - {name: default, type: static, approve: true}
        - {name: ci, type: static, approve: true}
        - {name: third, type: static, approve: true}
        - {name: allow, type: static, approve: true}
        - {name: forbid, type: static, approve: false}
        - {name: partner, type: cosign, trustRoots: [{name: default, keyless: {issuer: https://i.example, subject: s}}]}
      """;

  final Assayer assayer;

  AdmissionRig(String yaml, Validator... validators) {
    this(yaml, environment -> environment, validators);
  }

  AdmissionRig(String yaml, UnaryOperator<Environment> around, Validator... validators) {
    Config config = config(yaml);
    Map<String, Validator> byName =
        Arrays.stream(validators)
            .collect(Collectors.toMap(fake -> fake.ref().name(), Function.identity()));
    Environment environment =
        around.apply(new Environment(InstantSource.fixed(NOW), "0.1.0", "assayer-0", 1));
    ConfiguredValidators configured = new ConfiguredValidators(config, environment);
    assayer =
        Assayer.open(
            config,
            environment,
            section -> {
              Validator fake = byName.get(section.name());
              return fake == null ? configured.open(section) : fake;
            });
  }

  /** One rule for everything, and the signing validator. */
  static AdmissionRig signing() {
    return new AdmissionRig("policy: [{pattern: '*:*'}]", FakeValidator.signing("default"));
  }

  /** The configuration with five validators and the rest as given. */
  static Config config(String yaml) {
    LoadResult result = new ConfigLoader().load(VALIDATORS + yaml, Path.of("/nowhere"), "test");
    if (result instanceof LoadResult.Loaded(Config config, var findings)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }

  /** What came of a review. */
  record Outcome(Decision decision, JsonObject response, List<Json> patch) {
    boolean allowed() {
      return response.get("allowed").flatMap(Json::asBoolean).orElseThrow();
    }

    Reason reason() {
      return decision.reason();
    }

    ImageDecision image(int index) {
      return decision.images().get(index);
    }

    List<Reason> reasons() {
      return decision.images().stream().map(ImageDecision::reason).toList();
    }

    String message() {
      JsonObject status = response.get("status").flatMap(Json::asObject).orElseThrow();
      return status.get("message").flatMap(Json::asString).orElseThrow();
    }

    long code() {
      JsonObject status = response.get("status").flatMap(Json::asObject).orElseThrow();
      return status.get("code").orElseThrow().asLong().orElseThrow();
    }

    List<String> warnings() {
      return response.get("warnings").flatMap(Json::asArray).map(JsonArray::values).stream()
          .flatMap(List::stream)
          .map(text -> text.asString().orElseThrow())
          .toList();
    }

    String annotation(String name) {
      return response
          .get("auditAnnotations")
          .flatMap(Json::asObject)
          .flatMap(all -> all.get(name))
          .flatMap(Json::asString)
          .orElse("");
    }
  }

  Outcome review(String review) {
    return review(review, "mutate");
  }

  Outcome review(String review, String endpoint) {
    return review(review, endpoint, Deadline.after(Duration.ofSeconds(9)));
  }

  Outcome review(String review, String endpoint, Deadline deadline) {
    ReviewAnswer answer = assayer.review(bytes(review), deadline, endpoint, "anonymous");
    assertThat(answer).isInstanceOf(ReviewAnswer.Answered.class);
    ReviewAnswer.Answered answered = (ReviewAnswer.Answered) answer;
    return new Outcome(
        answered.decision(), response(answered.response()), patch(answered.response()));
  }

  /** The refusal that a body meets. */
  ReviewAnswer.Refused refused(String review) {
    ReviewAnswer answer =
        assayer.review(bytes(review), Deadline.after(Duration.ofSeconds(9)), "mutate", "anonymous");
    assertThat(answer).isInstanceOf(ReviewAnswer.Refused.class);
    return (ReviewAnswer.Refused) answer;
  }

  /** Checks that a body is refused as a bad review for this reason. */
  void refusesAsBadReview(String review, String detail) {
    ReviewAnswer.Refused refused = refused(review);
    assertThat(refused.refusal()).isEqualTo(Refusal.BAD_REVIEW);
    assertThat(refused.detail()).contains(detail);
  }

  static JsonObject response(byte[] answer) {
    return parse(answer)
        .asObject()
        .flatMap(review -> review.get("response"))
        .flatMap(Json::asObject)
        .orElseThrow();
  }

  static List<Json> patch(byte[] answer) {
    Optional<String> patch = response(answer).get("patch").flatMap(Json::asString);
    return patch
        .map(text -> parse(Base64.getDecoder().decode(text)).asArray().orElseThrow().values())
        .orElse(List.of());
  }

  static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static JsonObject object(String json) {
    return parse(bytes(json)).asObject().orElseThrow();
  }

  static Json parse(byte[] json) {
    try {
      return StrictJson.parse(json, JsonLimits.text(64 << 20));
    } catch (JsonException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** A review of a request with these members besides uid and namespace. */
  static String request(String members) {
    return "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':"
        + "{'uid':'6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11','namespace':'shop',"
        + members
        + "}}";
  }

  static String creating(String kind, String object) {
    return request("'kind':{" + kind + "},'operation':'CREATE','object':" + object);
  }

  static String updating(String kind, String object, String oldObject) {
    return request(
        "'kind':{"
            + kind
            + "},'operation':'UPDATE','object':"
            + object
            + ",'oldObject':"
            + oldObject);
  }

  /** A pod with one container {@code app} for each image. */
  static String pod(String... images) {
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < images.length; i++) {
      containers
          .append(i == 0 ? "" : ",")
          .append("{'name':'c" + i + "','image':'" + images[i] + "'}");
    }
    return "{'metadata':{'name':'cart'},'spec':{'containers':[" + containers + "]}}";
  }

  static String createPod(String... images) {
    return creating(POD, pod(images));
  }

  @Override
  public void close() {
    assayer.close();
  }
}
