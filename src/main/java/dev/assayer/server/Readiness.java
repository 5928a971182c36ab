package dev.assayer.server;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.telemetry.Metrics;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether this replica should get requests: all gating terms hold. Looked at whenever somebody asks
 * and once a second, so that metrics and log follow.
 */
final class Readiness {
  private static final System.Logger LOGGER = System.getLogger(Readiness.class.getName());

  private final List<ReadinessTerm> terms;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private Optional<Boolean> told = Optional.empty();

  /** How a term stands, and since when. */
  private record Condition(String name, ReadinessTerm.Status status, Instant since) {
    boolean blocks() {
      return status.gating() && !status.holds();
    }

    String words() {
      return name + " since " + since.truncatedTo(ChronoUnit.SECONDS) + ": " + status.detail();
    }

    Json json() {
      return JsonObject.builder()
          .put("name", name)
          .put("holds", status.holds())
          .put("gating", status.gating())
          .put("since", since.toString())
          .put("detail", status.detail())
          .build();
    }
  }

  /** Of these terms, shown in this order. */
  Readiness(List<ReadinessTerm> terms, Metrics metrics, InstantSource clock) {
    this.terms = List.copyOf(terms);
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Looks at all terms; tells metrics and log what changed. */
  synchronized boolean update() {
    for (ReadinessTerm term : terms) {
      look(term.name(), term.status().get());
    }
    boolean ready = conditions.values().stream().noneMatch(Condition::blocks);
    metrics.ready(ready);
    if (!told.equals(Optional.of(ready))) {
      told = Optional.of(ready);
      LOGGER.log(
          ready ? Level.INFO : Level.WARNING, "{0}", ready ? "ready" : "not ready: " + blocking());
    }
    return ready;
  }

  private void look(String name, ReadinessTerm.Status status) {
    Optional<Condition> before = Optional.ofNullable(conditions.get(name));
    boolean same = before.filter(was -> was.status().holds() == status.holds()).isPresent();
    Instant since = same ? before.get().since() : clock.instant();
    conditions.put(name, new Condition(name, status, since));
    metrics.condition(name, status.holds());
    if (!same && before.isPresent()) {
      Level level = status.holds() ? Level.INFO : Level.WARNING;
      String words = status.holds() ? "holds again" : "does not hold";
      LOGGER.log(level, "condition {0} {1}: {2}", name, words, status.detail());
    }
  }

  /** {@code GET /health/ready}. */
  synchronized HealthPage ready() {
    boolean ready = update();
    return HealthPage.of(ready, json(ready ? "ready" : "not_ready", ready ? "" : blocking()));
  }

  private String blocking() {
    return conditions.values().stream()
        .filter(Condition::blocks)
        .map(Condition::words)
        .collect(Collectors.joining("; "));
  }

  private String json(String status, String detail) {
    JsonObject.Builder page = JsonObject.builder().put("status", status);
    if (!detail.isEmpty()) {
      page.put("detail", detail);
    }
    return JsonText.compact(
        page.put(
                "conditions",
                new JsonArray(conditions.values().stream().map(Condition::json).toList()))
            .build());
  }
}
