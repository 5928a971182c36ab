package dev.assayer.server;

import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.EmergencySource.BreakGlass;
import dev.assayer.config.Config;
import dev.assayer.config.NamespacesConfig;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.telemetry.ClusterMetrics;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells what is admitted unverified at present beside what the policy exempts: by the labels of
 * namespaces, by broken glass, by grace. Decides nothing.
 */
final class Exemptions {
  /** How often {@link #look} should be called. */
  static final Duration PERIOD = Duration.ofSeconds(10);

  private static final System.Logger LOGGER = System.getLogger(Exemptions.class.getName());

  /** Names in one line of the log. */
  private static final int TOLD = 20;

  private final Optional<Cluster> cluster;
  private final Supplier<Config> config;
  private final ClusterMetrics metrics;
  private final InstantSource clock;
  private volatile Optional<Labelled> labelled = Optional.empty();

  /** The namespaces that a label takes out, as of an instant. */
  private record Labelled(NamespacesConfig under, List<String> names, Instant at) {}

  Exemptions(
      Optional<Cluster> cluster,
      Supplier<Config> config,
      ClusterMetrics metrics,
      InstantSource clock) {
    this.cluster = cluster;
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Lists the namespaces that are left out; tells metrics, and the log of a change. */
  void look() {
    NamespacesConfig under = config.get().namespaces();
    boolean ignoring = under.mode() == NamespacesConfig.Mode.IGNORE;
    cluster
        .flatMap(in -> in.namespaces().having(label(under), ignoring))
        .ifPresent(names -> {
          List<String> before = labelled.map(Labelled::names).orElse(List.of());
          labelled = Optional.of(new Labelled(under, names, clock.instant()));
          metrics.exemptNamespaces(names.size());
          told("are not verified from now on", label(under), less(names, before));
          told("are verified again", label(under), less(before, names));
        });
  }

  /** Why the health of Notary servers is only reported; empty where it is not so. */
  Optional<String> emergency() {
    if (!config.get().grace().maxAge().isZero()) {
      return Optional.of("grace is configured");
    }
    return active().stream()
        .findFirst()
        .map(glass -> "break-glass " + glass.name() + " is in force");
  }

  /** {@code GET /exemptions}. */
  HealthPage page() {
    Config now = config.get();
    NamespacesConfig under = now.namespaces();
    Optional<Labelled> known = labelled.filter(list -> list.under().equals(under));
    return new HealthPage(
        200,
        JsonText.compact(
            JsonObject.builder()
                .put("detection_mode", now.detectionMode())
                .put("grace_seconds", now.grace().maxAge().toSeconds())
                .put(
                    "namespaces",
                    JsonObject.builder()
                        .put("mode", under.mode().name().toLowerCase(Locale.ROOT))
                        .put("label", label(under))
                        .put(
                            "exempt",
                            known
                                .<Json>map(list -> JsonArray.ofStrings(list.names()))
                                .orElse(JsonNull.NULL))
                        .put(
                            "as_of",
                            known
                                .<Json>map(list -> Json.of(list.at().toString()))
                                .orElse(JsonNull.NULL))
                        .build())
                .put(
                    "break_glass",
                    new JsonArray(active().stream().<Json>map(Exemptions::json).toList()))
                .build()));
  }

  private List<BreakGlass> active() {
    return cluster.map(in -> in.emergencies().active(clock.instant())).orElse(List.of());
  }

  private static JsonObject json(BreakGlass glass) {
    return JsonObject.builder()
        .put("name", glass.name())
        .put("namespace", glass.namespace())
        .put("pattern", glass.pattern())
        .put("reason", glass.reason())
        .put("requested_by", glass.requestedBy())
        .put("created", glass.created().toString())
        .put("expiry", glass.expiry().toString())
        .build();
  }

  private static String label(NamespacesConfig under) {
    return under.mode() == NamespacesConfig.Mode.IGNORE
        ? under.ignoreLabel()
        : under.validateLabel();
  }

  private static List<String> less(List<String> all, List<String> without) {
    List<String> left = new ArrayList<>(all);
    left.removeAll(without);
    return left;
  }

  private static void told(String what, String label, List<String> names) {
    if (!names.isEmpty()) {
      String more = names.size() > TOLD ? " and " + (names.size() - TOLD) + " more" : "";
      LOGGER.log(
          Level.WARNING,
          "namespaces {0} by the label {1}: {2}{3}",
          what,
          label,
          String.join(", ", names.subList(0, Math.min(TOLD, names.size()))),
          more);
    }
  }
}
