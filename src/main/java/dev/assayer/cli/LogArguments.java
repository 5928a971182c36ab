package dev.assayer.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The log that a command of {@code assayer audit} reads. */
final class LogArguments {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The folder of the log. Default: audit.directory of the configuration.")
  private Optional<Path> named = Optional.empty();

  /** Whether a folder is named. */
  boolean isNamed() {
    return named.isPresent();
  }

  /** The folder that is named, or that of the configuration. */
  Path directory(GlobalOptions options, Session session) {
    return AuditArguments.directory(named, options, session);
  }
}
