package dev.assayer.server;

import dev.assayer.cluster.NamespaceSource;
import dev.assayer.cluster.PolicyReport;
import dev.assayer.config.Config;
import dev.assayer.image.Printable;
import dev.assayer.server.RunningCheck.Found;
import dev.assayer.server.RunningFinding.State;
import dev.assayer.telemetry.GuardMetrics;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Verifies again and again what runs already, on the replica that leads, while the configuration
 * asks for it. A replica stands for election only then. Whoever does not lead, or leads no more,
 * says nothing of running images: no sample of an earlier leader stays.
 */
final class Reverification {
  /** How often {@link #tick} should be called. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  /** After an upstream failed or the pods could not be read, the next look comes earlier. */
  private static final Duration SOON = Duration.ofMinutes(5);

  /** New findings told in the log after one look; the rest is counted. */
  private static final int TOLD = 20;

  private static final System.Logger LOGGER = System.getLogger(Reverification.class.getName());

  /** What it needs of the cluster. */
  interface Fleet {
    /** Stands for election, if it does not yet. */
    void stand();

    /** Stands no more. */
    void withdraw();

    boolean leads();

    /** The pods of all namespaces. */
    RunningCheck.Source pods();

    /** The labels of namespaces. */
    NamespaceSource namespaces();

    /** The own namespace, of which no webhook is asked. */
    String home();

    /** Makes the reports so, and no others. */
    void publish(List<PolicyReport> reports);
  }

  private final Fleet fleet;
  private final Supplier<Lease> leases;
  private final GuardMetrics metrics;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Set<String> known = Set.of();
  private String trouble = "";
  private boolean standing;
  private boolean leading;
  private long generation;
  private long due;

  /** Looks at nothing before {@link #tick}. */
  Reverification(
      Fleet fleet,
      Supplier<Lease> leases,
      GuardMetrics metrics,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.fleet = fleet;
    this.leases = leases;
    this.metrics = metrics;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Follows the configuration and the election, and looks when that is due. One caller. */
  void tick() {
    try (Lease lease = leases.get()) {
      Config.Reverification asked = lease.assayer().config().reverification();
      follow(asked.enabled());
      boolean leads = asked.enabled() && fleet.leads();
      if (!leads) {
        quieten();
        return;
      }
      if (!leading || generation != lease.generation()) {
        leading = true;
        generation = lease.generation();
        due = nanoTime.getAsLong();
      }
      if (nanoTime.getAsLong() - due >= 0) {
        look(lease, asked);
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(boolean enabled) {
    if (enabled) {
      fleet.stand();
    } else if (standing) {
      quieten(); // before another one can lead: two must never tell the same
      fleet.withdraw();
    }
    standing = enabled;
  }

  /** Whoever leads now has samples of its own. */
  private void quieten() {
    if (leading) {
      metrics.runningImagesUnknown();
      known = Set.of();
    }
    leading = false;
  }

  private void look(Lease lease, Config.Reverification asked) throws InterruptedException {
    final long begun = nanoTime.getAsLong();
    Config config = lease.assayer().config();
    RunningCheck check =
        new RunningCheck(
            lease.assayer(),
            new KnownOwners(lease.assayer().facts(), config),
            new CoveredNamespaces(config.namespaces(), fleet.namespaces(), fleet.home())::covers,
            this::wanted);
    switch (check.run(fleet.pods(), asked.interval())) {
      case RunningCheck.Result.Abandoned() -> {}
      case RunningCheck.Result.Failed(String why) -> {
        failed("running images are not verified again: " + why);
        due = begun + least(asked.interval(), SOON).toNanos();
      }
      case RunningCheck.Result.Complete(Found found) -> {
        failed("");
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - begun);
        tell(found, took);
        if (asked.policyReports()) {
          fleet.publish(RunningReports.of(found));
        }
        Duration next = found.suspended() ? least(asked.interval(), SOON) : asked.interval();
        due = begun + next.toNanos();
      }
    }
  }

  private boolean wanted() {
    try (Lease now = leases.get()) {
      return now.generation() == generation && fleet.leads();
    }
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void failed(String why) {
    if (!why.isEmpty() && !why.equals(trouble)) {
      LOGGER.log(Level.WARNING, "{0}", why);
    }
    trouble = why;
  }

  private void tell(Found found, Duration took) {
    Map<String, Long> counts = new HashMap<>();
    found
        .findings()
        .forEach((image, finding) ->
            counts.merge(finding.state().code(), (long) found.pods(image).count(), Long::sum));
    if (found.beyond() > 0) {
      counts.merge(State.UNVERIFIABLE.code(), found.beyond(), Long::sum);
      LOGGER.log(
          Level.WARNING,
          "{0} running images were not looked at: more than {1} different ones",
          Long.toString(found.beyond()),
          Integer.toString(RunningCheck.MOST_IMAGES));
    }
    metrics.runningImages(counts, clock.instant(), took);
    tellNew(found);
    LOGGER.log(
        Level.INFO,
        "running images: {0} trusted, {1} untrusted, {2} unverifiable, {3} never seen",
        counts.getOrDefault(State.TRUSTED.code(), 0L).toString(),
        counts.getOrDefault(State.UNTRUSTED.code(), 0L).toString(),
        counts.getOrDefault(State.UNVERIFIABLE.code(), 0L).toString(),
        counts.getOrDefault(State.NEVER_SEEN.code(), 0L).toString());
  }

  /** One line for each image that was not untrusted at the last look. */
  private void tellNew(Found found) {
    Set<String> untrusted = new HashSet<>();
    int lines = 0;
    int more = 0;
    for (Map.Entry<RunningImage, RunningFinding> each : found.findings().entrySet()) {
      RunningImage image = each.getKey();
      RunningFinding finding = each.getValue();
      if (finding.state() != State.UNTRUSTED) {
        continue;
      }
      String key = image + " " + finding.reason();
      untrusted.add(key);
      if (known.contains(key)) {
        continue;
      }
      if (lines == TOLD) {
        more++;
        continue;
      }
      lines++;
      LOGGER.log(
          Level.WARNING,
          "untrusted image runs: {0} in {1} ({2} pods) [{3}] {4}",
          Printable.quoted(image.image().reference()),
          Printable.quoted(image.words()),
          Integer.toString(found.pods(image).count()),
          finding.reason(),
          finding.message());
    }
    if (more > 0) {
      LOGGER.log(Level.WARNING, "and {0} more untrusted images run", Integer.toString(more));
    }
    known = untrusted;
  }
}
