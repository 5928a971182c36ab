package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.config.Config;
import dev.assayer.config.Config.NotaryGate;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.server.WatchedNotary.State;
import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import dev.assayer.time.Deadline;
import dev.assayer.validation.UpstreamProbe;
import dev.assayer.validation.Validator;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Asks each Notary with {@code healthCheck} in the background, and says what that means for
 * readiness. Nobody who looks at the health pages causes a call. Every check runs on its own, so
 * that a server that hangs delays no other.
 */
final class NotaryChecks {
  private static final System.Logger LOGGER = System.getLogger(NotaryChecks.class.getName());
  private static final Duration MOST_SKEW = Duration.ofSeconds(60);

  private final Supplier<Assayer> inForce;
  private final Supplier<Optional<String>> emergency;
  private final Metrics metrics;
  private final Traces traces;
  private final CheckTimes times;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Executor threads;
  private final Hysteresis gate;
  private final Map<String, WatchedNotary> watched = new LinkedHashMap<>();
  private Optional<Assayer> known = Optional.empty();
  private NotaryGate mode = NotaryGate.GATE;
  private boolean decided;

  /**
   * Checks the Notary servers of whatever configuration is in force, at this pace.
   *
   * @param emergency why their health is only reported whatever is configured: a fleet that leaves
   *     service with its Notary could not admit what it may without one
   */
  NotaryChecks(
      Supplier<Assayer> inForce,
      Supplier<Optional<String>> emergency,
      Metrics metrics,
      Traces traces,
      CheckTimes times,
      InstantSource clock) {
    this(
        inForce,
        emergency,
        metrics,
        traces,
        times,
        clock,
        System::nanoTime,
        check -> Thread.ofVirtual().name("notary check").start(check));
  }

  NotaryChecks(
      Supplier<Assayer> inForce,
      Supplier<Optional<String>> emergency,
      Metrics metrics,
      Traces traces,
      CheckTimes times,
      InstantSource clock,
      LongSupplier nanoTime,
      Executor threads) {
    this.inForce = inForce;
    this.emergency = emergency;
    this.metrics = metrics;
    this.traces = traces;
    this.times = times;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.threads = threads;
    gate = new Hysteresis(times.steady());
  }

  /** Starts the checks that are due. To be called a few times a second. */
  void tick() {
    for (WatchedNotary notary : due()) {
      UpstreamProbe probe = notary.probe();
      threads.execute(() -> check(notary, probe));
    }
    var _ = readiness();
  }

  private synchronized List<WatchedNotary> due() {
    follow(inForce.get());
    long now = nanoTime.getAsLong();
    return watched.values().stream().filter(notary -> notary.begin(times, now)).toList();
  }

  /** Follows a change of configuration; what is known of a server stays known. */
  private void follow(Assayer assayer) {
    if (known.equals(Optional.of(assayer))) {
      return;
    }
    known = Optional.of(assayer);
    Config config = assayer.config();
    mode = config.readiness().notary();
    Map<String, WatchedNotary> before = Map.copyOf(watched);
    watched.clear();
    for (ValidatorConfig section : config.validators()) {
      Validator validator = assayer.validators().get(section.name());
      if (validator != null && section instanceof NotaryV1Config notary && notary.healthCheck()) {
        validator.probe().ifPresent(probe -> watch(validator, probe, before));
      }
    }
  }

  private void watch(Validator validator, UpstreamProbe probe, Map<String, WatchedNotary> before) {
    String name = validator.ref().name();
    WatchedNotary same =
        Optional.ofNullable(before.get(name))
            .filter(was -> was.ref().equals(validator.ref()))
            .orElseGet(() -> new WatchedNotary(validator.ref(), probe));
    same.follow(probe);
    watched.put(name, same);
  }

  private void check(WatchedNotary notary, UpstreamProbe probe) {
    BackgroundTrace trace =
        traces.background("readiness.probe").attribute("server.address", notary.ref().upstream());
    UpstreamProbe.Result result;
    try {
      result = probe.probe(Deadline.after(times.deadline()));
    } catch (RuntimeException | Error failure) {
      String what = "the check failed with " + failure.getClass().getName();
      LOGGER.log(Level.ERROR, "{0}: {1}", notary.ref().upstream(), what);
      result = new UpstreamProbe.Result(false, what, Optional.empty());
    }
    if (result.up()) {
      trace.end();
    } else {
      trace.failed("down");
    }
    end(notary, probe, result);
  }

  private synchronized void end(
      WatchedNotary notary, UpstreamProbe probe, UpstreamProbe.Result result) {
    if (!notary.probe().equals(probe) || !watched.containsValue(notary)) {
      return; // from before a change of configuration
    }
    State before = notary.state();
    notary.end(result, times, !decided, nanoTime.getAsLong(), clock.instant());
    String host = notary.ref().upstream();
    metrics.upstreamUp(
        host,
        "notary",
        watched.values().stream()
            .filter(other -> other.ref().upstream().equals(host))
            .allMatch(WatchedNotary::lastUp));
    if (notary.state() != before) {
      Level level = notary.state() == State.UP ? Level.INFO : Level.WARNING;
      LOGGER.log(level, "validator {0}", notary.words());
    }
  }

  /** The term {@code notary}. */
  synchronized Status readiness() {
    boolean wanted = wanted();
    decided = decided || isDecided(wanted);
    boolean holds = gate.update(decided && wanted, nanoTime.getAsLong());
    Optional<String> forced =
        mode == NotaryGate.REPORT || watched.isEmpty() ? Optional.empty() : emergency.get();
    String words =
        words(wanted, holds) + forced.map(why -> "; only reported, since " + why).orElse("");
    return new Status(holds, mode != NotaryGate.REPORT && forced.isEmpty(), words);
  }

  /** The same for liveness, which waits for the first checks. */
  synchronized Status liveness() {
    Status now = readiness();
    return new Status(now.holds() || !decided, true, now.detail());
  }

  private boolean wanted() {
    Collection<WatchedNotary> all = watched.values();
    return all.isEmpty()
        || (mode == NotaryGate.ANY
            ? all.stream().noneMatch(one -> one.state() == State.DOWN)
            : all.stream().anyMatch(one -> one.state() != State.DOWN));
  }

  /** Whether the servers that were not asked yet could not change the answer any more. */
  private boolean isDecided(boolean wanted) {
    Collection<WatchedNotary> all = watched.values();
    return known.isPresent()
        && (!wanted
            || all.stream().noneMatch(one -> one.state() == State.UNKNOWN)
            || (mode != NotaryGate.ANY && all.stream().anyMatch(one -> one.state() == State.UP)));
  }

  private String words(boolean wanted, boolean holds) {
    if (watched.isEmpty()) {
      return "no validator has a health check";
    }
    String each =
        watched.values().stream().map(WatchedNotary::words).collect(Collectors.joining("; "));
    return decided && wanted != holds
        ? each + "; readiness keeps still for " + times.steady().toSeconds() + " s after a change"
        : each;
  }

  /** The term {@code clock}: reported, never gating. */
  synchronized Status clock() {
    String wrong =
        watched.values().stream()
            .filter(one -> one.skew().filter(by -> by.abs().compareTo(MOST_SKEW) > 0).isPresent())
            .map(one -> one.ref().upstream() + " by " + one.skew().get().toSeconds() + " s")
            .distinct()
            .collect(Collectors.joining(", "));
    return Status.reported(
        wrong.isEmpty(),
        wrong.isEmpty()
            ? "within " + MOST_SKEW.toSeconds() + " s of every Notary that was asked"
            : "own clock is ahead of (below zero: behind) " + wrong);
  }
}
