package dev.assayer.cli;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.server.Server;
import dev.assayer.server.ServerSetup;
import dev.assayer.server.StartRefused;
import dev.assayer.telemetry.JsonLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;

/** {@code assayer serve}. */
@Command(
    name = "serve",
    header = "Run the webhook.",
    description = {
      "Serves POST /mutate and /validate over TLS, and /metrics, /health/live, /health/ready,"
          + " /health/started and /trust on the admin listener, and the operator page on a loopback"
          + " address, as the configuration says.",
      "Stdout has the log: one JSON object a line, with a record of every decision.",
      "The configuration, its certificates and keys are read again when they change; what cannot"
          + " be used is refused, and the last good one stays.",
      "On SIGTERM or Ctrl-C it becomes unready, answers what is under way, and ends with 0.",
      "",
      "Environment: ASSAYER_CONFIG_SHA256 (the only configuration digest that may come into"
          + " force), ASSAYER_LOG_LEVEL (error, warn, info, debug, trace), HOSTNAME (name of this"
          + " replica), OTEL_* (traces, and records of decisions, by OTLP over HTTP).",
      "In a cluster, as the chart sets it: ASSAYER_RELEASE (turns the features of a cluster on, with"
          + " a service account or KUBECONFIG), ASSAYER_POD_NAMESPACE, ASSAYER_POD_NAME,"
          + " ASSAYER_SERVICE_ACCOUNT, ASSAYER_CA_FILE (CA of the webhook's certificate)."
    },
    exitCodeList = {
      "0:it was told to end, and ended",
      "2:the command line, the configuration or a certificate is wrong, or an address is taken",
      "3:it failed; the log says how"
    },
    footer = {"", "Examples:", "  assayer serve --config assayer.yaml"})
final class ServeCommand implements Callable<Integer> {
  /** While the API servers learn that this replica is not ready, they still send requests to it. */
  private static final Duration LINGER_IN_A_CLUSTER = Duration.ofSeconds(5);

  private static final Duration LINGER = Duration.ofMillis(500);

  private final Session session;
  private final GlobalOptions options;

  ServeCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Path file = Configurations.file(options, session);
    String replica = session.variable("HOSTNAME").orElse("assayer");
    session.out().flush();
    try (JsonLog log = JsonLog.open(session.guard(), RootCommand.version(), replica)) {
      log.takeOver(session.environment());
      return serve(file, replica, log);
    }
  }

  private int serve(Path file, String replica, JsonLog log) {
    CountDownLatch told = new CountDownLatch(1);
    AtomicReference<Optional<Server>> server = new AtomicReference<>(Optional.empty());
    Thread ending = new Thread(() -> end(server.get(), log, told), "ending");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      server.set(Optional.of(Server.start(setup(file, replica, log))));
    } catch (StartRefused refused) {
      forget(ending);
      throw new Failure(
          ExitCode.USAGE, refused.lines().stream().map(line -> "assayer: " + line).toList());
    } catch (RuntimeException | Error failure) {
      forget(ending);
      throw failure;
    }
    try {
      told.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.FINE;
  }

  private ServerSetup setup(Path file, String replica, JsonLog log) {
    return new ServerSetup(
        file,
        session.environment(),
        RootCommand.version(),
        replica,
        decision -> log.decision(decision, record -> DecisionRecord.write(record, decision)),
        log::dropped);
  }

  /** A start that failed has a code of its own. */
  private static void forget(Thread ending) {
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException endingAlready) {
      // Somebody told the process to end while it started.
    }
  }

  /** After a signal the process would end with 128 and its number, though all went well. */
  private void end(Optional<Server> server, JsonLog log, CountDownLatch told) {
    log.takeOverAtTheEnd(session.environment());
    boolean cluster = session.variable("KUBERNETES_SERVICE_HOST").isPresent();
    server.ifPresent(running -> {
      var _ = running.stop(cluster ? LINGER_IN_A_CLUSTER : LINGER);
    });
    log.close();
    told.countDown();
    Main.endWith(ExitCode.FINE);
  }
}
