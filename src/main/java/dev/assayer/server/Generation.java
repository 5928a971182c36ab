package dev.assayer.server;

import dev.assayer.admission.Assayer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One configuration at work, and how many use it. It is closed when nobody has used it for as long
 * as a verification may outlive the review that began it.
 */
final class Generation {
  /** What a verification may take beyond its budget until it has ended in every case. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final long CLOSED = -1;

  private final Assayer assayer;
  private final long number;
  private final LongSupplier nanoTime;
  private final AtomicLong users = new AtomicLong();
  private volatile long lastUsed;

  Generation(Assayer assayer, long number, LongSupplier nanoTime) {
    this.assayer = assayer;
    this.number = number;
    this.nanoTime = nanoTime;
    lastUsed = nanoTime.getAsLong();
  }

  Assayer assayer() {
    return assayer;
  }

  /** Counts the configurations applied by this process, from 1. */
  long number() {
    return number;
  }

  /** Begins a use, to be ended by {@link #leave}; false if it is closed. */
  boolean enter() {
    return users.getAndUpdate(now -> now == CLOSED ? CLOSED : now + 1) != CLOSED;
  }

  void leave() {
    lastUsed = nanoTime.getAsLong();
    users.decrementAndGet();
  }

  /** Closes it if that harms nobody; to be called again until it is true. */
  boolean retire() {
    long linger = assayer.config().webhook().budget().plus(MARGIN).toNanos();
    boolean quiet = nanoTime.getAsLong() - lastUsed > linger;
    return quiet && users.compareAndSet(0, CLOSED) && close();
  }

  /** Closes it whoever uses it: the process ends. */
  boolean close() {
    assayer.close();
    return true;
  }
}
