package dev.assayer.server;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The places for reviews and the bytes for their bodies. Nobody waits for either: what does not fit
 * is told so at once, so that its denial comes before the API server gives up.
 */
final class Intake {
  private static final double MEBI = 1 << 20;

  private final int maxConcurrent;
  private final long maxBytes;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Place> places = ConcurrentHashMap.newKeySet();

  /**
   * @param maxConcurrent reviews at once
   * @param maxBytes request bytes held at once
   */
  Intake(int maxConcurrent, long maxBytes) {
    this.maxConcurrent = maxConcurrent;
    this.maxBytes = maxBytes;
  }

  /** A place in the review; closing it gives it back. */
  final class Place implements AutoCloseable {
    private final long sinceNanos = System.nanoTime();

    @Override
    public void close() {
      if (places.remove(this)) {
        taken.decrementAndGet();
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

  /** A place, if one is free now. */
  Optional<Place> enter() {
    if (taken.incrementAndGet() > maxConcurrent) {
      taken.decrementAndGet();
      return Optional.empty();
    }
    Place place = new Place();
    places.add(place);
    return Optional.of(place);
  }

  /** Nothing held yet. */
  Share share() {
    return new Share();
  }

  /** Reviews under way. */
  int underWay() {
    return taken.get();
  }

  /** Request bytes held. */
  long heldBytes() {
    return bytes.get();
  }

  /** Why no place is free, measured now. */
  String noPlace() {
    return String.format(
        Locale.ROOT,
        "%d reviews are under way, the oldest for %.1f s; limit webhook.maxConcurrent %d",
        taken.get(),
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
