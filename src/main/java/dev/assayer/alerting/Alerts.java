package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig;
import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.StageLog;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import dev.assayer.time.Deadline;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Tells receivers of decisions. A change of the configuration leaves receivers alone whose settings
 * are the same: they keep queue, window and connections. Safe for concurrent use.
 */
public final class Alerts implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(Alerts.class.getName());

  /** Above the longest review: until then one of an older configuration may still tell. */
  private static final Duration LINGER = Duration.ofSeconds(35);

  /** How long a receiver that was removed may take for what it holds. */
  private static final Duration REMOVAL = Duration.ofMinutes(2);

  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Metrics metrics;
  private final Traces traces;
  private final Templates templates = new Templates();
  private final Map<Receiver, Recipient> live = new HashMap<>();
  private final ConcurrentLinkedQueue<Removed> removed = new ConcurrentLinkedQueue<>();
  private volatile List<Recipient> current = List.of();

  private record Removed(Recipient recipient, long sinceNanos) {}

  /** Nobody is told yet. */
  public Alerts(Metrics metrics, Traces traces) {
    this.metrics = metrics;
    this.traces = traces;
  }

  /**
   * The receivers of a configuration that is about to come into force, which is what {@link
   * #configured} says.
   *
   * @param alerting must have passed {@link Templates#check}
   */
  public Insistent opened(AlertingConfig alerting) {
    return new Insistent(
        recipients(alerting).stream().filter(one -> one.settings().failAdmission()).toList());
  }

  /** A configuration is in force: from now on its receivers are told, and no others. */
  public synchronized void configured(AlertingConfig alerting) {
    List<Recipient> now = recipients(alerting);
    now.forEach(recipient -> recipient.window(alerting.window()));
    current = now;
    live.values()
        .removeIf(recipient -> {
          boolean gone = !now.contains(recipient);
          if (gone) {
            recipient.summarise();
            removed.add(new Removed(recipient, System.nanoTime()));
          }
          return gone;
        });
  }

  private synchronized List<Recipient> recipients(AlertingConfig alerting) {
    List<Recipient> recipients = new ArrayList<>();
    for (Receiver receiver : alerting.receivers()) {
      recipients.add(
          live.computeIfAbsent(
              receiver,
              made ->
                  new Recipient(
                      made,
                      templates.of(made),
                      alerting.window(),
                      new Told(made.name(), metrics, traces))));
    }
    return List.copyOf(recipients);
  }

  /**
   * Tells of a decision that is final; never waits, and never throws. Who had to be told before is
   * not told again.
   */
  public void accept(Decision decision) {
    try {
      Alerted.of(decision).ifPresent(alert -> offer(alert, decision.outcome()));
    } catch (RuntimeException failure) {
      LOGGER.log(
          Level.ERROR,
          "the alerts of record {0} failed with {1}",
          decision.recordId(),
          failure.getClass().getName());
    }
  }

  private void offer(Alert alert, Outcome outcome) {
    for (Recipient recipient : current) {
      boolean toldBefore = recipient.settings().failAdmission() && outcome == Outcome.ALLOWED;
      if (recipient.settings().category() == alert.category() && !toldBefore) {
        recipient.offer(alert);
      }
    }
  }

  /** Those of one configuration who must know of an admission before it is made. */
  public static final class Insistent {
    /** What the answer needs after everybody was told. */
    private static final Duration RESERVE = Duration.ofMillis(50);

    private static final Duration TIME_TO_TELL = Duration.ofSeconds(1);

    private final List<Recipient> recipients;

    private Insistent(List<Recipient> recipients) {
      this.recipients = recipients;
    }

    /** Time of a review that must be left for telling. */
    public Duration reserve() {
      return recipients.isEmpty() ? Duration.ZERO : TIME_TO_TELL;
    }

    /**
     * Tells all of them at the same time.
     *
     * @param decision about to be made, and to admit
     * @param stages takes a stage for each receiver
     * @return which receiver was not told and why, without any address; empty if all were
     */
    public Optional<String> undelivered(Decision decision, StageLog stages, Deadline deadline) {
      Category category = Alerted.category(decision);
      List<Recipient> concerned =
          recipients.stream().filter(one -> one.settings().category() == category).toList();
      if (concerned.isEmpty()) {
        return Optional.empty();
      }
      return Alerted.of(decision)
          .flatMap(alert -> tell(concerned, alert, stages, deadline.less(RESERVE)));
    }

    private static Optional<String> tell(
        List<Recipient> recipients, Alert alert, StageLog stages, Deadline deadline) {
      List<Telling> tellings = new ArrayList<>();
      for (Recipient recipient : recipients) {
        Telling telling = new Telling(recipient, alert, stages, deadline);
        tellings.add(telling);
        Thread.ofVirtual().name("alert.send").start(telling);
      }
      List<String> failures =
          tellings.stream().map(Telling::failure).flatMap(Optional::stream).toList();
      return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
    }
  }

  /** Work that is done each second: summaries of windows that ended, and goodbyes. */
  public void tick() {
    live().forEach(Recipient::tick);
    removed.removeIf(Alerts::gone);
  }

  private synchronized Collection<Recipient> live() {
    return List.copyOf(live.values());
  }

  private static boolean gone(Removed one) {
    long nanos = System.nanoTime() - one.sinceNanos();
    boolean over =
        (nanos > LINGER.toNanos() && one.recipient().isIdle()) || nanos > REMOVAL.toNanos();
    if (over) {
      one.recipient().close();
    }
    return over;
  }

  /** Tells what is still to be told, for five seconds at most; the rest is given up. */
  @Override
  public void close() {
    List<Recipient> all =
        Stream.concat(live().stream(), removed.stream().map(Removed::recipient)).toList();
    all.forEach(Recipient::farewell);
    Deadline flush = Deadline.after(FLUSH);
    try {
      while (!flush.expired() && !all.stream().allMatch(Recipient::isIdle)) {
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    all.forEach(Recipient::close);
  }
}
