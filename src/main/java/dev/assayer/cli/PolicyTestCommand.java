package dev.assayer.cli;

import dev.assayer.config.Finding;
import dev.assayer.config.PolicyCase;
import dev.assayer.config.PolicySuite;
import dev.assayer.config.PolicySuiteLoader;
import dev.assayer.json.JsonText;
import dev.assayer.trial.CaseResult;
import dev.assayer.trial.SuiteResult;
import dev.assayer.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer policy test}. */
@Command(
    name = "test",
    header = "Run the unit tests of a policy.",
    description = {
      "Decides the cases of each FILE as the webhook would, with trust data that the file makes up,"
          + " and compares the decision with what the file expects. Nothing is fetched.",
      "Trust data for a Notary v1 validator is signed in memory and verified by the real verifier:"
          + " what a rule demands of trust roots, delegations and threshold counts as in a cluster.",
      "Rules that decided no case are listed.",
      "",
      "With -o json, one object with the members passed, cases, failures, results and"
          + " unexercised."
    },
    exitCodeList = {
      "0:every case passed",
      "1:a case failed; with --require-coverage also: a rule decided no case",
      "2:a file, its configuration or the command line is wrong"
    },
    footer = {
      "",
      "The format of FILE: docs/policy-tests.md",
      "",
      "Examples:",
      "  assayer policy test tests.yaml",
      "  assayer policy test --require-coverage --junit report.xml policy/*.yaml",
      "  assayer policy test --config new.yaml tests.yaml   # the same cases, another policy"
    })
final class PolicyTestCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Policy tests. --config replaces the configuration that each names.")
  private List<String> files = List.of();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Also write the results to this file, as JUnit XML.")
  private Optional<String> junit = Optional.empty();

  @Option(names = "--require-coverage", description = "A rule that decides no case is a failure.")
  private boolean requireCoverage;

  PolicyTestCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    List<PolicySuite> suites = load();
    Trial trial = new Trial(Surroundings.alone());
    Instant started = Instant.now();
    List<SuiteResult> results = new ArrayList<>();
    int total = suites.stream().mapToInt(suite -> suite.cases().size()).sum();
    try (Progress progress = new Progress(session, total)) {
      for (PolicySuite suite : suites) {
        results.add(run(trial, suite, progress));
      }
    }
    PolicyTestReport report = new PolicyTestReport(results, requireCoverage);
    if (options.json()) {
      session.line(JsonText.compact(report.json()));
    } else {
      report.lines(session.outShowsSymbols()).forEach(session::line);
    }
    junit.ifPresent(file -> write(file, JunitReport.of(results, started)));
    return report.passed() ? ExitCode.FINE : ExitCode.DENIED;
  }

  private static SuiteResult run(Trial trial, PolicySuite suite, Progress progress) {
    List<CaseResult> cases = new ArrayList<>();
    InOrder.run(
        suite.cases(),
        (PolicyCase tested) -> trial.run(suite.config(), tested),
        result -> {
          cases.add(result);
          progress.step();
        });
    return new SuiteResult(suite, cases);
  }

  /** All that is wrong with any file is told before anything runs. */
  private List<PolicySuite> load() {
    List<PolicySuite> suites = new ArrayList<>();
    Set<String> errors = new LinkedHashSet<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (String file : files) {
      switch (new PolicySuiteLoader()
          .load(GlobalOptions.path(file), options.namedConfig(), options.configVariable(session))) {
        case PolicySuite.Result.Loaded(PolicySuite suite, List<Finding> findings) -> {
          findings.forEach(finding -> warnings.add(finding.text()));
          suites.add(suite);
        }
        case PolicySuite.Result.Refused(List<Finding> found) ->
            found.forEach(finding -> errors.add(finding.text()));
      }
    }
    warnings.forEach(session::warn);
    if (!errors.isEmpty()) {
      throw new Failure(ExitCode.USAGE, List.copyOf(errors));
    }
    return suites;
  }

  private static void write(String name, byte[] report) {
    Path file = GlobalOptions.path(name);
    try {
      var _ = Files.write(file, report);
    } catch (IOException unwritable) {
      throw Failure.usage(
          "--junit: cannot write \""
              + name
              + "\" ("
              + unwritable.getClass().getSimpleName()
              + "); name a file in a folder that exists and may be written");
    }
  }
}
