package dev.assayer.cli;

import dev.assayer.cluster.ClusterSettings;
import dev.assayer.cluster.Outcome;
import dev.assayer.cluster.WebhookInstaller;
import java.time.Duration;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of both commands that change the webhook objects. */
final class InstallerArguments {
  @Mixin private ClusterArguments cluster = new ClusterArguments();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "How long to try while the API server does not answer. Default: 60s.")
  private Duration timeout = Duration.ofSeconds(60);

  /** Does the work and tells what was done. */
  Integer run(
      Session session, boolean json, BiFunction<WebhookInstaller, ClusterSettings, Outcome> work) {
    return cluster.run(
        session,
        json,
        (api, settings) -> work.apply(new WebhookInstaller(api, settings, timeout), settings));
  }
}
