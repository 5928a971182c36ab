package dev.assayer.telemetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes whole lines from a queue by one thread of its own. A queue and not a lock around the
 * stream: where nobody reads the other end of a pipe, a write blocks for ever, and with a lock
 * every admission after it would too. The queue is bounded by bytes; what finds no room, or cannot
 * be written, is counted and lost.
 */
final class LineWriter implements AutoCloseable {
  static final int MAX_BYTES = 16 << 20;
  private static final int BATCH = 64 << 10;
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** What a queued line costs besides its bytes. */
  private static final int OVERHEAD = 64;

  /** Ends the thread; a line is never empty. */
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(MAX_BYTES);
  private final LongAdder dropped = new LongAdder();
  private final OutputStream out;
  private final Thread thread;
  private volatile boolean closed;

  LineWriter(OutputStream out) {
    this.out = out;
    thread = Thread.ofPlatform().daemon().name("log").start(this::run);
  }

  /** Queues one line, given without its end; never waits. */
  void write(String line) {
    byte[] bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
    if (closed || !room.tryAcquire(cost(bytes))) {
      dropped.increment();
      return;
    }
    queue.add(bytes);
  }

  private static int cost(byte[] line) {
    return Math.min(line.length, MAX_BYTES) + OVERHEAD;
  }

  private void run() {
    try {
      for (byte[] line = queue.take(); line.length > 0; line = queue.take()) {
        writeWith(line);
      }
      for (byte[] late = queue.poll(); late != null; late = queue.poll()) {
        writeWith(late);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes a line together with those that wait behind it: one call for many. */
  private void writeWith(byte[] first) {
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    batch.writeBytes(first);
    int lines = 1;
    int cost = cost(first);
    for (byte[] next = queue.peek();
        next != null && next.length > 0 && batch.size() + next.length <= BATCH;
        next = queue.peek()) {
      queue.remove();
      batch.writeBytes(next);
      lines++;
      cost += cost(next);
    }
    try {
      out.write(batch.toByteArray());
      out.flush();
    } catch (IOException lost) {
      dropped.add(lines);
    } finally {
      room.release(cost);
    }
  }

  /** Lines that nobody will read, since the start. */
  long dropped() {
    return dropped.sum();
  }

  /** Writes what is queued, for two seconds at most. */
  @Override
  public void close() {
    closed = true;
    queue.add(END);
    try {
      thread.join(FAREWELL);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
