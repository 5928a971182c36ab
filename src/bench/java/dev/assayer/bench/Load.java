package dev.assayer.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** Clients with a kept connection each, or several, that call a server as fast as it answers. */
final class Load implements AutoCloseable {
  private final List<List<KeepAlive>> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** What one client does for the {@code number}th call; throws unless the answer is right. */
  @FunctionalInterface
  interface Task {
    void run(List<KeepAlive> connections, int number) throws Exception;
  }

  private Load() {}

  /**
   * Opens the connections.
   *
   * @param concurrency how many clients
   * @param connections of each client
   */
  static Load open(URI server, SSLContext tls, int concurrency, int connections)
      throws IOException {
    Load load = new Load();
    for (int i = 0; i < concurrency; i++) {
      List<KeepAlive> own = new ArrayList<>();
      for (int j = 0; j < connections; j++) {
        own.add(KeepAlive.open(server, tls));
      }
      load.clients.add(own);
    }
    return load;
  }

  /** Runs the calls {@code from} to {@code to}, each once; any failure ends the measurement. */
  Timings run(int from, int to, Task task) throws InterruptedException, ExecutionException {
    AtomicInteger next = new AtomicInteger(from);
    long[] nanos = new long[to - from];
    List<Future<?>> running = new ArrayList<>();
    long begun = System.nanoTime();
    for (List<KeepAlive> connections : clients) {
      running.add(
          threads.submit(() -> {
            for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
              long start = System.nanoTime();
              task.run(connections, n);
              nanos[n - from] = System.nanoTime() - start;
            }
            return true;
          }));
    }
    for (Future<?> one : running) {
      one.get();
    }
    return new Timings(nanos, System.nanoTime() - begun);
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    for (List<KeepAlive> client : clients) {
      for (KeepAlive connection : client) {
        connection.close();
      }
    }
  }
}
