package dev.assayer.remote;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Bearer tokens by scope, at most a thousand, the longest unused dropped first. */
final class TokenCache {
  private static final int MOST = 1000;

  private record Held(String token, long expires) {}

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Held> tokens = new LinkedHashMap<>(16, 0.75f, true);

  TokenCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The token of a scope unless it has expired. */
  Optional<String> get(String scope) {
    lock.lock();
    try {
      Held held = tokens.get(scope);
      if (held == null) {
        return Optional.empty();
      }
      if (nanoTime.getAsLong() - held.expires() >= 0) {
        tokens.remove(scope);
        return Optional.empty();
      }
      return Optional.of(held.token());
    } finally {
      lock.unlock();
    }
  }

  /** Keeps a token for some time. */
  void put(String scope, String token, Duration life) {
    lock.lock();
    try {
      tokens.put(scope, new Held(token, nanoTime.getAsLong() + life.toNanos()));
      if (tokens.size() > MOST) {
        tokens.remove(tokens.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops a token that was refused, unless another has replaced it. */
  void drop(String scope, String token) {
    lock.lock();
    try {
      Held held = tokens.get(scope);
      if (held != null && held.token().equals(token)) {
        tokens.remove(scope);
      }
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return tokens.size();
    } finally {
      lock.unlock();
    }
  }
}
