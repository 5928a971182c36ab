package dev.assayer.cli;

import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.Finding;
import dev.assayer.config.LoadResult;
import java.nio.file.Path;
import java.util.List;

/** Gives commands their configuration, or ends them. */
final class Configurations {
  private Configurations() {}

  /** The file that must be named. */
  static Path file(GlobalOptions options, Session session) {
    return options
        .configFile(session)
        .orElseThrow(() ->
            new Failure(
                ExitCode.USAGE,
                List.of(
                    "assayer: no configuration: give --config FILE, or set "
                        + GlobalOptions.CONFIG_VARIABLE
                        + " to the file's name")));
  }

  /** The configuration in force; its doubts go to stderr, its errors end the command. */
  static Config load(GlobalOptions options, Session session) {
    return switch (new ConfigLoader().load(file(options, session))) {
      case LoadResult.Loaded(Config config, List<Finding> findings) -> {
        findings.forEach(finding -> session.warn(finding.text()));
        yield config;
      }
      case LoadResult.Refused(List<Finding> errors) ->
          throw new Failure(ExitCode.USAGE, errors.stream().map(Finding::text).toList());
    };
  }
}
