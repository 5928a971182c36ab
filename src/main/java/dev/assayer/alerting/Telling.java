package dev.assayer.alerting;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** One receiver being told, on a thread of its own, while an admission waits. */
final class Telling implements Runnable {
  private static final Duration GRACE = Duration.ofMillis(200);

  private final Recipient recipient;
  private final Alert alert;
  private final StageLog stages;
  private final Deadline deadline;
  private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();

  Telling(Recipient recipient, Alert alert, StageLog stages, Deadline deadline) {
    this.recipient = recipient;
    this.alert = alert;
    this.stages = stages;
    this.deadline = deadline;
  }

  @Override
  public void run() {
    try {
      result.complete(recipient.tell(alert, stages, deadline));
    } catch (RuntimeException | Error failure) {
      result.complete(Optional.of("telling it failed with " + failure.getClass().getSimpleName()));
    }
  }

  /** Waits for the end, hardly beyond the deadline; present if it was not told. */
  Optional<String> failure() {
    String name = "receiver " + recipient.settings().name() + " was not told: ";
    try {
      // A file that hangs is beyond the deadline of the exchange; several share one grace.
      return result
          .get(deadline.budget().plus(GRACE).minus(deadline.elapsed()).toNanos(), NANOSECONDS)
          .map(why -> name + why);
    } catch (TimeoutException late) {
      return Optional.of(name + "it took too long");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.of(name + "called off");
    } catch (ExecutionException impossible) {
      return Optional.of(name + "it failed");
    }
  }
}
