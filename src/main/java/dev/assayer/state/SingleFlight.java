package dev.assayer.state;

import java.time.Duration;
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
  /**
   * How old work may be to be joined. Work that hangs, on an upstream that lost its request, would
   * otherwise hold everybody who comes after the upstream is well again.
   */
  private static final Duration JOINABLE = Duration.ofSeconds(1);

  /**
   * Work in progress.
   *
   * @param begunNanos by {@link System#nanoTime}
   */
  public record Flight<C, V>(C context, CompletableFuture<V> result, long begunNanos) {}

  private final ConcurrentHashMap<K, Flight<C, V>> flights = new ConcurrentHashMap<>();

  /**
   * Joins the flight for {@code key}, or starts one if there is none, or only one that began over a
   * second ago.
   */
  @SuppressWarnings("ReferenceEquality") // this very flight, not one like it
  public Flight<C, V> join(K key, Supplier<C> context, Function<C, V> work) {
    Flight<C, V> fresh = new Flight<>(context.get(), new CompletableFuture<>(), System.nanoTime());
    Flight<C, V> taken =
        flights.merge(key, fresh, (running, mine) -> isJoinable(running) ? running : mine);
    if (!taken.equals(fresh)) {
      return taken;
    }
    Thread.ofVirtual().name("flight").start(() -> fly(key, fresh, work));
    return fresh;
  }

  private static boolean isJoinable(Flight<?, ?> running) {
    return System.nanoTime() - running.begunNanos() <= JOINABLE.toNanos();
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
