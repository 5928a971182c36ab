package dev.assayer.server;

import dev.assayer.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that post reviews one after another over kept connections, until it is closed. */
final class Load implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  /** A review, when it began by {@link System#nanoTime}, and its answer. */
  record Answered(String image, long begun, Caller.Told told) {
    boolean begunWithin(long from, long to) {
      return begun - from >= 0 && begun - to <= 0;
    }
  }

  /** Makes connections. */
  interface Connecting {
    Caller connect() throws IOException;
  }

  /** So many clients, each of which asks {@code target} about these images in turn. */
  static Load on(Connecting connecting, int clients, String target, String... images) {
    Load load = new Load();
    for (int i = 0; i < clients; i++) {
      load.clients.add(
          Thread.ofVirtual().start(() -> load.run(connecting, Integer.MAX_VALUE, target, images)));
    }
    return load;
  }

  /** Adds one more client, with a new connection for every review. */
  Load andOneThatConnectsAnew(Connecting connecting, String target, String... images) {
    clients.add(
        Thread.ofVirtual()
            .start(() -> {
              while (!ending && failures.isEmpty()) {
                run(connecting, 1, target, images);
              }
            }));
    return this;
  }

  private void run(Connecting connecting, int times, String target, String... images) {
    try (Caller caller = connecting.connect()) {
      for (int i = 0; i < times && !ending; i++) {
        String image = images[next.getAndIncrement() % images.length];
        long begun = System.nanoTime();
        underWay.add(begun);
        answered.add(new Answered(image, begun, caller.ask(target, "", image)));
        underWay.remove(begun);
        Thread.sleep(PAUSE);
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError failure) {
      failures.add(failure);
    }
  }

  List<Answered> answered() {
    return List.copyOf(answered);
  }

  /** Waits until all reviews that begin before now are answered. */
  void settle() {
    long now = System.nanoTime();
    Await.until("answers", () -> underWay.stream().noneMatch(begun -> begun - now < 0));
  }

  /** Why clients gave up: connections that ended, answers that were none. */
  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** Ends it after the reviews that are under way. */
  void end() {
    ending = true;
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        throw new AssertionError(hurried);
      }
    }
  }

  @Override
  public void close() {
    end();
  }
}
