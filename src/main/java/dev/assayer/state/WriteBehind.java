package dev.assayer.state;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Changes that wait to be made in the shared store, one for each name, the latest. One thread makes
 * them, and looks whether the store is well. The lock is held for a moment only, never over a call.
 */
final class WriteBehind implements AutoCloseable {
  private static final int MAX_WAITING = 4096;
  private static final Duration PROBE_PATIENCE = Duration.ofMillis(500);

  /** For the first look: the connection and its classes are new. */
  private static final Duration FIRST_PATIENCE = Duration.ofSeconds(3);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(15);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

  private final PatientStore store;
  private final StateObserver observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore bell = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<String, BooleanSupplier> waiting = new LinkedHashMap<>();
  private final CountDownLatch looked = new CountDownLatch(1);
  private final Thread worker;
  private boolean closing;

  private record Job(String name, BooleanSupplier work) {}

  WriteBehind(PatientStore store, StateObserver observer) {
    this.store = store;
    this.observer = observer;
    worker = Thread.ofVirtual().name("shared state writer").start(this::run);
  }

  /**
   * Has a change made, in place of an earlier one of the same name.
   *
   * @param work makes it; false to be called again later
   */
  void add(String name, BooleanSupplier work) {
    lock.lock();
    try {
      if (closing || waiting.size() >= MAX_WAITING && !waiting.containsKey(name)) {
        observer.written(StateObserver.Write.DROPPED);
      } else {
        waiting.put(name, work);
        bell.release();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first look at the store to end, but no longer than this. */
  void awaitFirstLook(Duration most) {
    try {
      var _ = looked.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a change of this name waits. */
  boolean awaits(String name) {
    lock.lock();
    try {
      return waiting.containsKey(name);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      store.probe(FIRST_PATIENCE);
      looked.countDown();
      while (true) {
        boolean down = store.trouble().isPresent();
        if (down) {
          if (pause()) {
            return;
          }
          store.probe(PROBE_PATIENCE);
        } else if (!work()) {
          return;
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits a moment; true if it is all over, as nothing can be written. */
  private boolean pause() throws InterruptedException {
    return ended.await(RETRY.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Makes the oldest change; false if there is none and will be none. */
  private boolean work() throws InterruptedException {
    Optional<Job> oldest = oldest();
    if (oldest.isEmpty()) {
      if (ended.getCount() == 0) {
        return false;
      }
      var _ = bell.tryAcquire(IDLE.toNanos(), TimeUnit.NANOSECONDS);
      bell.drainPermits();
      oldest = oldest();
    }
    Job job = oldest.orElse(new Job("", this::look));
    // It stays in the list while it is made, so that whoever asks knows that it is not done.
    boolean done = job.work().getAsBoolean();
    lock.lock();
    try {
      boolean latest = waiting.remove(job.name(), job.work());
      if (latest && !done) {
        waiting.put(job.name(), job.work());
      }
    } finally {
      lock.unlock();
    }
    return done || !pause();
  }

  private Optional<Job> oldest() {
    lock.lock();
    try {
      return waiting.entrySet().stream()
          .findFirst()
          .map(entry -> new Job(entry.getKey(), entry.getValue()));
    } finally {
      lock.unlock();
    }
  }

  private boolean look() {
    if (store.idle().compareTo(IDLE) >= 0) {
      store.probe(PROBE_PATIENCE);
    }
    return true;
  }

  /** Makes what still can be made in two seconds. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
    } finally {
      lock.unlock();
    }
    ended.countDown();
    bell.release();
    try {
      if (!worker.join(LAST_CHANCE)) {
        worker.interrupt();
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
