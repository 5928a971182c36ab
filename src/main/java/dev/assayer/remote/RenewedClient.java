package dev.assayer.remote;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * An HTTP client that another one replaces after so many failed exchanges. The JDK's client (25)
 * keeps the connection of an answer that is not HTTP open for as long as it lives itself, so that a
 * server which says nothing else would take one file after the other from this process. Nor does it
 * let a caller ask for a new connection. What is under way when it is replaced ends as it would
 * have. Safe for concurrent use.
 */
final class RenewedClient implements AutoCloseable {
  static final int MOST_FAILURES = 16;

  private final Supplier<HttpClient> maker;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicInteger failures = new AtomicInteger();
  private HttpClient client;
  private long madeNanos;
  private boolean closed;

  /** Works with what this makes, always the same. */
  RenewedClient(Supplier<HttpClient> maker) {
    this.maker = maker;
    client = maker.get();
    madeNanos = System.nanoTime();
  }

  /** Sends at once; a client that is being replaced would refuse to. */
  <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, BodyHandler<T> body) {
    lock.readLock().lock();
    try {
      return client.sendAsync(request, body);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** An exchange ended with an exception. */
  void failed() {
    if (failures.incrementAndGet() % MOST_FAILURES == 0) {
      renew(Duration.ZERO);
    }
  }

  /** Connections kept so far are not used any more; not more often than once in this time. */
  void renew(Duration atMostEvery) {
    lock.writeLock().lock();
    try {
      if (!closed && System.nanoTime() - madeNanos >= atMostEvery.toNanos()) {
        HttpClient next = maker.get();
        client.shutdown();
        client = next;
        madeNanos = System.nanoTime();
      }
    } catch (UncheckedIOException noMoreFiles) {
      // What there is serves on.
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Sends over a connection of its own, which is not kept. */
  <T> CompletableFuture<HttpResponse<T>> sendAnew(HttpRequest request, BodyHandler<T> body) {
    HttpClient once = maker.get();
    try {
      return once.sendAsync(request, body);
    } finally {
      once.shutdown();
    }
  }

  /** Takes nothing more and lets what is under way end. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      client.shutdown();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
