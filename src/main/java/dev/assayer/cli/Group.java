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
      header = "Explain and test the policy.",
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
      header = "Show what a running server knows of trust data, or have it forgotten.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about the trust data that running servers have verified.",
      exitCodeList = "2:no command is given")
  static final class Trust extends Group {}

  @Command(
      name = "alert",
      header = "Try the receivers of alerts.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about who is told of decisions.",
      exitCodeList = "2:no command is given")
  static final class Alert extends Group {}

  @Command(
      name = "audit",
      header = "Verify and read the audit log.",
      synopsisSubcommandLabel = "COMMAND",
      description =
          "Commands about an audit log on disk. None needs a network or a running server.",
      exitCodeList = "2:no command is given")
  static final class Audit extends Group {}

  @Command(
      name = "webhook",
      header = "Put the webhook objects into a cluster, or remove them.",
      synopsisSubcommandLabel = "COMMAND",
      description = "Commands about the webhook objects of a release; the chart's hooks run them.",
      exitCodeList = "2:no command is given")
  static final class Webhook extends Group {}
}
