package dev.assayer.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs each export on a virtual thread of its own and interrupts it when it takes too long. A
 * collector that sends the head of an answer and never its body would keep the thread for ever
 * otherwise, and after a few of them nothing would be exported any more, though it were well again.
 */
final class BoundedSends extends AbstractExecutorService {
  private final Duration longest;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  BoundedSends(Duration longest) {
    this.longest = longest;
  }

  @Override
  public void execute(Runnable send) {
    Thread sending =
        Thread.ofVirtual()
            .name("otlp-export")
            .unstarted(() -> {
              try {
                send.run();
              } finally {
                running.remove(Thread.currentThread());
              }
            });
    running.add(sending);
    sending.start();
    Thread _ = Thread.ofVirtual().name("otlp-export-bound").start(() -> bound(sending));
  }

  private void bound(Thread sending) {
    try {
      if (closed || !sending.join(longest)) {
        sending.interrupt();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void shutdown() {
    closed = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    closed = true;
    running.forEach(Thread::interrupt);
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return closed;
  }

  @Override
  public boolean isTerminated() {
    return closed && running.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long due = System.nanoTime() + unit.toNanos(timeout);
    for (Thread sending : running) {
      if (!sending.join(Duration.ofNanos(Math.max(1, due - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    List<Runnable> _ = shutdownNow();
  }
}
