package dev.assayer.cli;

import dev.assayer.demo.GuidedRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assayer demo}. */
@Command(
    name = "demo",
    header = "Show what Assayer decides, on an embedded Notary and registry.",
    description = {
      "Starts a Notary v1 server and an OCI registry in this process, signs sample images, and"
          + " puts one AdmissionReview after another to the code that the webhook runs: signed,"
          + " unsigned, tampered, rolled back, expired, Notary down.",
      "Needs no network and no configuration."
    },
    exitCodeList = {
      "0:every review was decided as it must be",
      "1:one was not",
      "2:the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer demo",
      "  assayer demo -o json | jq .reason         # the decision records",
      "  assayer demo --keep-running               # then try review and verify yourself"
    })
final class DemoCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Option(
      names = "--keep-running",
      description = "Leave the servers up at the end, until the process is stopped.")
  private boolean keepRunning;

  DemoCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    GuidedRun run = new GuidedRun(this::print, RootCommand.version(), options.json());
    return run.run(this::afterwards) ? ExitCode.FINE : ExitCode.DENIED;
  }

  /** At once, so that the demo can be followed. */
  private void print(String line) {
    session.line(line);
    session.out().flush();
  }

  private void afterwards(Path configuration, String signedImage) {
    if (!keepRunning) {
      return;
    }
    session.note(
        """
        The servers stay up. In another terminal:
          assayer verify %2$s --config %1$s
          assayer policy match %2$s --config %1$s
        Stop with Ctrl-C.\
        """
            .formatted(configuration, signedImage));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
