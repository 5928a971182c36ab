package dev.assayer.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code assayer} without a command. */
@Command(
    name = "assayer",
    versionProvider = RootCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Assayer verifies container image signatures before Kubernetes runs them.",
    description = {
      "It finds the rule for each image, proves the signed digest, pins it, and can say why.",
      "Each command explains itself: assayer COMMAND --help."
    },
    exitCodeList = {
      "0:admitted or fine",
      "1:denied, or verification failed",
      "2:the command line or the configuration is wrong",
      "3:could not decide: a dependency or the time failed"
    },
    footer = {
      "",
      "Environment:",
      "  ASSAYER_CONFIG     the configuration, where --config names none",
      "  ASSAYER_DEBUG      1: an internal error also shows its stack trace",
      "  ASSAYER_JAVA_OPTS  options for the Java virtual machine",
      "",
      "Examples:",
      "  assayer config check assayer.yaml",
      "  assayer policy match nginx:1.27 --config assayer.yaml",
      "  assayer verify docker.io/acme/app:1.4 --config assayer.yaml"
    })
final class RootCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  @Spec private CommandSpec spec = CommandSpec.create();

  GlobalOptions options() {
    return options;
  }

  @Override
  public Integer call() {
    if (version) {
      return ExitCode.FINE;
    }
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: one of " + String.join(", ", spec.subcommands().keySet()));
  }

  /** The version the build wrote into the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"assayer " + version()};
    }
  }

  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
