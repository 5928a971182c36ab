package dev.assayer.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer config check}. */
@Command(
    name = "check",
    header = "Check a configuration file.",
    description = {
      "Checks a configuration file and what it refers to: fields, names, keys, certificates and"
          + " thresholds, and rules of the policy that can never win. Nothing is fetched.",
      "Each finding names file, line and column, field, problem and remedy, in the order of the"
          + " file."
    },
    exitCodeList = {
      "0:valid; with warnings at most, and with --strict without any",
      "2:errors, or a rule whose images would all be denied config_error"
    },
    footer = {
      "",
      "Examples:",
      "  assayer config check assayer.yaml",
      "  assayer config check --strict -o json assayer.yaml   # in a pipeline"
    })
final class ConfigCheckCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file. Default: the one of --config or ASSAYER_CONFIG.")
  private Optional<String> file = Optional.empty();

  @Option(names = "--strict", description = "Warnings are errors too.")
  private boolean strict;

  ConfigCheckCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Path path =
        file.map(GlobalOptions::path).orElseGet(() -> Configurations.file(options, session));
    CheckReport report = CheckReport.of(path, strict);
    session.line(options.json() ? report.json() : report.text());
    return report.valid() ? ExitCode.FINE : ExitCode.USAGE;
  }
}
