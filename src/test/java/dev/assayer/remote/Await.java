package dev.assayer.remote;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens on another thread. */
final class Await {
  private Await() {}

  /** Returns when the condition holds; fails after 5 s. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    until(Duration.ofSeconds(5), condition);
  }

  static void until(Duration most, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not happen within " + most);
      }
      Thread.sleep(5);
    }
  }
}
