package dev.assayer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others. */
abstract class Group implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: one of " + String.join(", ", spec.subcommands().keySet()));
  }

  @Command(
      name = "policy",
      header = "Explain the policy.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about the policy of a configuration. None needs a network.",
      exitCodeList = "2:no command is given")
  static final class Policy extends Group {}

  @Command(
      name = "config",
      header = "Work on configuration files.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about configuration files. None needs a network.",
      exitCodeList = "2:no command is given")
  static final class Configuration extends Group {}

  @Command(
      name = "trust",
      header = "Show what a running server knows of trust data.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about the trust data that a running server has verified.",
      exitCodeList = "2:no command is given")
  static final class Trust extends Group {}
}
