package dev.assayer.alerting;

import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Tells metrics, traces and the log what became of one receiver's alerts. */
final class Told {
  private static final System.Logger LOGGER = System.getLogger(Told.class.getName());

  private static final Duration QUIET = Duration.ofMinutes(1);

  private final String receiver;
  private final Metrics metrics;
  private final Traces traces;
  private long dropped;
  private long droppedToldNanos;

  Told(String receiver, Metrics metrics, Traces traces) {
    this.receiver = receiver;
    this.metrics = metrics;
    this.traces = traces;
  }

  /** The span of a delivery, in the trace of its decision. */
  BackgroundTrace delivery(Alert alert) {
    BackgroundTrace span =
        alert
            .trace()
            .map(trace -> traces.following("alert.deliver", trace, alert.kept()))
            .orElseGet(() -> traces.background("alert.deliver"));
    return span.attribute("assayer.alert.receiver", receiver)
        .attribute("assayer.alert.category", alert.category().code())
        .attribute("assayer.record_id", alert.recordId());
  }

  void attempted(String result) {
    metrics.alertAttempt(receiver, result);
  }

  void heldBack() {
    metrics.alert(receiver, "held_back");
  }

  void delivered(Duration took) {
    metrics.alert(receiver, "delivered");
    metrics.alertDelivered(receiver, took);
  }

  void waiting(int number) {
    metrics.alertsWaiting(receiver, number);
  }

  /** An alert was given up. */
  void dead(Window.Due due, String why) {
    metrics.alert(receiver, "dead_letter");
    LOGGER.log(
        Level.WARNING,
        "alert of record {0} was not delivered to receiver {1}: {2}{3}",
        due.alert().recordId(),
        receiver,
        why,
        due.heldBack() == 0
            ? ""
            : ", and with it a count of " + due.heldBack() + " that were held back");
  }

  /** An alert found no room; the log has one line a minute of that. */
  synchronized void dropped(Alert alert) {
    metrics.alert(receiver, "dropped");
    dropped++;
    long now = System.nanoTime();
    if (dropped == 1 || now - droppedToldNanos >= QUIET.toNanos()) {
      droppedToldNanos = now;
      LOGGER.log(
          Level.WARNING,
          "alert of record {0} was dropped: the queue of receiver {1} is full; {2} were dropped"
              + " since the start",
          alert.recordId(),
          receiver,
          Long.toString(dropped));
    }
  }
}
