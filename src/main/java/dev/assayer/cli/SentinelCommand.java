package dev.assayer.cli;

import dev.assayer.cluster.SentinelRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assayer sentinel}. */
@Command(
    name = "sentinel",
    header = "Stand for the webhook while a release is installed.",
    description = {
      "Runs in the pod assayer-bootstrap-sentinel, which the chart starts: while it runs, replicas of"
          + " a new installation are ready although there is no webhook yet. It annotates its pod with"
          + " the UID of its namespace and ends when the webhook comes or its lifetime is over."
          + " Once a replica has seen the webhook, no sentinel counts."
    },
    exitCodeList = {
      "0:the webhook has come, or the lifetime is over",
      "2:the command line is wrong, or this is not the sentinel's pod",
      "3:the API server refused or did not answer; the message names verb and object"
    },
    footer = {"", "Examples:", "  assayer sentinel --lifetime 5m"})
final class SentinelCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private ClusterArguments cluster = new ClusterArguments();

  @Option(
      names = "--lifetime",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "How long to live at most; never more than 5m. Default: 5m.")
  private Duration lifetime = Duration.ofMinutes(5);

  SentinelCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    return cluster.run(
        session, options.json(), (api, settings) -> new SentinelRun(api, settings, lifetime).run());
  }
}
