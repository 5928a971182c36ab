package dev.assayer.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/**
 * Remembers what was verified, so that nothing is fetched or verified twice. Bounded by weight;
 * what is pushed out is fetched and verified again. Safe for concurrent use.
 *
 * @param <K> address of the content, which must determine what it was verified against
 * @param <V> the verified, parsed content
 */
public final class BoundedMemory<K, V> {
  private record Weighed<V>(V value, int weight) {}

  private final Cache<K, Weighed<V>> cache;

  /**
   * An empty memory.
   *
   * @param maxBytes sum of the weights to keep
   */
  public BoundedMemory(long maxBytes) {
    cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<K, Weighed<V>>weigher((key, entry) -> entry.weight())
            .executor(Runnable::run)
            .build();
  }

  /** The content at this address, if it is remembered. */
  public Optional<V> get(K key) {
    return Optional.ofNullable(cache.getIfPresent(key)).map(Weighed::value);
  }

  /**
   * Remembers verified content.
   *
   * @param bytes its weight
   */
  public void put(K key, V value, int bytes) {
    cache.put(key, new Weighed<>(value, bytes));
  }
}
