package dev.assayer.server;

import dev.assayer.admission.ClusterView;
import dev.assayer.admission.Environment;
import dev.assayer.cluster.CheckpointBoard;
import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.ClusterSettings;
import dev.assayer.cluster.WebhookStanding;
import dev.assayer.cluster.WebhookStanding.Part;
import dev.assayer.decision.Decision;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.state.SharedStore;
import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Joins the cluster around this process, if there is one, to the rest of the server. */
final class ClusterLink implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(ClusterLink.class.getName());

  private final Optional<Cluster> cluster;
  private final String outside;
  private volatile Supplier<List<X509Certificate>> served = List::of;

  private ClusterLink(
      ClusterSettings.Found found, ServerSetup setup, Metrics metrics, InstantSource clock) {
    switch (found) {
      case ClusterSettings.Found.Inside(ClusterSettings settings) -> {
        outside = "";
        cluster =
            Optional.of(
                Cluster.open(
                    settings,
                    new ClusterTelemetry(metrics.cluster()),
                    clock,
                    setup.replica(),
                    () -> served.get()));
      }
      case ClusterSettings.Found.Outside(String why) -> {
        outside = why;
        cluster = Optional.empty();
      }
      case ClusterSettings.Found.Wrong(List<String> problems) -> throw new StartRefused(problems);
    }
  }

  /**
   * As the environment says.
   *
   * @throws StartRefused if it says half of what is needed
   */
  static ClusterLink open(ServerSetup setup, Metrics metrics, InstantSource clock) {
    ClusterLink made =
        new ClusterLink(ClusterSettings.of(setup.environment()), setup, metrics, clock);
    LOGGER.log(
        Level.INFO,
        "{0}",
        made.cluster
            .map(in -> "in a cluster, as release " + in.settings().release())
            .orElse("not in a cluster: " + made.outside));
    return made;
  }

  /** The cluster, if there is one. */
  Optional<Cluster> cluster() {
    return cluster;
  }

  /** Where replicas keep what they share, if there is a cluster. */
  Optional<SharedStore> sharedStore() {
    return cluster.flatMap(Cluster::sharedStore);
  }

  /** Where replicas leave the heads of their audit logs, if there is a cluster. */
  Optional<CheckpointBoard> checkpoints() {
    return cluster.map(Cluster::checkpoints);
  }

  /** The environment of reviews, with what the cluster gives them. */
  Environment in(Environment environment) {
    return cluster.map(found -> environment.in(ClusterView.of(found))).orElse(environment);
  }

  /** The listener's certificate is known from now on. */
  void serves(ServingIdentity identity) {
    served = identity::chain;
  }

  /** Takes note of a decision for the owner of what was denied. */
  void decided(Decision decision) {
    cluster.ifPresent(found -> found.events().accept(decision));
  }

  /** The work in the background. */
  void begin(Background background, Traces traces) {
    cluster.ifPresent(found -> {
      background.every("cluster", Cluster.PERIOD, () -> look(found, traces));
      background.every("break-glass", Cluster.EMERGENCY_PERIOD, found::watchEmergencies);
      background.every("secrets", Cluster.PERIOD, found::refresh);
    });
  }

  /** Most looks find nothing new, and leave no trace. */
  private static void look(Cluster found, Traces traces) {
    BackgroundTrace trace = traces.background("readiness.webhook");
    WebhookStanding before = found.webhook();
    found.poll();
    WebhookStanding after = found.webhook();
    if (after.term().holds() != before.term().holds() || !after.drift().equals(before.drift())) {
      if (after.term().holds() && after.integrity().holds()) {
        trace.end();
      } else {
        trace.failed("refused");
      }
    }
  }

  /** The gating term {@code webhook}, and what is only reported. */
  List<ReadinessTerm> terms() {
    if (cluster.isEmpty()) {
      return List.of(
          new ReadinessTerm("webhook", () -> Status.gating(true, "not in a cluster: " + outside)));
    }
    Supplier<WebhookStanding> standing = cluster.get()::webhook;
    List<ReadinessTerm> terms = new ArrayList<>();
    terms.add(
        new ReadinessTerm(
            "webhook",
            () -> {
              Part term = standing.get().term();
              return Status.gating(term.holds(), term.detail());
            }));
    terms.add(reported("webhook_config", () -> standing.get().integrity()));
    terms.add(reported("sentinel", () -> standing.get().sentinel()));
    terms.add(reported("kubernetes", () -> standing.get().api()));
    return terms;
  }

  private static ReadinessTerm reported(String name, Supplier<Part> part) {
    return new ReadinessTerm(
        name,
        () -> {
          Part now = part.get();
          return Status.reported(now.holds(), now.detail());
        });
  }

  @Override
  public void close() {
    cluster.ifPresent(Cluster::close);
  }
}
