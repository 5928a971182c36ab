package dev.assayer.cli;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.config.Config;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.Verdict;
import dev.assayer.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assayer review}. */
@Command(
    name = "review",
    header = "Answer one AdmissionReview without the server.",
    description = {
      "Answers one AdmissionReview as the webhook would, without the server.",
      "Stdout has the AdmissionReview response and nothing else, as one line of JSON whatever -o"
          + " says. The decision record goes to stderr as one line of JSON, as do warnings. Nothing"
          + " is appended to the audit log.",
      "A body that is no AdmissionReview is refused: stdout stays empty, stderr names the reason."
    },
    exitCodeList = {
      "0:allowed",
      "1:denied: there is proof of a problem",
      "2:the body was refused, or the command line or the configuration is wrong",
      "3:denied: could not decide, because of a dependency or the time"
    },
    footer = {
      "",
      "Examples:",
      "  assayer review review.json --config assayer.yaml",
      "  assayer review - --config assayer.yaml < review.json 2> record.json"
    })
final class ReviewCommand implements Callable<Integer> {
  /** One byte more than a body may have, so that a longer one is refused and never cut. */
  private static final int READ_LIMIT = (4 << 20) + 1;

  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "FILE|-", description = "The AdmissionReview (JSON); - reads stdin.")
  private String file = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = {
        "What the API server would grant (timeoutSeconds of the webhook). The time to decide is this"
            + " or the configured one, whichever is less, minus 500ms. Default: 10s."
      })
  private Duration timeout = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  ReviewCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    if (Assayer.budget(timeout, Optional.empty()).isZero()) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--timeout': it must be more than the 500ms that the answer"
              + " needs");
    }
    Config config = Configurations.load(options, session);
    byte[] body = Inputs.read("review", file, READ_LIMIT, session);
    try (Assayer assayer = Assayer.open(config, Surroundings.here(session))) {
      Duration budget = Assayer.budget(config.webhook().budget(), Optional.of(timeout));
      Deadline deadline = Deadline.after(budget);
      return switch (assayer.review(body, deadline, "review", "anonymous")) {
        case ReviewAnswer.Answered(Decision decision, byte[] response) -> {
          session.note(DecisionRecord.line(decision));
          session.line(new String(response, StandardCharsets.UTF_8).strip());
          yield exitCode(decision);
        }
        case ReviewAnswer.Refused(Refusal refusal, String detail) -> {
          session.note("assayer: refused [" + refusal.code() + "] " + Screen.line(detail));
          yield ExitCode.USAGE;
        }
      };
    }
  }

  private static int exitCode(Decision decision) {
    if (decision.outcome() == Outcome.ALLOWED) {
      return ExitCode.FINE;
    }
    return decision.verdict() == Verdict.REJECTED ? ExitCode.DENIED : ExitCode.UNDECIDED;
  }
}
