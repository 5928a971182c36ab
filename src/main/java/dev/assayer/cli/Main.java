package dev.assayer.cli;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point: parses the command line, runs one command and exits with its code. */
@Command(
    name = "assayer",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Verifies container image signatures before they run.")
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * Runs the command line.
   *
   * @param args the arguments as the shell passed them
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The version the build wrote into the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
              .orElse("development");
      return new String[] {"assayer " + version};
    }
  }
}
