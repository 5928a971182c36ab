package dev.assayer.audit;

import dev.assayer.time.Deadline;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** An entry on its way into the log, and whoever waits for it. */
final class Pending {
  private final byte[] entry;
  private final Hash leaf;
  private final Optional<byte[]> withdrawal;
  private final long since = System.nanoTime();
  private final CompletableFuture<AppendResult> result = new CompletableFuture<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);

  private enum State {
    QUEUED,
    TAKEN,
    DONE,
    /** Nobody waits any more; it was never written. */
    LEFT,
    /** Nobody waits any more, and it is being written. */
    OVERTAKEN
  }

  /**
   * An entry.
   *
   * @param withdrawal an entry for after it, if it is written too late for who waits
   */
  Pending(byte[] entry, Optional<byte[]> withdrawal) {
    this.entry = entry;
    this.withdrawal = withdrawal;
    leaf = Hash.leaf(entry);
  }

  byte[] entry() {
    return entry;
  }

  Hash leaf() {
    return leaf;
  }

  /** {@link System#nanoTime} when it was made. */
  long since() {
    return since;
  }

  /** Whether it should be written, which begins now. */
  boolean take() {
    return state.compareAndSet(State.QUEUED, State.TAKEN);
  }

  /** Tells who waits; the entry to write after it, if it was written and nobody waits any more. */
  Optional<byte[]> complete(AppendResult became) {
    if (state.compareAndSet(State.TAKEN, State.DONE) || state.get() == State.QUEUED) {
      result.complete(became);
      return Optional.empty();
    }
    return became instanceof AppendResult.Written ? withdrawal : Optional.empty();
  }

  /** Whether nobody waits any more and it will not be written. */
  boolean wasNeverTaken() {
    return state.get() == State.LEFT;
  }

  /** Waits for the end; empty if there was none by the deadline. */
  Optional<AppendResult> await(Deadline deadline) {
    try {
      return Optional.of(result.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException late) {
      return left();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return left();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Optional<AppendResult> left() {
    boolean gone =
        state.compareAndSet(State.QUEUED, State.LEFT)
            || state.compareAndSet(State.TAKEN, State.OVERTAKEN);
    return gone ? Optional.empty() : Optional.of(result.join());
  }
}
