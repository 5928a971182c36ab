package dev.assayer.remote;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When the newest request was sent that a host has answered. An older one without an answer is
 * perhaps lost; where a host is merely slow, those that were sent later wait as well. Safe for
 * concurrent use.
 */
final class NewestAnswered {
  /** Of {@link System#nanoTime}; at first a moment before all requests. */
  private final AtomicLong sentNanos = new AtomicLong(System.nanoTime());

  /** The host answered what was sent at this moment of {@link System#nanoTime}. */
  void answered(long sent) {
    sentNanos.accumulateAndGet(sent, (one, other) -> one - other > 0 ? one : other);
  }

  /** Whether something was answered that was sent after that moment. */
  boolean isAfter(long sent) {
    return sentNanos.get() - sent > 0;
  }
}
