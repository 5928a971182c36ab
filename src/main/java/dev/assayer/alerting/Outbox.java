package dev.assayer.alerting;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Alerts that wait for their first attempt, bounded in number and bytes. A few virtual threads take
 * them; they begin when something comes and end when nothing is left.
 */
final class Outbox {
  static final int MOST = 1_000;
  static final long MOST_BYTES = 4L << 20;

  /** Deliveries to one receiver at once. */
  static final int WORKERS = 4;

  private static final System.Logger LOGGER = System.getLogger(Outbox.class.getName());

  /** Delivers one alert, however long that takes. */
  interface Work {
    void deliver(Window.Due due, long queuedNanos);
  }

  private record Item(Window.Due due, long queuedNanos) {}

  private final String name;
  private final Work work;
  private final IntConsumer waiting;
  private final ArrayBlockingQueue<Item> queue = new ArrayBlockingQueue<>(MOST);
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger workers = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param name of the threads
   * @param waiting told how many alerts wait, whenever that changes
   */
  Outbox(String name, Work work, IntConsumer waiting) {
    this.name = name;
    this.work = work;
    this.waiting = waiting;
  }

  /** Takes an alert; false if there is no room. Never waits. */
  boolean offer(Window.Due due) {
    int weight = due.alert().weight();
    boolean room = bytes.addAndGet(weight) <= MOST_BYTES && !closed;
    if (!room || !queue.offer(new Item(due, System.nanoTime()))) {
      bytes.addAndGet(-weight);
      return false;
    }
    waiting.accept(queue.size());
    begin();
    return true;
  }

  private void begin() {
    if (workers.getAndUpdate(now -> now < WORKERS ? now + 1 : now) < WORKERS) {
      Thread.ofVirtual().name(name).start(this::run);
    }
  }

  private void run() {
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      bytes.addAndGet(-item.due().alert().weight());
      waiting.accept(queue.size());
      try {
        work.deliver(item.due(), item.queuedNanos());
      } catch (RuntimeException | Error failure) {
        LOGGER.log(
            System.Logger.Level.ERROR,
            "delivering the alert of record {0} failed with {1}",
            item.due().alert().recordId(),
            failure.getClass().getName());
      }
    }
    workers.decrementAndGet();
    if (!queue.isEmpty()) {
      begin(); // came while this one was ending
    }
  }

  boolean isIdle() {
    return queue.isEmpty() && workers.get() == 0;
  }

  /** Takes nothing more; returns what nobody has begun to deliver. */
  List<Window.Due> close() {
    closed = true;
    List<Item> left = new ArrayList<>();
    queue.drainTo(left);
    waiting.accept(0);
    return left.stream().map(Item::due).toList();
  }
}
