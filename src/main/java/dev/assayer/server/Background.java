package dev.assayer.server;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Work that is done again and again beside the requests, each on a virtual thread of its own, so
 * that none delays another. What a run throws is logged, and the next run comes.
 */
final class Background implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(Background.class.getName());
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /**
   * Does the work now and then every {@code period}; a run that takes longer is followed by the
   * next at once, and those that it missed are left out.
   *
   * @param name of the thread, for logs and dumps
   */
  void every(String name, Duration period, Runnable work) {
    threads.add(Thread.ofVirtual().name(name).start(() -> repeat(name, period, work)));
  }

  private static void repeat(String name, Duration period, Runnable work) {
    long due = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      once(name, work);
      due = Math.max(due + period.toNanos(), System.nanoTime());
      try {
        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  private static void once(String name, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error failure) {
      StackTraceElement[] trace = failure.getStackTrace();
      LOGGER.log(
          Level.ERROR,
          "background work \"{0}\" failed with {1} at {2}",
          name,
          failure.getClass().getName(),
          trace.length == 0 ? "an unknown place" : trace[0].toString());
    }
  }

  /** Stops all work; waits for runs under way a short while. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        var _ = thread.join(FAREWELL);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
