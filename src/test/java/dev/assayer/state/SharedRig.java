package dev.assayer.state;

import dev.assayer.state.FakeStore.Mood;
import dev.assayer.testing.LogCapture;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;

/** Replicas on one store in this process, a clock that stands, and what an observer is told. */
final class SharedRig implements AutoCloseable {
  static final byte[] KEY = "0123456789abcdef".repeat(2).getBytes(StandardCharsets.UTF_8);
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  final FakeStore store = new FakeStore();
  final Counts counts = new Counts();
  Instant now = NOW;
  private final List<SharedState> open = new ArrayList<>();

  static final class Counts implements StateObserver {
    final Map<Object, AtomicInteger> seen = new ConcurrentHashMap<>();
    volatile boolean up = true;

    private void count(Object what) {
      seen.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    int of(Object what) {
      return seen.getOrDefault(what, new AtomicInteger()).get();
    }

    @Override
    public void read(Read result) {
      count(result);
    }

    @Override
    public void written(Write result) {
      count(result);
    }

    @Override
    public void reachable(boolean reachable) {
      up = reachable;
    }

    @Override
    public void equivocation() {
      count("equivocation");
    }
  }

  SharedState replica() {
    return replica(store, KEY);
  }

  SharedState replica(SharedStore on, byte[] key) {
    SharedState made = SharedState.open(on, key, () -> now, counts);
    open.add(made);
    return made;
  }

  static String logged(LogCapture log) {
    StringBuilder all = new StringBuilder();
    for (LogRecord entry : log.records()) {
      all.append(MessageFormat.format(entry.getMessage(), entry.getParameters())).append('\n');
    }
    return all.toString();
  }

  /** The store outlives the replicas of one test. */
  @Override
  public void close() {
    store.mood = Mood.REFUSES;
    open.forEach(SharedState::close);
  }
}
