package dev.assayer.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The places for reviews and the bytes for their bodies. Whoever finds no place waits in turn, as
 * long as places are given back: a crowd is served, and where nothing moves nobody waits for long.
 * Nobody waits for bytes.
 */
final class Intake {
  /** So long a wait without a place taken or given back, and waiting is over. */
  static final Duration STILL = Duration.ofSeconds(1);

  /** So many may wait: with the places taken far fewer than there may be connections. */
  private static final int MOST_WAITING = 256;

  private static final double MEBI = 1 << 20;

  private final int maxConcurrent;
  private final long maxBytes;
  private final int mostWaiting;
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private final Deque<CountDownLatch> waiting = new ArrayDeque<>();
  private int taken;
  private long movedNanos;

  /**
   * @param maxConcurrent reviews at once
   * @param maxBytes request bytes held at once
   */
  Intake(int maxConcurrent, long maxBytes) {
    this(maxConcurrent, maxBytes, MOST_WAITING);
  }

  /** With another bound of those who wait. */
  Intake(int maxConcurrent, long maxBytes, int mostWaiting) {
    this.maxConcurrent = maxConcurrent;
    this.maxBytes = maxBytes;
    this.mostWaiting = mostWaiting;
  }

  /** A place in the review; closing it gives it back. */
  final class Place implements AutoCloseable {
    private final long sinceNanos = System.nanoTime();

    private Place() {
      places.add(this);
    }

    @Override
    public void close() {
      if (places.remove(this)) {
        giveBack();
      }
    }
  }

  /** Bytes that one request holds; closing it gives them back. Used by one thread. */
  final class Share implements AutoCloseable {
    private long held;

    /** Holds that many bytes in all from now on; false, and as before, if there is no room. */
    boolean grow(long total) {
      long more = total - held;
      if (bytes.addAndGet(more) > maxBytes) {
        bytes.addAndGet(-more);
        return false;
      }
      held = total;
      return true;
    }

    @Override
    public void close() {
      bytes.addAndGet(-held);
      held = 0;
    }
  }

  /**
   * A place, when one is free; empty if that takes longer, if none was taken or given back while
   * this one waited for {@link #STILL}, or if too many wait already. What stood still before says
   * little: a process that got no processor time for seconds goes on.
   *
   * @param atMost how long to wait
   */
  Optional<Place> enter(Duration atMost) {
    long begun = System.nanoTime();
    long due = begun + atMost.toNanos();
    CountDownLatch turn = new CountDownLatch(1);
    synchronized (this) {
      if (taken < maxConcurrent) {
        taken++;
        movedNanos = System.nanoTime();
        return Optional.of(new Place());
      }
      if (waiting.size() >= mostWaiting) {
        return Optional.empty();
      }
      waiting.add(turn);
    }
    try {
      while (!turn.await(patience(begun, due), TimeUnit.NANOSECONDS)) {
        if (patience(begun, due) <= 0 && leave(turn)) {
          return Optional.empty();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      if (leave(turn)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Place());
  }

  private synchronized long patience(long begun, long due) {
    long now = System.nanoTime();
    long sinceMoved = Math.min(now - begun, now - movedNanos);
    return Math.min(due - now, STILL.toNanos() - sinceMoved);
  }

  /** False if its turn has come meanwhile. */
  private synchronized boolean leave(CountDownLatch turn) {
    return waiting.remove(turn);
  }

  /** To who waits longest, if anybody does. */
  private synchronized void giveBack() {
    movedNanos = System.nanoTime();
    CountDownLatch next = waiting.poll();
    if (next == null) {
      taken--;
    } else {
      next.countDown();
    }
  }

  /** Nothing held yet. */
  Share share() {
    return new Share();
  }

  /** Why there was no place for somebody who waited so long. */
  String noPlace(Duration waited) {
    return String.format(
        Locale.ROOT,
        "no place within %.1f s: %d reviews are under way, the oldest for %.1f s; limit webhook.maxConcurrent %d",
        waited.toMillis() / 1000.0,
        places.size(),
        oldest().toMillis() / 1000.0,
        maxConcurrent);
  }

  /** Why a body of this length finds no room, measured now. */
  String noRoom(long length) {
    return String.format(
        Locale.ROOT,
        "%.1f MiB of requests are held, the oldest for %.1f s, no room for %.1f MiB more;"
            + " limit webhook.maxInFlightBytes %.0f MiB",
        bytes.get() / MEBI,
        oldest().toMillis() / 1000.0,
        length / MEBI,
        maxBytes / MEBI);
  }

  private Duration oldest() {
    long now = System.nanoTime();
    return Duration.ofNanos(
        places.stream().mapToLong(place -> now - place.sinceNanos).max().orElse(0));
  }
}
