package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.watch.Rules.Rule;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Lanes of faults, several at a time: each alert is silent, pending, firing under a fault that is
 * really caused, and silent again; and no other alert fires.
 */
final class FaultRun {
  private static final System.Logger LOGGER = System.getLogger(FaultRun.class.getName());
  private static final int TRIES = 4;

  /** Lanes at a time: each has servers and a Prometheus of its own. */
  private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

  private static final Map<String, String> TOLD =
      Map.of(
          "page", "AssayerCertExpiring",
          "ticket", "AssayerAlertsUndelivered",
          "info", "AssayerTelemetryDropped");

  private final Path directory;
  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final Map<FaultKind, Optional<Throwable>> outcomes = new ConcurrentHashMap<>();
  private final Map<String, Throwable> broken = new ConcurrentHashMap<>();

  /** Who is told by the Alertmanager, by severity. */
  private final Map<String, AlertReceiver> people =
      Map.of(
          "page", AlertReceiver.plain(),
          "ticket", AlertReceiver.plain(),
          "info", AlertReceiver.plain());

  /** One that keeps its files there. */
  FaultRun(Path directory) {
    this.directory = directory;
  }

  /** All lanes, by name. */
  private Map<String, Lane.Opening> lanes() {
    Map<String, Lane.Opening> lanes = new LinkedHashMap<>();
    lanes.put("log", AuditLanes::log);
    lanes.put("held", ServiceLanes::held);
    lanes.put("hour", FleetLanes::hour);
    lanes.put("tampered", TrustLanes::tampered);
    lanes.put("wire", TrustLanes::wire);
    lanes.put("apiserver", CallLanes::apiServer);
    lanes.put("objects", ClusterLanes::objects);
    lanes.put("rights", ClusterLanes::rights);
    lanes.put("running", ClusterLanes::running);
    lanes.put("storm", ServiceLanes::storm);
    lanes.put("replicas", FleetLanes::replicas);
    lanes.put("outage", TrustLanes::outage);
    lanes.put("slow", TrustLanes::slow);
    lanes.put("process", FleetLanes::process);
    lanes.put("altered", FleetLanes::altered);
    lanes.put("files", ServiceLanes::files);
    lanes.put("store", FleetLanes::store);
    lanes.put("receivers", site -> ReceiverLanes.receivers(site, people));
    lanes.put("telemetry", site -> ReceiverLanes.telemetry(site, people));
    lanes.put("names", ReceiverLanes::names);
    lanes.put("callers", ServiceLanes::callers);
    lanes.put("expired", TrustLanes::expired);
    return lanes;
  }

  /** Goes through these lanes, or all if there are none, and gives a test for each fault. */
  Stream<DynamicTest> of(List<String> names) throws InterruptedException {
    List<Thread> running =
        lanes().entrySet().stream()
            .filter(lane -> names.isEmpty() || names.contains(lane.getKey()))
            .map(lane ->
                Thread.ofPlatform()
                    .name("lane " + lane.getKey())
                    .start(() -> run(lane.getKey(), lane.getValue())))
            .toList();
    for (Thread lane : running) {
      lane.join();
    }
    people.values().forEach(AlertReceiver::close);
    return Stream.of(
            Stream.of(
                DynamicTest.dynamicTest(
                    "quiet and in order", () -> assertThat(broken).as("%s", broken).isEmpty())),
            Stream.of(FaultKind.values())
                .filter(kind -> names.isEmpty() || outcomes.containsKey(kind))
                .map(kind -> DynamicTest.dynamicTest(kind + " " + kind.fires(), () -> held(kind))),
            people.keySet().stream()
                .filter(severity -> names.isEmpty() || !people.get(severity).got().isEmpty())
                .map(severity ->
                    DynamicTest.dynamicTest(
                        "the Alertmanager tells of a " + severity + " and of its end",
                        () -> told(severity))))
        .flatMap(tests -> tests);
  }

  private void held(FaultKind kind) throws Throwable {
    assertThat(outcomes).as("was caused").containsKey(kind);
    Optional<Throwable> failure = outcomes.getOrDefault(kind, Optional.empty());
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** What came to the receiver of a severity: all that somebody needs at night, and the end. */
  private void told(String severity) throws IOException {
    Rule rule =
        Rules.rendered().alerts().stream()
            .filter(one -> one.name().equals(TOLD.get(severity)))
            .findFirst()
            .orElseThrow();
    Set<String> states = new HashSet<>();
    for (String body : people.get(severity).bodies()) {
      for (JsonNode alert : new ObjectMapper().readTree(body).path("alerts")) {
        assertThat(alert.at("/labels/severity").asText()).as(body).isEqualTo(severity);
        if (alert.at("/labels/alertname").asText().equals(rule.name())) {
          states.add(alert.path("status").asText());
          assertThat(alert.at("/labels/threat").asText()).isEqualTo(rule.label("threat"));
          assertThat(alert.at("/annotations/runbook_url").asText())
              .isEqualTo("https://docs.example/runbooks/" + rule.name() + ".md");
          assertThat(alert.at("/annotations/dashboard").asText())
              .isEqualTo(rule.annotation("dashboard"));
          assertThat(alert.at("/annotations/summary").asText()).isNotBlank().doesNotContain("{{");
          assertThat(alert.at("/annotations/description").asText())
              .isNotBlank()
              .doesNotContain("{{", "error");
        }
      }
    }
    assertThat(states).containsExactlyInAnyOrder("firing", "resolved");
  }

  private void run(String name, Lane.Opening opening) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try (Site site = new Site(directory, name)) {
      Lane lane = opening.open(site);
      site.settle();
      quiet(name, lane);
      lane.faults()
          .forEach(
              (kind, steps) -> outcomes.put(kind, outcome(name + ": " + kind, kind, site, steps)));
    } catch (Exception | AssertionError failure) {
      LOGGER.log(Level.INFO, "{0}: broken: {1}", name, failure);
      broken.put(name, failure);
    } finally {
      places.release();
    }
  }

  private void quiet(String name, Lane lane) {
    attempt(name + ": quiet", lane.site(), () -> lane.site().quiet(lane.quiet(), lane.everyday()))
        .ifPresent(loud -> broken.put(name, loud));
  }

  private static Optional<Throwable> outcome(
      String what, FaultKind kind, Site site, Lane.Steps steps) {
    return attempt(what, site, () -> site.prove(kind, steps.inject(), steps.undo()));
  }

  /** Tries again once, and more often where the machine itself stood still meanwhile. */
  private static Optional<Throwable> attempt(String what, Site site, Site.Step step) {
    for (int tries = 1; ; tries++) {
      Instant from = Instant.now();
      try {
        step.run();
        LOGGER.log(Level.INFO, "{0}: as promised, try {1}", what, tries);
        return Optional.empty();
      } catch (Exception | AssertionError failure) {
        boolean starved = site.starved(from);
        LOGGER.log(
            Level.INFO, "{0}: try {1}{2}: {3}", what, tries, starved ? ", starved" : "", failure);
        if (tries >= 2 && (tries == TRIES || !starved)) {
          return Optional.of(failure);
        }
        if (starved) {
          site.calm();
        }
      }
    }
  }
}
