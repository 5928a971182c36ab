package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TraceRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.io.InputStream;
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

  /** The validators by name, for their health. */
  public Map<String, Validator> validators() {
    return validators;
  }

  /** Counts the configurations applied by this process, from 1. */
  public long generation() {
    return environment.generation();
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
   * @param trace where the decision will stand in its trace, if there is one
   */
  public ReviewAnswer review(
      byte[] body, Deadline deadline, String endpoint, String caller, Optional<TraceRef> trace) {
    StageLog stages = new StageLog();
    return switch (read(body, endpoint, caller, stages)) {
      case ReviewReader.Result.Refused(Refusal refusal, String detail) ->
          new ReviewAnswer.Refused(refusal, detail);
      case ReviewReader.Result.Understood(ReviewRequest request) ->
          answer(request, stages, deadline, trace);
    };
  }

  private static ReviewReader.Result read(
      byte[] body, String endpoint, String caller, StageLog stages) {
    try (StageLog.Span span = stages.begin("review.parse")) {
      span.note(body.length + " bytes");
      return ReviewReader.read(body, endpoint, caller);
    }
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
    Circumstances under = new Circumstances(namespace, Optional.of(at), false);
    return images.decide(List.of(site), under, new StageLog(), deadline).getFirst();
  }

  /**
   * Answers a request that there is no room to decide: denied {@code overload}, unless it cannot
   * start containers anyway. The body is read to its end and not held.
   *
   * @param body UTF-8 JSON
   * @param detail the bound that was met, and the measured wait
   */
  public ReviewAnswer overload(
      InputStream body,
      Deadline deadline,
      String endpoint,
      String caller,
      Optional<TraceRef> trace,
      String detail) {
    StageLog stages = new StageLog();
    ReviewReader.Result head;
    try (StageLog.Span _ = stages.begin("review.parse")) {
      head = ReviewReader.readHead(body, endpoint, caller);
    }
    return switch (head) {
      case ReviewReader.Result.Refused(Refusal refusal, String why) ->
          new ReviewAnswer.Refused(refusal, why);
      case ReviewReader.Result.Understood(ReviewRequest request) ->
          answered(request, flow.overloaded(request, detail), stages, deadline, trace);
    };
  }

  private ReviewAnswer answer(
      ReviewRequest request, StageLog stages, Deadline deadline, Optional<TraceRef> trace) {
    Conclusion conclusion;
    try {
      conclusion = flow.conclude(request, stages, deadline);
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
    return answered(request, conclusion, stages, deadline, trace);
  }

  private ReviewAnswer answered(
      ReviewRequest request,
      Conclusion conclusion,
      StageLog stages,
      Deadline deadline,
      Optional<TraceRef> trace) {
    Decision decision = decision(request, conclusion, stages, deadline, trace);
    return encoded(decision, conclusion, stages, deadline);
  }

  /** The answer quotes the decision, so the decision learns only afterwards how long that took. */
  private static ReviewAnswer encoded(
      Decision decision, Conclusion conclusion, StageLog stages, Deadline deadline) {
    byte[] response;
    try (StageLog.Span span = stages.begin("response.encode")) {
      response = ReviewResponse.write(decision, conclusion);
      span.note(response.length + " bytes");
    }
    Stage encoding = seen(stages, deadline).getLast();
    return new ReviewAnswer.Answered(decision.then(encoding), response);
  }

  /** The stages so far, as offsets from the start of the request. */
  private static List<Stage> seen(StageLog stages, Deadline deadline) {
    Duration by = deadline.elapsed().minus(stages.elapsed());
    return stages.snapshot().stream().map(stage -> stage.later(by)).toList();
  }

  private Decision decision(
      ReviewRequest request,
      Conclusion conclusion,
      StageLog stages,
      Deadline deadline,
      Optional<TraceRef> trace) {
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
        conclusion.detail(),
        conclusion.mode(),
        config.policyDigest(),
        config.trustRootDigest(),
        environment.generation(),
        trace,
        seen(stages, deadline),
        conclusion.images());
  }

  @Override
  public void close() {
    validators.values().forEach(Validator::close);
  }
}
