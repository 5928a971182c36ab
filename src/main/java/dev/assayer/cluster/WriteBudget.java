package dev.assayer.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Holds writes back, for etcd's sake: each change of a ConfigMap writes all of it, and etcd keeps
 * old versions until they are compacted, by default for five minutes, within a quota of 2 GiB. Ten
 * replicas that write all that {@link ShardKind} lets them come to 1.2 GiB. Safe for concurrent
 * use.
 */
final class WriteBudget {
  private final long burst;
  private final long perSecond;
  private final LongSupplier nanoTime;
  private double left;
  private long at;

  /**
   * Full at first.
   *
   * @param burst bytes that may be written at once
   * @param perSecond bytes that may be written in the long run
   */
  WriteBudget(long burst, long perSecond, LongSupplier nanoTime) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    left = burst;
    at = nanoTime.getAsLong();
  }

  /** Zero if something may be written now, else how long that takes. */
  synchronized Duration delay() {
    long now = nanoTime.getAsLong();
    left = Math.min((double) burst, left + (now - at) / 1e9 * perSecond);
    at = now;
    return left > 0
        ? Duration.ZERO
        : Duration.ofMillis((long) Math.ceil(-left * 1000 / perSecond) + 1);
  }

  /** So much was written; more than there is left delays what comes after. */
  synchronized void spend(long bytes) {
    left -= bytes;
  }
}
