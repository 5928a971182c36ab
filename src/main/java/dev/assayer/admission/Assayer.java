package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Refusal;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One configuration at work: takes AdmissionReviews, gives decisions. Safe for concurrent use. Here
 * the rooms below are put together.
 */
public final class Assayer implements AutoCloseable {
  /** What the answer needs to reach the API server before it gives up. */
  private static final Duration RESERVE = Duration.ofMillis(500);

  private static final System.Logger LOGGER = System.getLogger(Assayer.class.getName());

  private final Config config;
  private final Environment environment;
  private final Map<String, Validator> validators;
  private final Policy policy;
  private final DecisionFlow flow;
  private final Images images;
  private final RecordIds ids = new RecordIds();

  /** Works with these validators, by name, and closes them. */
  public Assayer(Config config, Environment environment, Map<String, Validator> validators) {
    this.config = config;
    this.environment = environment;
    this.validators = Map.copyOf(validators);
    policy = Policy.of(config);
    Examiner examiner =
        new Examiner(
            config, policy, new Panel(this.validators, environment.observation()), environment);
    flow = new DecisionFlow(config, examiner);
    images = new Images(examiner);
  }

  /** Makes the configured validators; sends nothing yet. */
  public static Assayer open(Config config, Environment environment) {
    return open(config, environment, new ConfiguredValidators(config, environment));
  }

  static Assayer open(Config config, Environment environment, ValidatorFactory factory) {
    Map<String, Validator> opened = new LinkedHashMap<>();
    for (ValidatorConfig validator : config.validators()) {
      opened.put(validator.name(), factory.open(validator));
    }
    return new Assayer(config, environment, opened);
  }

  /** The configuration at work. */
  public Config config() {
    return config;
  }

  /** The rules, for questions about them. */
  public Policy policy() {
    return policy;
  }

  /**
   * The time for one review: what is configured or what the API server grants, whichever is less,
   * minus half a second, so that its user gets our message and not its own.
   *
   * @param granted the {@code timeout} that the API server sent, if any
   */
  public static Duration budget(Duration configured, Optional<Duration> granted) {
    Duration least = granted.filter(given -> given.compareTo(configured) < 0).orElse(configured);
    Duration left = least.minus(RESERVE);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** {@link #review(byte[], Deadline, String, String, Optional)} without a trace. */
  public ReviewAnswer review(byte[] body, Deadline deadline, String endpoint, String caller) {
    return review(body, deadline, endpoint, caller, Optional.empty());
  }

  /**
   * Decides of an AdmissionReview. Never throws for what a body holds.
   *
   * @param body UTF-8 JSON
   * @param deadline when the answer must exist
   * @param endpoint {@code mutate}, {@code validate} (never patches; verified images must be
   *     pinned) or {@code review}
   * @param caller subject of the client certificate, or {@code anonymous}
   * @param traceId W3C trace id, if there is a trace
   */
  public ReviewAnswer review(
      byte[] body, Deadline deadline, String endpoint, String caller, Optional<String> traceId) {
    return switch (ReviewReader.read(body, endpoint, caller)) {
      case ReviewReader.Result.Refused(Refusal refusal, String detail) ->
          new ReviewAnswer.Refused(refusal, detail);
      case ReviewReader.Result.Understood(ReviewRequest request) ->
          answer(request, deadline, traceId);
    };
  }

  /**
   * Verifies one image as a review would.
   *
   * @param namespace the namespace to select the rule for; without one, rules for namespaces do not
   *     apply
   * @param at the instant as of which to judge
   */
  public ImageDecision verify(
      String image, Optional<String> namespace, Instant at, Deadline deadline) {
    ImageSite site = new ImageSite("", ContainerType.CONTAINER, "", image, false);
    return images.decide(List.of(site), namespace, Optional.of(at), deadline).getFirst();
  }

  private ReviewAnswer answer(ReviewRequest request, Deadline deadline, Optional<String> traceId) {
    Conclusion conclusion;
    try {
      conclusion = flow.conclude(request, deadline);
    } catch (BadReviewException bad) {
      return new ReviewAnswer.Refused(Refusal.BAD_REVIEW, Plain.ascii(bad.sentence(), 400));
    } catch (RuntimeException | StackOverflowError failure) {
      // The message of the failure may quote the request; class and place do not.
      LOGGER.log(
          System.Logger.Level.ERROR,
          "a review failed with {0} at {1}",
          failure.getClass().getName(),
          List.of(failure.getStackTrace()).stream().findFirst().map(String::valueOf).orElse("-"));
      conclusion = Conclusion.internalError(flow.mode());
    }
    Decision decision = decision(request, conclusion, deadline, traceId);
    return new ReviewAnswer.Answered(decision, ReviewResponse.write(decision, conclusion));
  }

  private Decision decision(
      ReviewRequest request, Conclusion conclusion, Deadline deadline, Optional<String> traceId) {
    Instant now = environment.clock().instant();
    return new Decision(
        ids.next(now),
        now,
        environment.sequence().incrementAndGet(),
        deadline.budget(),
        deadline.elapsed(),
        new Decision.Service(environment.version(), config.cluster(), environment.replica()),
        request.facts(),
        conclusion.outcome(),
        conclusion.verdict(),
        conclusion.reason(),
        conclusion.mode(),
        config.policyDigest(),
        config.trustRootDigest(),
        environment.generation(),
        traceId,
        conclusion.images());
  }

  @Override
  public void close() {
    validators.values().forEach(Validator::close);
  }
}
