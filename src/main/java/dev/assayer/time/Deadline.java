package dev.assayer.time;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The moment by which an answer must exist, on the monotonic clock, so that a jump of the wall
 * clock neither shortens nor prolongs it. Immutable; one is made per admission request and handed
 * to every call below it.
 */
public final class Deadline {
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final long budgetNanos;

  private Deadline(LongSupplier nanoTime, long startNanos, long budgetNanos) {
    this.nanoTime = nanoTime;
    this.startNanos = startNanos;
    this.budgetNanos = budgetNanos;
  }

  /** A deadline {@code budget} from now; a negative budget has expired already. */
  public static Deadline after(Duration budget) {
    return after(budget, System::nanoTime);
  }

  /** The same on a given source of nanoseconds, for tests. */
  public static Deadline after(Duration budget, LongSupplier nanoTime) {
    return new Deadline(nanoTime, nanoTime.getAsLong(), Math.max(0, budget.toNanos()));
  }

  /**
   * A deadline {@code budget} after a moment that is past already, such as the first byte of a
   * request.
   *
   * @param startNanos a value of {@link System#nanoTime}
   */
  public static Deadline since(long startNanos, Duration budget) {
    return new Deadline(System::nanoTime, startNanos, Math.max(0, budget.toNanos()));
  }

  /** The time that was given at the start. */
  public Duration budget() {
    return Duration.ofNanos(budgetNanos);
  }

  /** Time used since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
  }

  /** Time left, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, budgetNanos - (nanoTime.getAsLong() - startNanos)));
  }

  /** True when no time is left. */
  public boolean expired() {
    return nanoTime.getAsLong() - startNanos >= budgetNanos;
  }

  /** The same start with this much less time; with none, if it is more than there was. */
  public Deadline less(Duration reserved) {
    return new Deadline(nanoTime, startNanos, Math.max(0, budgetNanos - reserved.toNanos()));
  }

  /** This deadline, or one {@code atMost} from now if that comes earlier. */
  public Deadline within(Duration atMost) {
    Duration left = remaining();
    return left.compareTo(atMost) <= 0 ? this : after(atMost, nanoTime);
  }
}
