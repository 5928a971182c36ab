package dev.assayer.server;

import dev.assayer.decision.Decision;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a {@link Server} is started with.
 *
 * @param configuration the configuration file, watched from then on
 * @param environment the environment variables: {@code OTEL_*}, {@code ASSAYER_CONFIG_SHA256}
 * @param version of this software
 * @param replica name of this replica, such as the pod's
 * @param decisions is given every decision before it is answered; must be quick and not throw
 * @param logsDropped log lines lost so far, for the metric
 */
public record ServerSetup(
    Path configuration,
    Map<String, String> environment,
    String version,
    String replica,
    Consumer<Decision> decisions,
    LongSupplier logsDropped) {

  /** Copies the variables. */
  public ServerSetup {
    environment = Map.copyOf(environment);
  }
}
