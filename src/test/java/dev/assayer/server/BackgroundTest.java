package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private static final Duration OFTEN = Duration.ofMillis(5);

  @Test
  void workThatFailsIsDoneAgainAndDelaysNoOther() throws InterruptedException {
    AtomicInteger failing = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    try (Background background = new Background()) {
      background.every(
          "failing",
          OFTEN,
          () -> {
            failing.incrementAndGet();
            throw new IllegalStateException("broken");
          });
      background.every(
          "stuck",
          OFTEN,
          () -> {
            try {
              never.await();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          });
      background.every("other", OFTEN, other::incrementAndGet);
      HealthRig.until(() -> failing.get() > 3 && other.get() > 3);
    }
    int at = other.get();
    Thread.sleep(50);
    assertThat(other).hasValue(at);
  }
}
