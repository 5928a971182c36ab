package dev.assayer.state;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lets callers that ask the same thing at the same time share one piece of work. The work runs on a
 * virtual thread of its own and outlives a caller whose deadline ends.
 *
 * @param <K> what is asked
 * @param <C> context that waiters may look at while the work runs, such as its stage log
 * @param <V> the answer
 */
public final class SingleFlight<K, C, V> {
  /** Work in progress. */
  public record Flight<C, V>(C context, CompletableFuture<V> result) {}

  private final ConcurrentHashMap<K, Flight<C, V>> flights = new ConcurrentHashMap<>();

  /** Joins the flight for {@code key}, or starts it. A later call starts a new one. */
  public Flight<C, V> join(K key, Supplier<C> context, Function<C, V> work) {
    Flight<C, V> fresh = new Flight<>(context.get(), new CompletableFuture<>());
    Flight<C, V> running = flights.putIfAbsent(key, fresh);
    if (running != null) {
      return running;
    }
    Thread.ofVirtual().name("flight").start(() -> fly(key, fresh, work));
    return fresh;
  }

  private void fly(K key, Flight<C, V> flight, Function<C, V> work) {
    try {
      V value = work.apply(flight.context());
      flights.remove(key, flight);
      flight.result().complete(value);
    } catch (Throwable failure) {
      flights.remove(key, flight);
      flight.result().completeExceptionally(failure);
    }
  }
}
