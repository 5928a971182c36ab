package dev.assayer.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens on another thread. */
public final class Await {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(5);

  private Await() {}

  /** Returns when the condition holds; fails after 30 s, and says what did not come true. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, LONG, condition);
  }

  /** Returns when the condition holds; fails after 5 s. */
  public static void until(BooleanSupplier condition) {
    until(SHORT, condition);
  }

  /** Returns when the condition holds; fails after this time. */
  public static void until(Duration most, BooleanSupplier condition) {
    until("the condition", most, condition);
  }

  private static void until(String what, Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("did not come true within " + most + ": " + what);
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
