package dev.assayer.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** All commands. A new one is one line here. */
final class CommandTree {
  private static final int WIDTH = 100;

  private CommandTree() {}

  static CommandLine of(Session session) {
    RootCommand root = new RootCommand();
    GlobalOptions options = root.options();
    CommandLine line = new CommandLine(root);
    line.addSubcommand(new ServeCommand(session, options))
        .addSubcommand(new VerifyCommand(session, options))
        .addSubcommand(new ReviewCommand(session, options))
        .addSubcommand(
            new CommandLine(new Group.Policy())
                .addSubcommand(new PolicyMatchCommand(session, options))
                .addSubcommand(new PolicyTestCommand(session, options)))
        .addSubcommand(
            new CommandLine(new Group.Configuration())
                .addSubcommand(new ConfigCheckCommand(session, options))
                .addSubcommand(new ConfigConvertCommand(session, options)))
        .addSubcommand(
            new CommandLine(new Group.Trust())
                .addSubcommand(new TrustStatusCommand(session, options))
                .addSubcommand(new TrustForgetCommand(session, options)))
        .addSubcommand(
            new CommandLine(new Group.Alert())
                .addSubcommand(new AlertTestCommand(session, options))
                .addSubcommand(new AlertRenderCommand(session, options)))
        .addSubcommand(
            new CommandLine(new Group.Audit())
                .addSubcommand(new AuditVerifyCommand(session, options))
                .addSubcommand(new AuditShowCommand(session, options))
                .addSubcommand(new AuditProveCommand(session, options))
                .addSubcommand(new AuditQueryCommand(session, options))
                .addSubcommand(new AuditJoinCommand(session, options))
                .addSubcommand(new AuditReplayCommand(session, options))
                .addSubcommand(new AuditExportCommand(session, options)))
        .addSubcommand(
            new CommandLine(new Group.Webhook())
                .addSubcommand(new WebhookApplyCommand(session, options))
                .addSubcommand(new WebhookRemoveCommand(session, options)))
        .addSubcommand(new SentinelCommand(session, options))
        .addSubcommand(new DemoCommand(session, options))
        .addSubcommand(new RootKeyCommand(session, options))
        .addSubcommand(new CompletionCommand(session));
    return configured(line, session);
  }

  /** Every command by its whole name, such as {@code assayer policy match}, in order. */
  static Map<String, CommandLine> byName(CommandLine root) {
    Map<String, CommandLine> commands = new LinkedHashMap<>();
    commands.put(root.getCommandSpec().qualifiedName(), root);
    root.getSubcommands().values().stream()
        .distinct()
        .forEach(command -> commands.putAll(byName(command)));
    return commands;
  }

  private static CommandLine configured(CommandLine line, Session session) {
    Ansi colours =
        session.outIsTerminal() && session.variable("NO_COLOR").isEmpty() ? Ansi.ON : Ansi.OFF;
    line.setOut(session.out())
        .setErr(session.err())
        .setColorScheme(Help.defaultColorScheme(colours))
        .setUsageHelpWidth(WIDTH)
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((mistake, args) -> Faults.usage(mistake, session))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Faults.report(failure, session));
    byName(line)
        .values()
        .forEach(command ->
            command
                .getCommandSpec()
                .usageMessage()
                .sortOptions(false)
                .exitCodeListHeading("%nExit codes:%n")
                .optionListHeading("%nOptions:%n")
                .parameterListHeading("%nArguments:%n")
                .commandListHeading("%nCommands:%n")
                .descriptionHeading("%n"));
    return line;
  }
}
