package dev.assayer.cli;

import dev.assayer.demo.GuidedRun;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assayer demo}. */
@Command(
    name = "demo",
    header = "Show what Assayer decides, on an embedded Notary and registry.",
    description = {
      "Starts a Notary v1 server and an OCI registry in this process, signs sample images, and"
          + " posts one AdmissionReview after another over TLS to the webhook: signed, unsigned,"
          + " tampered, rolled back, expired, Notary down. Then: the metrics that moved, the"
          + " trace of one denial, and the audit log: verified, and refused after one flipped bit.",
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
      "  assayer demo --more 10000                 # then see how fast it is here",
      "  assayer demo --keep-running               # then try review and verify yourself"
    })
final class DemoCommand implements Callable<Integer> {
  /** The release that src/build/InCluster.java plays. */
  private static final String TRAINING = "training";

  /** Held, since a logger that nobody holds forgets its level. */
  private final Logger ours = Logger.getLogger("dev.assayer");

  private final Session session;
  private final GlobalOptions options;

  @Option(
      names = "--keep-running",
      description = "Leave the servers up at the end, until the process is stopped.")
  private boolean keepRunning;

  @Option(
      names = "--more",
      paramLabel = "N",
      description = {
        "So many reviews more from four clients, to see what they cost: the first half asks the"
            + " Notary each time, the second has it remembered."
      })
  private int more;

  /** For the AOT cache: with an API server that is none. */
  @Option(names = "--in-cluster", hidden = true)
  private boolean inCluster;

  DemoCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    if (more < 0) {
      throw Failure.usage("--more is " + more + "; give a number from 0 on");
    }
    if (inCluster && !TRAINING.equals(session.environment().get("ASSAYER_RELEASE"))) {
      throw Failure.usage(
          "--in-cluster is for the build alone: a demo has no business in a cluster");
    }
    // What the servers would log is in the table already.
    ours.setLevel(Level.OFF);
    GuidedRun run =
        new GuidedRun(
            this::print,
            RootCommand.version(),
            options.json(),
            inCluster ? session.environment() : Map.of());
    return run.run(more, this::afterwards) ? ExitCode.FINE : ExitCode.DENIED;
  }

  /** At once, so that the demo can be followed. */
  private void print(String line) {
    session.line(line);
    session.out().flush();
  }

  private void afterwards(GuidedRun.Left left) {
    if (!keepRunning) {
      return;
    }
    session.note(
        """
        All servers stay up:
          webhook   %1$s/mutate and /validate (CA: %2$s)
          metrics   %3$s/metrics
          health    %3$s/health/ready, /health/live, /health/started
          page      %6$s
        In another terminal:
          assayer trust status --admin %3$s
          assayer verify %4$s --config %5$s
          assayer policy match %4$s --config %5$s
        Stop with Ctrl-C.\
        """
            .formatted(
                left.webhook(),
                left.ca(),
                left.admin(),
                left.signedImage(),
                left.configuration(),
                left.page().map(URI::toString).orElse("not served")));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
