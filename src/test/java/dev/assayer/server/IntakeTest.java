package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IntakeTest {
  @Test
  @DisplayName("whoever floods the queue is denied at once, and does not hold every connection")
  void theQueueIsBounded() {
    Intake intake = new Intake(1, 1, 0);
    try (Intake.Place _ = intake.enter(Duration.ZERO).orElseThrow()) {
      assertThat(intake.enter(Duration.ofDays(1))).isEmpty();
    }
    assertThat(intake.enter(Duration.ZERO)).isPresent();
  }

  @Test
  @DisplayName("what stood still before a review came denies it nothing")
  void aStallBeforeCountsForNothing() throws InterruptedException, ExecutionException {
    Intake intake = new Intake(1, 1);
    Intake.Place stalled = intake.enter(Duration.ZERO).orElseThrow();
    Thread.sleep(Intake.STILL.plusMillis(100));
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
      ScheduledFuture<?> released =
          later.schedule(stalled::close, Intake.STILL.toMillis() / 4, TimeUnit.MILLISECONDS);
      assertThat(intake.enter(Duration.ofSeconds(20))).isPresent();
      released.get();
    }
  }
}
