package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.Demand;
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
import java.time.Duration;
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
  private final Grace grace;
  private final List<String> demands;
  private final List<List<String>> vias;
  private final SingleFlight<Question, Inquiry, Judgement> flights = new SingleFlight<>();

  Examiner(Config config, Policy policy, Panel panel, Environment environment) {
    this.config = config;
    this.policy = policy;
    this.panel = panel;
    clock = environment.clock();
    generation = environment.generation();
    grace = new Grace(config, environment);
    demands = config.policy().stream().map(rule -> Demand.of(config, rule)).toList();
    vias = config.policy().stream().map(rule -> Demand.vias(config, rule)).toList();
  }

  /**
   * What is asked; equal questions have equal answers.
   *
   * @param at the instant as of which to judge; empty for now
   * @param dryRun so that a review that counts never shares an attempt that leaves no marks
   */
  private record Question(
      String image, int rule, long generation, Optional<Instant> at, boolean dryRun) {}

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
     * @param asked what is asked
     * @param refs the validators at work
     * @param shared true if another request began it
     */
    record UnderWay(
        Optional<RuleRef> rule,
        Mode mode,
        Asked asked,
        List<ValidatorRef> refs,
        SingleFlight.Flight<Inquiry, Judgement> flight,
        boolean shared)
        implements Examination {}
  }

  /** Starts the work, or joins it. */
  Examination begin(ImageReference image, Circumstances under) {
    Optional<Selection<RuleConfig>> selection = policy.select(image, under.namespace());
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
      case Resolution.Resolved resolved -> {
        Optional<Judgement> settled =
            under.settled().judge(image, rule, mode).map(found -> sound(image, found));
        if (settled.isPresent()) {
          yield new Examination.Done(ref, mode, settled.get());
        }
        Inquiry own = new Inquiry();
        Asked asked = new Asked(image, rule, resolved, under);
        SingleFlight.Flight<Inquiry, Judgement> flight =
            flights.join(
                new Question(image.text(), rule.index(), generation, under.at(), under.dryRun()),
                () -> own,
                inquiry -> verify(asked, inquiry));
        yield new Examination.UnderWay(
            ref, mode, asked, panel.refs(resolved), flight, !flight.context().equals(own));
      }
    };
  }

  /** The result, or what can be said of it when the deadline ends first. */
  Judgement await(Examination examination, Deadline deadline) {
    return switch (examination) {
      case Examination.Done done -> done.judgement();
      case Examination.UnderWay underWay -> await(underWay, deadline);
    };
  }

  private Judgement await(Examination.UnderWay underWay, Deadline deadline) {
    StageLog log = underWay.flight().context().stages();
    Judgement judgement = result(underWay, deadline);
    // Both clocks run: their difference is how much later than the request the log began.
    return judgement.seen(deadline.elapsed().minus(log.elapsed()), underWay.shared());
  }

  /** The answer, or in its place what grace has; the time for that is taken from the waiting. */
  private Judgement result(Examination.UnderWay underWay, Deadline deadline) {
    Duration reserve = grace.reserve(underWay.asked(), deadline.budget());
    Optional<Judgement> answer = answer(underWay, deadline.less(reserve).remaining());
    Judgement judgement = answer.orElseGet(() -> late(underWay, deadline));
    Optional<Judgement> instead =
        grace.instead(
            underWay.asked(),
            judgement,
            underWay.flight().context().heard(),
            deadline.within(reserve).remaining());
    if (instead.isPresent()) {
      return instead.get();
    }
    return answer.isPresent() || reserve.isZero()
        ? judgement
        : answer(underWay, deadline.remaining()).orElseGet(() -> late(underWay, deadline));
  }

  private static Optional<Judgement> answer(Examination.UnderWay underWay, Duration patience) {
    try {
      return Optional.of(underWay.flight().result().get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException late) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException failed) {
      return Optional.of(
          Judgement.of(Reason.INTERNAL_ERROR, "the verification failed unexpectedly")
              .timed(underWay.flight().context().stages())
              .asked(underWay.refs()));
    }
  }

  private static Judgement late(Examination.UnderWay underWay, Deadline deadline) {
    return Lateness.judge(underWay.flight().context().stages(), deadline.budget())
        .asked(underWay.refs());
  }

  private Judgement verify(Asked asked, Inquiry inquiry) {
    ImageReference image = asked.image();
    RuleConfig rule = asked.rule();
    Circumstances under = asked.under();
    Instant as = under.at().orElseGet(clock::instant);
    Judgement judgement =
        panel.ask(
            asked.resolved(),
            wanted ->
                new ValidationRequest(
                    image,
                    wanted.trustRoots(),
                    rule.delegations(),
                    rule.threshold(),
                    as,
                    under.dryRun()),
            inquiry,
            Deadline.after(config.webhook().budget()));
    Judgement checked = sound(image, judgement);
    grace.note(asked, checked);
    return checked.timed(inquiry.stages());
  }

  /** The judgement, unless its digest is not the one asked for, or is revoked. */
  private Judgement sound(ImageReference image, Judgement judgement) {
    return judgement
        .digest()
        .flatMap(digest -> contradiction(image, digest).or(() -> revoked(digest)))
        .map(problem -> problem.asked(judgement.validators()))
        .orElse(judgement);
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

  private RuleRef ref(Selection<RuleConfig> selection) {
    return new RuleRef(
        selection.index(),
        selection.pattern(),
        selection.over().stream().map(Selection.Beaten::pattern).toList(),
        demands.get(selection.index()),
        vias.get(selection.index()));
  }
}
