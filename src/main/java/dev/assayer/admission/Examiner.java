package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.policy.Selection;
import dev.assayer.state.SingleFlight;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out about one image under the rule that applies to it. Whoever asks the same at the same
 * time shares one verification, which has the whole configured budget and outlives a caller whose
 * deadline is shorter.
 */
final class Examiner {
  private final Config config;
  private final Policy policy;
  private final Panel panel;
  private final InstantSource clock;
  private final long generation;
  private final SingleFlight<Question, StageLog, Judgement> flights = new SingleFlight<>();

  Examiner(Config config, Policy policy, Panel panel, Environment environment) {
    this.config = config;
    this.policy = policy;
    this.panel = panel;
    clock = environment.clock();
    generation = environment.generation();
  }

  /**
   * What is asked; equal questions have equal answers.
   *
   * @param at the instant as of which to judge; empty for now
   */
  private record Question(String image, int rule, long generation, Optional<Instant> at) {}

  /** The work for one image, under way or done. */
  sealed interface Examination {
    /** The rule that applies, if there is one. */
    Optional<RuleRef> rule();

    Mode mode();

    /** Known without asking anybody. */
    record Done(Optional<RuleRef> rule, Mode mode, Judgement judgement) implements Examination {}

    /**
     * Being verified.
     *
     * @param asked the validators at work
     */
    record UnderWay(
        Optional<RuleRef> rule,
        Mode mode,
        List<ValidatorRef> asked,
        SingleFlight.Flight<StageLog, Judgement> flight)
        implements Examination {}
  }

  /** Starts the work, or joins it. */
  Examination begin(ImageReference image, Optional<String> namespace, Optional<Instant> at) {
    Optional<Selection<RuleConfig>> selection = policy.select(image, namespace);
    if (selection.isEmpty()) {
      return new Examination.Done(
          Optional.empty(),
          mode(Mode.ENFORCE),
          Judgement.of(
              Reason.NO_MATCHING_RULE,
              "no rule of the policy matches " + image.matchName() + "; add one"));
    }
    RuleConfig rule = selection.get().rule();
    Optional<RuleRef> ref = Optional.of(ref(selection.get()));
    Mode mode = mode(rule.mode());
    Optional<Judgement> revoked = image.digest().flatMap(this::revoked);
    if (revoked.isPresent()) {
      return new Examination.Done(ref, mode, revoked.get());
    }
    return switch (rule.resolution()) {
      case Resolution.Exempt() ->
          new Examination.Done(
              ref, mode, Judgement.of(Reason.POLICY_EXEMPT, "the rule says verify: false"));
      case Resolution.Unresolvable(String why) ->
          new Examination.Done(ref, mode, Judgement.of(Reason.CONFIG_ERROR, why));
      case Resolution.Resolved resolved ->
          new Examination.UnderWay(
              ref,
              mode,
              panel.refs(resolved),
              flights.join(
                  new Question(image.text(), rule.index(), generation, at),
                  StageLog::new,
                  stages -> verify(image, rule, resolved, at, stages)));
    };
  }

  /** The result, or what can be said of it when the deadline ends first. */
  Judgement await(Examination examination, Deadline deadline) {
    return switch (examination) {
      case Examination.Done done -> done.judgement();
      case Examination.UnderWay underWay -> await(underWay, deadline);
    };
  }

  private static Judgement await(Examination.UnderWay underWay, Deadline deadline) {
    SingleFlight.Flight<StageLog, Judgement> flight = underWay.flight();
    try {
      return flight.result().get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return Lateness.judge(flight.context().snapshot(), deadline.budget()).asked(underWay.asked());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Lateness.judge(flight.context().snapshot(), deadline.budget()).asked(underWay.asked());
    } catch (ExecutionException failed) {
      return Judgement.of(Reason.INTERNAL_ERROR, "the verification failed unexpectedly")
          .timed(flight.context().snapshot())
          .asked(underWay.asked());
    }
  }

  private Judgement verify(
      ImageReference image,
      RuleConfig rule,
      Resolution.Resolved resolved,
      Optional<Instant> at,
      StageLog stages) {
    Instant as = at.orElseGet(clock::instant);
    Judgement judgement =
        panel.ask(
            resolved,
            wanted ->
                new ValidationRequest(
                    image, wanted.trustRoots(), rule.delegations(), rule.threshold(), as),
            stages,
            Deadline.after(config.webhook().budget()));
    Judgement checked =
        judgement
            .digest()
            .flatMap(digest -> contradiction(image, digest).or(() -> revoked(digest)))
            .map(problem -> problem.asked(judgement.validators()))
            .orElse(judgement);
    return checked.timed(stages.snapshot());
  }

  /** Whatever a validator says: what is asked for by digest is never exchanged for another. */
  private static Optional<Judgement> contradiction(ImageReference image, Digest found) {
    return image
        .digest()
        .filter(asked -> !asked.equals(found))
        .map(asked ->
            Judgement.of(
                Reason.TAG_DIGEST_CONFLICT,
                "asked for " + asked.text() + ", signed is " + found.text()));
  }

  /** The finding that configuration distrusts this digest, whatever is signed. */
  Optional<Judgement> revoked(Digest digest) {
    return config.revoked().digests().contains(digest.text())
        ? Optional.of(
            Judgement.of(
                Reason.DENIED_BY_POLICY,
                "digest " + digest.text() + " is revoked (revoked.digests of the configuration)"))
        : Optional.empty();
  }

  /** The mode in force for a rule, or for what has none. */
  Mode mode(Mode ofRule) {
    return config.detectionMode() ? Mode.DETECTION : ofRule;
  }

  private static RuleRef ref(Selection<RuleConfig> selection) {
    return new RuleRef(
        selection.index(),
        selection.pattern(),
        selection.over().stream().map(Selection.Beaten::pattern).toList());
  }
}
