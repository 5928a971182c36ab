package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.Demand;
import dev.assayer.config.KeptPolicy;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.Sha;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.PolicyFacts;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TraceRef;
import dev.assayer.state.SharedFacts;
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
  private final Approvals approvals;
  private final DecisionFlow flow;
  private final Images images;
  private final Announcements announcements;
  private final PolicyFacts policyFacts;
  private final UserNames userNames;
  private final RecordIds ids = new RecordIds();

  /** Works with these validators, by name, and closes them. */
  public Assayer(Config config, Environment environment, Map<String, Validator> validators) {
    this.config = config;
    this.environment = environment;
    this.validators = Map.copyOf(validators);
    policy = Policy.of(config);
    policyFacts = Demand.facts(config, kept(config, environment.generation()));
    userNames = UserNames.of(config.audit());
    Examiner examiner =
        new Examiner(
            config, policy, new Panel(this.validators, environment.observation()), environment);
    approvals = new Approvals(config, environment);
    flow = new DecisionFlow(config, examiner, approvals, environment);
    images = new Images(examiner);
    announcements = environment.announcements().apply(config);
  }

  private static Evidence kept(Config config, long generation) {
    byte[] document = KeptPolicy.of(config);
    return new Evidence("", "policy", generation, Sha.sha256Hex(document), document);
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

  /** What was verified, by this process or others. */
  public SharedFacts facts() {
    return environment.facts();
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
   * Verifies one image that runs already, as a review of this moment would: with the same memory,
   * the same shared attempts and the same marks, but without what settles a review beforehand.
   *
   * @param namespace the namespace of its pod
   */
  public ImageDecision reverify(String image, String namespace, Deadline deadline) {
    ImageSite site = new ImageSite("", ContainerType.CONTAINER, "", image, false);
    Circumstances under = new Circumstances(Optional.of(namespace), Optional.empty(), false);
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
      conclusion = flow.conclude(request, stages, deadline.less(reserve(deadline)));
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

  /** Alerts that are insisted on and the record come after the verdict and before the answer. */
  private Duration reserve(Deadline deadline) {
    Duration record = environment.recorder().reserve();
    Duration most = deadline.budget().dividedBy(10);
    return announcements.reserve().plus(record.compareTo(most) < 0 ? record : most);
  }

  private ReviewAnswer answered(
      ReviewRequest request,
      Conclusion conclusion,
      StageLog stages,
      Deadline deadline,
      Optional<TraceRef> trace) {
    Instant now = environment.clock().instant();
    Stamp stamp = new Stamp(ids.next(now), now, environment.sequence().incrementAndGet(), trace);
    Decision decision = decision(request, conclusion, stages, deadline, stamp);
    Optional<String> untold =
        conclusion.isDenied()
            ? Optional.empty()
            : announcements.undelivered(decision, stages, deadline);
    Conclusion told = untold.map(conclusion::unannounced).orElse(conclusion);
    if (untold.isPresent() || stages.snapshot().size() > decision.stages().size()) {
      decision = decision(request, told, stages, deadline, stamp);
    }
    return switch (environment.recorder().keep(decision, binding(told), stages, deadline)) {
      case Recorder.Result.Kept(Logged where) -> {
        remember(told);
        yield encoded(decision.in(where), told, stages, deadline);
      }
      case Recorder.Result.Lost(String why) when binding(told) -> {
        Conclusion denied = told.unrecorded(why);
        yield encoded(decision(request, denied, stages, deadline, stamp), denied, stages, deadline);
      }
      case Recorder.Result.Lost _, Recorder.Result.NowhereToKeep _ -> {
        remember(told);
        yield encoded(decision, told, stages, deadline);
      }
    };
  }

  /** What an owner was admitted with approves its children, once it is admitted. */
  private void remember(Conclusion told) {
    if (!told.isDenied()) {
      told.verified().ifPresent(approvals::remember);
    }
  }

  /** Whether nothing may be admitted without a record; what is denied stays so anyway. */
  private boolean binding(Conclusion conclusion) {
    return config.audit().required() && !conclusion.isDenied();
  }

  /** The answer quotes the decision, so the decision learns only afterwards how long that took. */
  private static ReviewAnswer encoded(
      Decision decision, Conclusion conclusion, StageLog stages, Deadline deadline) {
    byte[] response;
    try (StageLog.Span span = stages.begin("response.encode")) {
      response = ReviewResponse.write(decision, conclusion);
      span.note(response.length + " bytes");
    }
    List<Stage> all = seen(stages, deadline);
    List<Stage> since = all.subList(decision.stages().size(), all.size());
    return new ReviewAnswer.Answered(decision.named().then(since), response);
  }

  /** The stages so far, as offsets from the start of the request. */
  private static List<Stage> seen(StageLog stages, Deadline deadline) {
    Duration by = deadline.elapsed().minus(stages.elapsed());
    return stages.snapshot().stream().map(stage -> stage.later(by)).toList();
  }

  /** What a decision keeps, however its conclusion changes. */
  private record Stamp(String recordId, Instant time, long sequence, Optional<TraceRef> trace) {}

  private Decision decision(
      ReviewRequest request,
      Conclusion conclusion,
      StageLog stages,
      Deadline deadline,
      Stamp stamp) {
    Decision decision =
        new Decision(
            stamp.recordId(),
            stamp.time(),
            stamp.sequence(),
            deadline.budget(),
            deadline.elapsed(),
            new Decision.Service(environment.version(), config.cluster(), environment.replica()),
            conclusion.isByOwner() ? request.facts().confirmed() : request.facts(),
            conclusion.outcome(),
            conclusion.verdict(),
            conclusion.reason(),
            conclusion.detail(),
            conclusion.mode(),
            config.policyDigest(),
            config.trustRootDigest(),
            environment.generation(),
            stamp.trace(),
            seen(stages, deadline),
            conclusion.images());
    return userNames.told(decision.under(policyFacts));
  }

  @Override
  public void close() {
    validators.values().forEach(Validator::close);
  }
}
