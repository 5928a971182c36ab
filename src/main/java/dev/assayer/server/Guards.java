package dev.assayer.server;

import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.OwnRights;
import dev.assayer.cluster.PackagedRights;
import dev.assayer.cluster.WebhookEndpoints;
import dev.assayer.config.AuthConfig;
import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.GuardMetrics;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The looks in the background that no admission waits for: what runs, what the own account may do,
 * who stands behind the own Service, and whether the own code is what was built. They are reported
 * and never make a replica unready: an attack that they find must not also lock the cluster.
 */
final class Guards {
  private static final System.Logger LOGGER = System.getLogger(Guards.class.getName());
  private static final Duration RIGHTS = Duration.ofMinutes(10);
  private static final Duration ENDPOINTS = Duration.ofSeconds(30);
  private static final Duration CODE = Duration.ofHours(1);

  /** Named in a sentence; the rest is counted. */
  private static final int NAMED = 5;

  private final Optional<Cluster> cluster;
  private final Supplier<Lease> leases;
  private final GuardMetrics metrics;
  private final CodeIntegrity code;
  private final Optional<Reverification> reverification;
  private volatile Status permissions = Status.reported(false, "not looked at yet");
  private volatile Status endpoints = Status.reported(false, "not looked at yet");
  private volatile Status integrity = Status.reported(true, "not looked at yet");

  /**
   * Looks at nothing yet.
   *
   * @param cluster the cluster around this process, if there is one
   * @param leases gives the configuration in force
   */
  Guards(
      Optional<Cluster> cluster,
      Supplier<Lease> leases,
      GuardMetrics metrics,
      InstantSource clock,
      Map<String, String> environment) {
    this.cluster = cluster;
    this.leases = leases;
    this.metrics = metrics;
    code =
        CodeIntegrity.ofThisProcess(
            environment, ManagementFactory.getRuntimeMXBean().getInputArguments());
    reverification =
        cluster.map(found ->
            new Reverification(
                new FleetInCluster(found), leases, metrics, clock, System::nanoTime));
  }

  /** Begins. */
  void begin(Background background) {
    background.every("integrity", CODE, this::lookAtCode);
    cluster.ifPresent(found -> {
      background.every("permissions", RIGHTS, () -> lookAtRights(found.rights()));
      background.every("endpoints", ENDPOINTS, () -> lookAtEndpoints(found.endpoints()));
    });
    reverification.ifPresent(
        again -> background.every("running images", Reverification.PERIOD, again::tick));
  }

  /** Each only reported. */
  List<ReadinessTerm> terms() {
    List<ReadinessTerm> terms = new ArrayList<>();
    terms.add(new ReadinessTerm("integrity", () -> integrity));
    if (cluster.isPresent()) {
      terms.add(new ReadinessTerm("permissions", () -> permissions));
      terms.add(new ReadinessTerm("endpoints", () -> endpoints));
    }
    return terms;
  }

  private void lookAtCode() {
    CodeIntegrity.Found found = code.look();
    metrics.integrity(found.mismatches().size());
    String list = found.list().isEmpty() ? "" : "; " + CodeIntegrity.LIST + " is " + found.list();
    Status now =
        found.mismatches().isEmpty()
            ? Status.reported(
                true, list.isEmpty() ? "classes outside a jar" : "as it was built" + list)
            : Status.reported(false, some(found.mismatches()) + list);
    integrity = told("own code", integrity, now);
  }

  private void lookAtRights(OwnRights rights) {
    String release = cluster.map(found -> found.settings().release()).orElse("");
    PackagedRights packaged;
    try (Lease lease = leases.get()) {
      packaged = PackagedRights.of(release, asked(lease.assayer().config()));
    }
    switch (rights.look(packaged)) {
      case OwnRights.Found.Unknown(String why) ->
          permissions = told("own permissions", permissions, Status.reported(false, why));
      case OwnRights.Found.Known(List<String> unexpected, List<String> missing, boolean whole) -> {
        metrics.permissions(unexpected.size(), missing.size());
        List<String> parts = new ArrayList<>();
        if (!unexpected.isEmpty()) {
          parts.add("not given by the chart: " + some(unexpected));
        }
        if (!missing.isEmpty()) {
          parts.add("missing: " + some(missing));
        }
        if (!whole) {
          parts.add("the API server could not tell all of them");
        }
        Status now =
            Status.reported(
                unexpected.isEmpty() && missing.isEmpty(),
                parts.isEmpty() ? "as the chart gives them" : String.join("; ", parts));
        permissions = told("own permissions", permissions, now);
      }
    }
  }

  /** What makes the chart give more. */
  private static PackagedRights.Asked asked(Config config) {
    Set<String> secrets =
        config.validators().stream()
            .filter(NotaryV1Config.class::isInstance)
            .map(NotaryV1Config.class::cast)
            .flatMap(notary -> notary.auth().stream())
            .map(AuthConfig::credentials)
            .filter(AuthConfig.FromSecret.class::isInstance)
            .map(from -> ((AuthConfig.FromSecret) from).secretName())
            .collect(Collectors.toSet());
    Config.Reverification again = config.reverification();
    return new PackagedRights.Asked(secrets, again.enabled(), again.policyReports());
  }

  private void lookAtEndpoints(WebhookEndpoints behind) {
    Status now =
        switch (behind.look()) {
          case WebhookEndpoints.Found.Unknown(String why) -> Status.reported(false, why);
          case WebhookEndpoints.Found.Known(int all, List<String> foreign) -> {
            metrics.foreignEndpoints(foreign.size());
            yield foreign.isEmpty()
                ? Status.reported(true, all + " endpoints, all of this release")
                : Status.reported(false, "not of this release: " + some(foreign));
          }
        };
    endpoints = told("webhook endpoints", endpoints, now);
  }

  /** Logs what is bad when it changes, and that it is good again. */
  private static Status told(String what, Status before, Status now) {
    if (now.holds() != before.holds() || (!now.holds() && !now.equals(before))) {
      LOGGER.log(now.holds() ? Level.INFO : Level.WARNING, "{0}: {1}", what, now.detail());
    }
    return now;
  }

  private static String some(List<String> all) {
    String named = all.stream().limit(NAMED).collect(Collectors.joining("; "));
    return all.size() <= NAMED ? named : named + " and " + (all.size() - NAMED) + " more";
  }
}
