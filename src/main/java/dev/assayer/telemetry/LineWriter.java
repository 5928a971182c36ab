package dev.assayer.telemetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Writes whole lines from a queue by one thread of its own. A queue and not a lock around the
 * stream: where nobody reads the other end of a pipe, a write blocks for ever, and with a lock
 * every admission after it would too. The queue is bounded by bytes; what finds no room, or cannot
 * be written, is counted and lost.
 *
 * <p>A line may also be queued before it is made, and this thread makes it. Only so many: when it
 * does not keep up, the callers make their own lines, which slows them down and loses nothing.
 */
final class LineWriter implements AutoCloseable {
  static final int MAX_BYTES = 16 << 20;

  /** Parts of lines that wait to be made; each holds a few KiB. */
  static final int MAX_UNMADE = 1024;

  private static final int BATCH = 64 << 10;
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** What a queued line costs besides its bytes. */
  private static final int OVERHEAD = 64;

  private final BlockingQueue<Line> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(MAX_BYTES);
  private final Semaphore unmade = new Semaphore(MAX_UNMADE);
  private final LongAdder dropped = new LongAdder();
  private final OutputStream out;
  private final Thread thread;
  private volatile boolean closed;

  private sealed interface Line {
    /** Without its end. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Made(byte[] bytes) implements Line {}

    record Unmade(int parts, Supplier<byte[]> maker) implements Line {}

    /** After the last one. */
    record End() implements Line {}
  }

  LineWriter(OutputStream out) {
    this.out = out;
    thread = Thread.ofPlatform().daemon().name("log").start(this::run);
  }

  /** Queues one line, given in UTF-8 without its end; never waits. */
  void write(byte[] line) {
    if (closed || !room.tryAcquire(cost(line))) {
      dropped.increment();
      return;
    }
    queue.add(new Line.Made(line));
  }

  /**
   * Queues one line that is yet to be made, by the thread of this writer or at once.
   *
   * @param parts of the line, each of a few KiB
   * @param maker from values that do not change
   */
  void write(int parts, Supplier<byte[]> maker) {
    if (!closed && unmade.tryAcquire(parts)) {
      queue.add(new Line.Unmade(parts, maker));
    } else {
      write(maker.get());
    }
  }

  private static int cost(byte[] line) {
    return Math.min(line.length, MAX_BYTES - OVERHEAD) + OVERHEAD;
  }

  private void run() {
    try {
      for (Line line = queue.take(); !(line instanceof Line.End); line = queue.take()) {
        writeWith(line);
      }
      for (Line late = queue.poll(); late != null; late = queue.poll()) {
        writeWith(late);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes a line together with those that wait behind it: one call for many. */
  private void writeWith(Line first) {
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    int lines = 0;
    int cost = 0;
    for (Line next = first; ; next = queue.remove()) {
      switch (next) {
        case Line.Made(byte[] bytes) -> {
          append(batch, bytes);
          cost += cost(bytes);
          lines++;
        }
        case Line.Unmade late -> lines += make(late, batch);
        case Line.End _ -> {}
      }
      Line behind = queue.peek();
      if (behind == null || behind instanceof Line.End || batch.size() >= BATCH) {
        break;
      }
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

  /** Appends the line, if it can be made; a number of lines. */
  private int make(Line.Unmade late, ByteArrayOutputStream batch) {
    try {
      append(batch, late.maker().get());
      return 1;
    } catch (RuntimeException | StackOverflowError defect) {
      dropped.increment();
      return 0;
    } finally {
      unmade.release(late.parts());
    }
  }

  private static void append(ByteArrayOutputStream batch, byte[] line) {
    batch.writeBytes(line);
    batch.write('\n');
  }

  /** Lines that nobody will read, since the start. */
  long dropped() {
    return dropped.sum();
  }

  /** Writes what is queued, for two seconds at most. */
  @Override
  public void close() {
    closed = true;
    queue.add(new Line.End());
    try {
      thread.join(FAREWELL);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
