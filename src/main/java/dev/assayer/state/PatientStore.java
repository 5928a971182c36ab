package dev.assayer.state;

import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A store that nobody waits for longer than promised, whatever it does, and that is not asked at
 * all while it is known to be down: one failure closes it for requests, and only {@link #probe}, in
 * the background, opens it again. Reading and writing fail by themselves, since a full store can
 * still be read.
 */
final class PatientStore implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(PatientStore.class.getName());
  private static final String PROBE = "probe";

  /** Calls under way, those that nobody waits for any more included. */
  private static final int MAX_CALLS = 128;

  /** For the answer of a store that keeps its word to the last moment to be handed over. */
  private static final Duration HANDOVER = Duration.ofMillis(10);

  private final SharedStore store;
  private final StateObserver observer;
  private final Semaphore calls = new Semaphore(MAX_CALLS);
  private volatile Optional<String> unreadable = Optional.empty();
  private volatile Optional<String> unwritable = Optional.empty();
  private final AtomicBoolean well = new AtomicBoolean(true);
  private volatile long askedNanos = System.nanoTime();

  PatientStore(SharedStore store, StateObserver observer) {
    this.store = store;
    this.observer = observer;
  }

  boolean writable() {
    return unwritable.isEmpty();
  }

  /** What is wrong, if anything is. */
  Optional<String> trouble() {
    return unreadable.or(() -> unwritable);
  }

  /** How long nobody has asked. */
  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - askedNanos);
  }

  /** Reads, unless reading is known to fail. */
  Answer read(String name, Duration patience) {
    Optional<String> why = unreadable;
    return why.isPresent() ? new Answer.Unavailable(why.get()) : ask(name, patience);
  }

  /** Swaps, unless writing is known to fail. */
  Change swap(
      String name, Optional<String> expected, String value, Instant until, Duration patience) {
    return change(patience, () -> store.swap(name, expected, value, until, patience));
  }

  /** Removes, unless writing is known to fail. */
  Change remove(String name, Duration patience) {
    return change(patience, () -> store.remove(name, patience));
  }

  private Change change(Duration patience, Supplier<Change> call) {
    Optional<String> why = unwritable;
    return why.isPresent() ? new Change.Unavailable(why.get()) : make(patience, call);
  }

  /** Looks whether it can be read, and, where that failed before, written. */
  void probe(Duration patience) {
    Answer now = ask(PROBE, patience);
    if (!writable() && !(now instanceof Answer.Unavailable)) {
      Optional<String> before =
          now instanceof Answer.Found(String value) ? Optional.of(value) : Optional.empty();
      String next = before.equals(Optional.of("1")) ? "2" : "1";
      var _ = insist(PROBE, before, next, Instant.MAX, patience);
    }
  }

  /** Reads, whatever failed before. */
  Answer ask(String name, Duration patience) {
    return bounded(
        () -> store.read(name, patience),
        patience,
        Answer.Unavailable::new,
        answer -> {
          unreadable =
              answer instanceof Answer.Unavailable(String why)
                  ? Optional.of(why)
                  : Optional.empty();
          tell();
        });
  }

  /** Swaps, whatever failed before. */
  Change insist(
      String name, Optional<String> expected, String value, Instant until, Duration patience) {
    return make(patience, () -> store.swap(name, expected, value, until, patience));
  }

  private Change make(Duration patience, Supplier<Change> call) {
    return bounded(
        call,
        patience,
        Change.Unavailable::new,
        change -> {
          unwritable =
              change instanceof Change.Unavailable(String why)
                  ? Optional.of(why)
                  : Optional.empty();
          tell();
        });
  }

  private <T> T bounded(
      Supplier<T> call, Duration patience, Function<String, T> unavailable, Consumer<T> judged) {
    if (!calls.tryAcquire()) {
      return unavailable.apply("too many calls are under way");
    }
    askedNanos = System.nanoTime();
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("shared state")
            .start(() -> {
              try {
                result.complete(call.get());
              } catch (RuntimeException | Error failure) {
                result.completeExceptionally(failure);
              } finally {
                calls.release();
              }
            });
    T answer;
    try {
      answer = result.get(patience.plus(HANDOVER).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      asking.interrupt();
      answer = unavailable.apply("no answer within " + patience.toMillis() + " ms");
    } catch (ExecutionException failure) {
      answer = unavailable.apply("it failed with " + result.exceptionNow().getClass().getName());
    } catch (InterruptedException hurried) {
      // Says nothing about the store.
      Thread.currentThread().interrupt();
      return unavailable.apply("nobody waits for it any more");
    }
    judged.accept(answer);
    return answer;
  }

  private void tell() {
    Optional<String> now = trouble();
    observer.reachable(now.isEmpty());
    boolean was = well.getAndSet(now.isEmpty());
    if (was && now.isPresent()) {
      LOGGER.log(
          Level.WARNING,
          "shared state is down: {0}; this replica remembers by itself until it is back",
          now.get());
    } else if (!was && now.isEmpty()) {
      LOGGER.log(Level.INFO, "shared state is back");
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
