package dev.assayer.cli;

import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The time whose decisions are asked for. */
final class PeriodArguments {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeArguments.InstantConverter.class,
      description = "Decisions of this instant and later.")
  private Optional<Instant> since = Optional.empty();

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = TimeArguments.InstantConverter.class,
      description = "Decisions before this instant.")
  private Optional<Instant> until = Optional.empty();

  /** The first instant; empty for the beginning. */
  Optional<Instant> since() {
    return since;
  }

  /** The first instant that is no more meant; empty for the end. */
  Optional<Instant> until() {
    return until;
  }
}
