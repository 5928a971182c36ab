package dev.assayer.trial;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.admission.WorkloadReview;
import dev.assayer.config.Config;
import dev.assayer.config.PolicyCase;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides the cases of policy tests: each is an AdmissionReview that goes the webhook's whole way,
 * through an {@link Assayer} of its own that remembers nothing. Only the validators' upstreams are
 * made up. Safe for concurrent use.
 */
public final class Trial {
  /** Nothing here waits for anybody: a slow machine must not look like a slow Notary. */
  private static final Duration BUDGET = Duration.ofMinutes(5);

  private final StubKeys keys = new StubKeys();
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final Environment environment;

  /**
   * Makes the keys that stand for the configured ones when they are needed.
   *
   * @param environment clock and names for the decisions
   */
  public Trial(Environment environment) {
    this.environment = environment;
  }

  /** Decides a case under a configuration. */
  public CaseResult run(Config configured, PolicyCase tested) {
    Config config = configured.withBudget(BUDGET);
    long begun = System.nanoTime();
    Environment own =
        new Environment(environment.clock(), environment.version(), environment.replica(), 1);
    byte[] body = WorkloadReview.creating(tested.kind(), tested.image(), tested.namespace());
    Stubs stubs = new Stubs(config, keys, verifier);
    try (Assayer assayer = new Assayer(config, own, stubs.validators(tested.trust()))) {
      Deadline deadline = Deadline.after(BUDGET);
      String endpoint =
          switch (tested.endpoint()) {
            case MUTATE -> "mutate";
            case VALIDATE -> "validate";
          };
      ReviewAnswer answer = assayer.review(body, deadline, endpoint, "anonymous");
      return result(tested, answer, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private static CaseResult result(PolicyCase tested, ReviewAnswer answer, Duration took) {
    return switch (answer) {
      case ReviewAnswer.Answered(Decision decision, var _) -> decided(tested, decision, took);
      case ReviewAnswer.Refused(Refusal refusal, String detail) ->
          new CaseResult(
              tested,
              JsonObject.builder()
                  .put("reason", refusal.code())
                  .put("outcome", Outcome.DENIED.code())
                  .build(),
              OptionalInt.empty(),
              detail,
              took);
    };
  }

  private static CaseResult decided(PolicyCase tested, Decision decision, Duration took) {
    Optional<ImageDecision> image = decision.images().stream().findFirst();
    Optional<RuleRef> rule = image.flatMap(ImageDecision::rule);
    JsonObject found =
        JsonObject.builder()
            .put("rule", text(rule.map(RuleRef::pattern)))
            .put("index", rule.map(won -> Json.of(won.index())).orElse(JsonNull.NULL))
            .put("verdict", decision.verdict().code())
            .put("reason", decision.reason().code())
            .put("outcome", decision.outcome().code())
            .put("mode", decision.mode().code())
            .put("digest", text(image.flatMap(ImageDecision::digest)))
            .put("patched", image.filter(ImageDecision::patched).isPresent())
            .put("validator", asked(image.map(ImageDecision::validators).orElse(List.of())))
            .build();
    return new CaseResult(
        tested,
        found,
        rule.map(won -> OptionalInt.of(won.index())).orElseGet(OptionalInt::empty),
        image.map(ImageDecision::detail).orElse(decision.detail()),
        took);
  }

  private static Json asked(List<ValidatorRef> validators) {
    List<String> names = validators.stream().map(ValidatorRef::name).toList();
    return switch (names.size()) {
      case 0 -> JsonNull.NULL;
      case 1 -> Json.of(names.getFirst());
      default -> JsonArray.ofStrings(names);
    };
  }

  private static Json text(Optional<String> text) {
    return text.<Json>map(Json::of).orElse(JsonNull.NULL);
  }
}
