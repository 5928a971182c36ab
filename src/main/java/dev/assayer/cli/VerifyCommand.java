package dev.assayer.cli;

import dev.assayer.admission.Assayer;
import dev.assayer.config.Config;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Verdict;
import dev.assayer.json.JsonText;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assayer verify}. */
@Command(
    name = "verify",
    header = "Verify images as the webhook would.",
    description = {
      "Verifies images as the webhook would, now or as of an instant, and shows what the verdict"
          + " rests on: the rule that won, the validator, the chain of trust (for each role version,"
          + " expiry and signatures), the digest and where the time went.",
      "--at judges expiry as of another instant, with the trust data as it is published now: a date"
          + " ahead shows what is about to break.",
      "Each image has the webhook's time to answer. Rollback cannot be seen: nothing is remembered"
          + " from one call to the next.",
      "",
      "With -o json, one object per line and image, in order, with the members image, normalised,"
          + " verdict, reason, detail, digest, pinned, rule, validators, signers, trust, stages,"
          + " warnings and mode."
    },
    exitCodeList = {
      "0:every image would be admitted on its own merits",
      "1:an image is rejected: there is proof of a problem, or it is no image",
      "2:the command line or the configuration is wrong",
      "3:of an image nothing is known: a dependency or the time failed"
    },
    footer = {
      "",
      "Reasons, with cause and remedy: docs/reasons.md",
      "",
      "Examples:",
      "  assayer verify docker.io/acme/app:1.4 --config assayer.yaml",
      "  assayer verify -n shop acme/app:1.4 acme/job:2 -o json --config assayer.yaml",
      "  assayer verify acme/app:1.4 --at 2027-01-31 --config assayer.yaml"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private final ImageArguments images = new ImageArguments();

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      converter = TimeArguments.InstantConverter.class,
      description = "Judge as of this instant (2026-11-22T09:30:00Z) or date. Default: now.")
  private Optional<Instant> at = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      converter = NamespaceConverter.class,
      paramLabel = "NAMESPACE",
      description =
          "Namespace of the pod. Default: none, so that rules with namespaces do not apply.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "Time for each image. Default: the webhook's, which is 9500ms.")
  private Optional<Duration> timeout = Optional.empty();

  VerifyCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    List<String> all = new ArrayList<>();
    images.forEach(session, all::add);
    Config config = Configurations.load(options, session);
    Instant instant = at.orElseGet(Instant::now);
    Duration budget =
        timeout.orElseGet(() -> Assayer.budget(config.webhook().budget(), Optional.empty()));
    try (Assayer assayer = Assayer.open(config, Surroundings.here(session));
        Progress progress = new Progress(session, all.size())) {
      Printer printer = new Printer(instant, progress);
      InOrder.run(
          all,
          image -> assayer.verify(image, namespace, instant, Deadline.after(budget)),
          printer::print);
      return exitCode(printer.worst);
    }
  }

  private static int exitCode(Verdict worst) {
    if (worst.admits()) {
      return ExitCode.FINE;
    }
    return worst == Verdict.REJECTED ? ExitCode.DENIED : ExitCode.UNDECIDED;
  }

  /** Prints decisions in the order of the images. */
  private final class Printer {
    private final Instant instant;
    private final Progress progress;
    private Verdict worst = Verdict.VERIFIED;
    private boolean first = true;

    Printer(Instant instant, Progress progress) {
      this.instant = instant;
      this.progress = progress;
    }

    void print(ImageDecision decision) {
      worst = worst.worse(decision.verdict());
      progress.clear();
      if (options.json()) {
        session.line(JsonText.compact(VerifyJson.of(decision)));
      } else {
        session.line((first ? "" : "\n") + text(decision));
      }
      first = false;
      session.out().flush();
      progress.step();
    }

    private String text(ImageDecision decision) {
      return new VerifyText(decision, instant, session.outShowsSymbols()).text();
    }
  }
}
