package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.testing.LivePrometheus;
import dev.assayer.watch.Rules.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One installation by itself: what it consists of, the light load on it, and the Prometheus that
 * scrapes it under the shipped rules, where two seconds stand for a minute, or more.
 */
final class Site implements AutoCloseable {
  /** A smaller factor, for a machine that is busy, makes a run longer and more patient. */
  static final Shortened PACE = new Shortened(Integer.getInteger("assayer.faults.factor", 30));

  private static final Duration SCRAPE = PACE.of(Duration.ofSeconds(30));
  private static final double SLOW_SCRAPE = 0.7 * SCRAPE.toMillis() / 1000;
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration LONGEST = PACE.of(Duration.ofMinutes(90));

  /** How long to wait for a machine that is busy with something else. */
  private static final Duration CALM = PACE.of(Duration.ofMinutes(30));

  /** After all that must fire does, what else there is gets its chance. */
  private static final Duration MORE = PACE.of(Duration.ofMinutes(2));

  private static final Map<String, Rule> ALERTS =
      Rules.rendered().alerts().stream().collect(Collectors.toMap(Rule::name, rule -> rule));

  /** Ages that are a value of the rules and no range. */
  private static final Map<String, String> AGES =
      Stream.of("checkpointAgeSeconds", "publicationAgeSeconds")
          .collect(Collectors.toMap(name -> name, Site::shortened));

  private final Path directory;
  private final Set<String> standing = new HashSet<>();
  private final List<Runnable> load = new ArrayList<>();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private volatile Optional<LivePrometheus> prometheus = Optional.empty();
  private volatile boolean ended;

  /** What may be done to it, or undone. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  private static String shortened(String threshold) {
    return Long.toString(
        PACE.of(Duration.ofSeconds(Rules.threshold(threshold).asLong())).toSeconds());
  }

  /** Somewhere below {@code directory}. */
  Site(Path directory, String name) {
    this.directory = folder(directory, name);
  }

  /** A replica, not started yet; closed with the site. */
  LiveReplica replica(String name) {
    return closing(new LiveReplica(folder(directory, name)));
  }

  static Path folder(Path directory, String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder(String name) {
    return folder(directory, name);
  }

  <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  /** Alerts that are no fault here and may fire all the time. */
  Site standing(String... alerts) {
    standing.addAll(List.of(alerts));
    return this;
  }

  /** Does this again and again once all is settled, whether it succeeds or not. */
  Site load(Duration pause, Step call) {
    load.add(() -> {
      while (!ended) {
        try {
          call.run();
        } catch (Exception | AssertionError duringAFault) {
          // Nobody answers while a replica is down; what follows from that is what is tested.
        }
        sleep(pause);
      }
    });
    return this;
  }

  /** Scrapes these from now on. */
  Site watched(String... targets) {
    return watchedWith("", "", targets);
  }

  /**
   * Scrapes these from now on.
   *
   * @param alertmanagers the section of the configuration, or empty
   * @param jobs more jobs, as they stand in the configuration, or empty
   */
  Site watchedWith(String jobs, String alertmanagers, String... targets) {
    try {
      Files.writeString(
          directory.resolve("rules.yaml"),
          PACE.rules(Rules.with(AGES).replace("docs/runbooks/", "https://docs.example/runbooks/")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String configuration =
        """
        global: {scrape_interval: %1$dms, scrape_timeout: %1$dms, evaluation_interval: %2$dms}
        rule_files: [rules.yaml]
        %3$sscrape_configs:
          - job_name: %4$s
            static_configs: [{targets: ['%5$s']}]
        %6$s\
        """
            .formatted(
                SCRAPE.toMillis(),
                SCRAPE.toMillis(),
                alertmanagers,
                Rules.JOB,
                String.join("', '", targets),
                jobs);
    prometheus =
        Optional.of(
            closing(
                LivePrometheus.start(directory, configuration, PACE.of(Duration.ofMinutes(5)))));
    return this;
  }

  LivePrometheus prometheus() {
    return prometheus.orElseThrow();
  }

  /**
   * Waits until all are scraped, ready, and have answered themselves in time, begins with the load,
   * and waits for silence.
   */
  void settle() {
    await(
        "all ready",
        LONGEST,
        () ->
            prometheus()
                    .query("up == 0 or assayer_ready == 0 or assayer_selftest_success == 0")
                    .isEmpty()
                && !prometheus().query("assayer_ready == 1").isEmpty());
    load.forEach(each -> Thread.ofVirtual().name("load of " + directory).start(each));
    await("silence", LONGEST, () -> active().isEmpty());
  }

  /** Does something that is no fault, and watches for this long in all; nothing may fire. */
  void quiet(Duration time, Step everyday) throws Exception {
    Instant from = Instant.now();
    everyday.run();
    Duration left = Duration.between(Instant.now(), from.plus(time));
    sleep(left.isNegative() ? MORE : left);
    assertThat(firedSince(from)).as("alerts in a quiet time").isEmpty();
  }

  /**
   * A fault, from silence to silence.
   *
   * @throws AssertionError unless exactly the promised alerts fire, after they were pending, and
   *     clear
   */
  void prove(FaultKind fault, Step inject, Step undo) throws Exception {
    await("silence before", LONGEST, () -> active().isEmpty());
    standing.addAll(fault.company());
    Instant from = Instant.now();
    Set<String> missing = fault.fires();
    try {
      inject.run();
      await("firing " + fault.fires(), LONGEST, () -> firing().containsAll(fault.fires()));
      missing = Set.of();
      sleep(MORE);
    } finally {
      undo.run();
    }
    assertThat(missing).isEmpty();
    await("silence after", LONGEST, () -> active().isEmpty());
    Set<String> fired = firedSince(from);
    assertThat(fired).as("what fired").isEqualTo(new TreeSet<>(fault.fires()));
    Map<String, Instant> pending = firstSince(from, "pending");
    Map<String, Instant> firing = firstSince(from, "firing");
    for (String alert : fault.fires()) {
      if (ALERTS.get(alert).node().has("for")) {
        assertThat(pending).as("pending before it fired: " + alert).containsKey(alert);
        assertThat(pending.get(alert)).isBefore(firing.get(alert));
      }
    }
  }

  /**
   * Whether a scrape took so long since then that the machine must have been busy with something
   * else: when a minute lasts a second, a second without a processor is an outage.
   */
  boolean starved(Instant from) {
    for (JsonNode series :
        prometheus().range("max(scrape_duration_seconds)", from, Instant.now(), LOOK)) {
      for (JsonNode sample : series.path("values")) {
        if (sample.path(1).asDouble() > SLOW_SCRAPE) {
          return true;
        }
      }
    }
    return false;
  }

  /** Waits until scrapes have come in time for a while, or for not much longer. */
  void calm() {
    Instant end = Instant.now().plus(CALM);
    do {
      sleep(MORE.multipliedBy(2));
    } while (starved(Instant.now().minus(MORE.multipliedBy(2))) && Instant.now().isBefore(end));
  }

  private void await(String what, Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "did not come true: %s; active: %s %s"
                .formatted(what, names("ALERTS", Set.of()), prometheus().troubles()));
      }
      sleep(LOOK);
    }
  }

  /** What is pending or firing. */
  private Set<String> active() {
    return names("ALERTS", standing);
  }

  private Set<String> firing() {
    return names("ALERTS{alertstate=\"firing\"}", Set.of());
  }

  private Set<String> names(String expression, Set<String> but) {
    Set<String> names = new TreeSet<>();
    for (JsonNode sample : prometheus().query(expression)) {
      names.add(sample.path("metric").path("alertname").asText());
    }
    names.removeAll(but);
    return names;
  }

  private Set<String> firedSince(Instant from) {
    Set<String> fired = new TreeSet<>(firstSince(from, "firing").keySet());
    fired.removeAll(standing);
    return fired;
  }

  private Map<String, Instant> firstSince(Instant from, String state) {
    Map<String, Instant> first = new TreeMap<>();
    for (JsonNode series :
        prometheus()
            .range(
                "ALERTS{alertstate=\"" + state + "\"}", from, Instant.now(), LOOK.dividedBy(2))) {
      double seconds = series.path("values").path(0).path(0).asDouble();
      first.merge(
          series.path("metric").path("alertname").asText(),
          Instant.ofEpochMilli(Math.round(seconds * 1000)),
          (one, other) -> one.isBefore(other) ? one : other);
    }
    return first;
  }

  static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    ended = true;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        throw new AssertionError("cannot end a part of the site", failure);
      }
    }
  }
}
