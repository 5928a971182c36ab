package dev.assayer.remote;

/**
 * How much may be held of answers that are under way from one upstream: each has a cap of its own,
 * and many at a time would fill the heap. The first part of each answer is free, so that small ones
 * come whatever large ones do. Safe for concurrent use.
 */
final class ByteBudget {
  /** Above what any metadata takes that is not huge; times the calls under way it is 16 MiB. */
  static final long FREE = 256 << 10;

  /**
   * Room for two of the largest files that are taken, which one verification may ask for at once.
   */
  private static final long LEAST = 64 << 20;

  private final long most;
  private long held;

  ByteBudget(long most) {
    this.most = most;
  }

  /** An eighth of the heap, and never less than two of the largest files. */
  static ByteBudget ofHeap() {
    return new ByteBudget(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 8));
  }

  private synchronized boolean take(long bytes) {
    if (bytes > most - held) {
      return false;
    }
    held += bytes;
    return true;
  }

  private synchronized void give(long bytes) {
    held -= bytes;
  }

  /** Bytes that are held now. */
  synchronized long held() {
    return held;
  }

  /** What one answer holds. */
  final class Share {
    private long own;
    private boolean ended;

    /** Whether it may be of so many bytes. */
    synchronized boolean isFor(long length) {
      long more = Math.max(0, length - FREE) - own;
      if (ended || more > 0 && !take(more)) {
        return false;
      }
      own += Math.max(0, more);
      return true;
    }

    /** It is there as a whole, or will never be. */
    synchronized void end() {
      ended = true;
      give(own);
      own = 0;
    }
  }
}
