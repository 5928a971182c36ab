package dev.assayer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Works on several things at once and hands on the results in the order of the things. */
final class InOrder {
  private static final int AT_ONCE = 8;

  private InOrder() {}

  static <T, R> void run(List<T> things, Function<T, R> work, Consumer<R> result) {
    Semaphore places = new Semaphore(AT_ONCE);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<R>> results = new ArrayList<>();
      for (T thing : things) {
        results.add(threads.submit(() -> placed(places, () -> work.apply(thing))));
      }
      for (Future<R> next : results) {
        result.accept(next.get());
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <R> R placed(Semaphore places, Supplier<R> work) throws InterruptedException {
    places.acquire();
    try {
      return work.get();
    } finally {
      places.release();
    }
  }
}
