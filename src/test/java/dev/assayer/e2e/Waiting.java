package dev.assayer.e2e;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what a cluster does in its own time. */
final class Waiting {
  private static final Duration LOOK = Duration.ofMillis(300);

  private Waiting() {}

  /**
   * Looks until it is as wanted.
   *
   * @return the last look
   * @throws AssertionError with the last look if that does not come in time
   */
  static String until(
      Duration atMost, String what, Supplier<String> look, Predicate<String> wanted) {
    long end = System.nanoTime() + atMost.toNanos();
    String last = look.get();
    while (!wanted.test(last)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + atMost + ": " + what + "; last: " + last);
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting until " + what, e);
      }
      last = look.get();
    }
    return last;
  }
}
