package dev.assayer.admission;

import dev.assayer.config.Resolution;
import dev.assayer.config.Resolution.Combination;
import dev.assayer.config.Resolution.ResolvedValidator;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verification;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks the validators of a rule at the same time, each on a virtual thread of its own, so that one
 * that hangs or fails neither keeps the others' answers back nor the answer to the API server. A
 * single one is asked on the thread that asks, which the review does not wait for beyond its
 * deadline.
 */
final class Panel {
  /** How long the others may still take once one has decided: for the record, and by rule order. */
  private static final Duration COURTESY = Duration.ofSeconds(1);

  /** How long a validator that respects its deadline may take to put its own answer into words. */
  private static final Duration OVERTIME = Duration.ofMillis(200);

  private static final System.Logger LOGGER = System.getLogger(Panel.class.getName());

  private final Map<String, Validator> validators;
  private final Observation observation;

  Panel(Map<String, Validator> validators, Observation observation) {
    this.validators = validators;
    this.observation = observation;
  }

  /**
   * Asks, and combines the answers.
   *
   * @param request makes the request for one validator of its trust roots
   * @param inquiry is told every answer as it comes, and whose did not come in time
   */
  Judgement ask(
      Resolution.Resolved rule,
      Function<ResolvedValidator, ValidationRequest> request,
      Inquiry inquiry,
      Deadline deadline) {
    if (rule.combination() == Combination.SINGLE && rule.validators().size() == 1) {
      ResolvedValidator only = rule.validators().getFirst();
      return Combining.of(rule.combination(), List.of(opinion(only, request, inquiry, deadline)));
    }
    Deadline asked = deadline.within(deadline.remaining().multipliedBy(9).dividedBy(10));
    LinkedBlockingQueue<Said> answers = new LinkedBlockingQueue<>();
    List<Optional<Opinion>> opinions = new ArrayList<>();
    for (ResolvedValidator wanted : rule.validators()) {
      int index = opinions.size();
      opinions.add(Optional.empty());
      Thread.ofVirtual()
          .name("validator " + wanted.validator())
          .start(() -> answers.add(new Said(index, opinion(wanted, request, inquiry, asked))));
    }
    collect(rule.combination(), answers, opinions, asked.remaining().plus(OVERTIME));
    List<Opinion> all = new ArrayList<>();
    for (int i = 0; i < opinions.size(); i++) {
      String name = rule.validators().get(i).validator();
      all.add(opinions.get(i).orElseGet(() -> inquiry.hears(late(name, inquiry, asked))));
    }
    return Combining.of(rule.combination(), all);
  }

  /** Who is asked under a rule. */
  List<ValidatorRef> refs(Resolution.Resolved rule) {
    return rule.validators().stream().map(wanted -> ref(wanted.validator())).toList();
  }

  private ValidatorRef ref(String name) {
    Validator validator = validators.get(name);
    return validator == null ? new ValidatorRef(name, "unknown", "-") : validator.ref();
  }

  private record Said(int index, Opinion opinion) {}

  private static void collect(
      Combination combination,
      LinkedBlockingQueue<Said> answers,
      List<Optional<Opinion>> opinions,
      Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (int open = opinions.size(); open > 0; open--) {
        Said said = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (said == null) {
          return;
        }
        opinions.set(said.index(), Optional.of(said.opinion()));
        if (Combining.decides(combination, said.opinion())) {
          long courtesy = System.nanoTime() + COURTESY.toNanos();
          end = courtesy - end < 0 ? courtesy : end;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Opinion opinion(
      ResolvedValidator wanted,
      Function<ResolvedValidator, ValidationRequest> request,
      Inquiry inquiry,
      Deadline deadline) {
    Validator validator = validators.get(wanted.validator());
    if (validator == null) {
      return inquiry.hears(
          new Opinion(
              ref(wanted.validator()),
              new ValidationResult.Refused(
                  Reason.CONFIG_ERROR, "there is no validator \"" + wanted.validator() + '"')));
    }
    ValidationRequest asked = request.apply(wanted);
    long begun = System.nanoTime();
    ValidationResult result = answer(validator, asked, inquiry.stages(), deadline);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    Opinion opinion = inquiry.hears(new Opinion(validator.ref(), result));
    observation.verified(verification(validator.ref(), asked.image().repository(), result, took));
    return opinion;
  }

  private static ValidationResult answer(
      Validator validator, ValidationRequest asked, StageLog stages, Deadline deadline) {
    try {
      return validator.validate(asked, stages, deadline);
    } catch (Throwable failure) {
      return failed(validator.ref().name(), failure);
    }
  }

  private static Verification verification(
      ValidatorRef who, String repository, ValidationResult result, Duration took) {
    return switch (result) {
      case ValidationResult.Trusted trusted ->
          new Verification(
              who,
              repository,
              Reason.SIGNATURE_VALID,
              trusted.signers(),
              Optional.of(trusted.trust()),
              took);
      case ValidationResult.Approved _ ->
          new Verification(
              who, repository, Reason.POLICY_EXEMPT, List.of(), Optional.empty(), took);
      case ValidationResult.Refused refused ->
          new Verification(
              who, repository, refused.reason(), refused.signers(), refused.trust(), took);
    };
  }

  /** Names class and place of the failure; its message may quote the request. */
  private static ValidationResult failed(String validator, Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    LOGGER.log(
        System.Logger.Level.ERROR,
        "validator {0} failed with {1} at {2}",
        validator,
        failure.getClass().getName(),
        trace.length == 0 ? "an unknown place" : trace[0].toString());
    return new ValidationResult.Refused(
        Reason.INTERNAL_ERROR,
        "validator " + validator + " failed; the log of this replica says where");
  }

  private Opinion late(String name, Inquiry inquiry, Deadline deadline) {
    Judgement judgement = Lateness.judge(inquiry.stages(), deadline.budget());
    return new Opinion(
        ref(name), new ValidationResult.Refused(judgement.reason(), judgement.detail()));
  }
}
