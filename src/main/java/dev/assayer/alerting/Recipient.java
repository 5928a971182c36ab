package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Courier;
import dev.assayer.remote.CourierResult;
import dev.assayer.remote.Patience;
import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One receiver at work: its window, its queue, its connections. Alerts are queued without waiting
 * and delivered by a few virtual threads, which live as long as there is something to deliver.
 */
final class Recipient {
  /** For alerts that nobody waits for: about half a minute of trying. */
  static final Patience PATIENT =
      new Patience(6, Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMinutes(1));

  /** For an admission that waits: one repeat, which a stale connection needs. */
  private static final Patience IMPATIENT =
      new Patience(2, Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(5));

  static final Duration LONGEST = Duration.ofMinutes(2);

  /** Admissions that wait for this receiver at once. */
  private static final int WAITING = 64;

  private final Receiver settings;
  private final Letter letter;
  private final Courier courier;
  private final Window window;
  private final Told told;
  private final Outbox outbox;
  private final Semaphore places = new Semaphore(WAITING, true);
  private final CountDownLatch hurry = new CountDownLatch(1);
  private volatile long pausedUntil = System.nanoTime();

  Recipient(Receiver settings, MessageTemplate template, Duration window, Told told) {
    this.settings = settings;
    this.told = told;
    this.window = new Window(window);
    letter = new Letter(settings, template);
    courier =
        Courier.open(
            settings.ca().isEmpty() ? TlsTrust.jdkDefaults() : TlsTrust.only(settings.ca()));
    outbox = new Outbox("alerts " + settings.name(), this::deliver, told::waiting);
  }

  Receiver settings() {
    return settings;
  }

  void window(Duration length) {
    window.length(length);
  }

  /** Queues an alert, unless it was told lately; never waits. */
  void offer(Alert alert) {
    switch (window.ask(alert, false, System.nanoTime())) {
      case Window.HoldBack() -> told.heldBack();
      case Window.Send(Window.Due due, var also) -> {
        also.forEach(this::queue);
        queue(due);
      }
    }
  }

  private void queue(Window.Due due) {
    if (!outbox.offer(due)) {
      window.failed(due.alert());
      told.dropped(due.alert());
    }
  }

  /** Queues a summary of each window that has ended. */
  void tick() {
    window.ended(System.nanoTime()).forEach(this::queue);
  }

  /** Queues a summary of all that is held back. */
  void summarise() {
    window.drained().forEach(this::queue);
  }

  private void deliver(Window.Due due, long queuedNanos) {
    BackgroundTrace span = told.delivery(due.alert());
    waitForTheReceiver();
    CourierResult result =
        PATIENT.deliver(deadline -> attempt(due, deadline), Deadline.after(LONGEST), hurry);
    settle(due, result, Duration.ofNanos(System.nanoTime() - queuedNanos));
    if (result instanceof CourierResult.Delivered(int status, var _)) {
      span.attribute("http.response.status_code", Integer.toString(status)).end();
    } else {
      span.failed(result.code());
    }
  }

  private void settle(Window.Due due, CourierResult result, Duration took) {
    if (result instanceof CourierResult.Delivered) {
      window.delivered(due.alert());
      told.delivered(took);
    } else {
      window.failed(due.alert());
      told.dead(due, words(result));
    }
  }

  /** What a receiver that limits the rate says counts for all alerts to it. */
  private void waitForTheReceiver() {
    long wait = pausedUntil - System.nanoTime();
    if (wait > 0) {
      try {
        var _ = hurry.await(wait, TimeUnit.NANOSECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CourierResult attempt(Window.Due due, Deadline deadline) {
    CourierResult result =
        switch (letter.write(due.alert(), due.heldBack())) {
          case Letter.Ready(var parcel) -> courier.post(parcel, deadline);
          case Letter.Unwritable(String why, boolean byFile) ->
              new CourierResult.Unsent(why, byFile);
        };
    told.attempted(result.code());
    if (result instanceof CourierResult.Refused(_, Optional<Duration> asked, _)
        && asked.isPresent()) {
      Duration wait =
          asked.get().compareTo(PATIENT.longest()) > 0 ? PATIENT.longest() : asked.get();
      pausedUntil = System.nanoTime() + wait.toNanos();
    }
    return result;
  }

  /**
   * Tells of an admission before it is made.
   *
   * @return why it could not be told, as one clause; empty if it was, now or within the window
   */
  Optional<String> tell(Alert alert, StageLog stages, Deadline deadline) {
    try (StageLog.Span span = stages.begin("alert.send " + settings.name())) {
      Window.Answer answer = window.ask(alert, true, System.nanoTime());
      return switch (answer) {
        case Window.HoldBack() -> {
          span.note("told before");
          told.heldBack();
          yield Optional.empty();
        }
        case Window.Send(Window.Due due, var also) -> {
          also.forEach(this::queue);
          CourierResult result = now(due, deadline);
          span.note(note(result));
          yield result instanceof CourierResult.Delivered
              ? Optional.empty()
              : Optional.of(words(result));
        }
      };
    }
  }

  private CourierResult now(Window.Due due, Deadline deadline) {
    long begun = System.nanoTime();
    CourierResult result =
        placed(
            deadline,
            () -> {
              Deadline whole = deadline.within(IMPATIENT.each());
              return IMPATIENT.deliver(each -> attempt(due, each), whole, hurry);
            });
    settle(due, result, Duration.ofNanos(System.nanoTime() - begun));
    return result;
  }

  private CourierResult placed(Deadline deadline, Supplier<CourierResult> send) {
    try {
      if (!places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return new CourierResult.Unsent("no place among its " + WAITING + " calls was free", false);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new CourierResult.Unsent("called off", false);
    }
    try {
      return send.get();
    } finally {
      places.release();
    }
  }

  private static String note(CourierResult result) {
    return switch (result) {
      case CourierResult.Delivered(int status, var _) -> Integer.toString(status);
      case CourierResult.Refused(int status, var _, var _) -> Integer.toString(status);
      default -> result.code();
    };
  }

  static String words(CourierResult result) {
    return switch (result) {
      case CourierResult.Delivered(int status, var _) -> "it answered " + status;
      case CourierResult.Refused(int status, var _, var _) ->
          status / 100 == 3
              ? "it answered " + status + ", a redirect, which is not followed"
              : "it answered " + status;
      case CourierResult.Failed(var _, String why) -> why;
      case CourierResult.Unsent(String why, var _) -> why;
    };
  }

  /** Whether nothing is queued or under way. */
  boolean isIdle() {
    return outbox.isIdle();
  }

  /** What is held back is queued; from now on nothing is waited for between attempts. */
  void farewell() {
    summarise();
    hurry.countDown();
  }

  /** Gives up what is still there. */
  void close() {
    hurry.countDown();
    outbox.close().forEach(due -> told.dead(due, "the process ended, or the receiver was removed"));
    courier.close();
  }
}
