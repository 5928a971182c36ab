package dev.assayer.state;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store in this process that can be made to misbehave. */
final class FakeStore implements SharedStore {
  /** How it behaves. */
  enum Mood {
    WELL,
    REFUSES,
    /** Keeps no word: never answers, and cannot be interrupted. */
    HANGS,
    THROWS,
    /** Can be read, but takes nothing. */
    FULL,
    /** The same, and says that this is all that is wrong. */
    NO_ROOM
  }

  final ConcurrentHashMap<String, String> values = new ConcurrentHashMap<>();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();
  volatile Mood mood = Mood.WELL;

  /** Is run before the next swap, once. */
  volatile Consumer<FakeStore> meanwhile = _ -> {};

  @Override
  public Answer read(String name, Duration patience) {
    reads.incrementAndGet();
    Optional<String> trouble = trouble();
    if (trouble.isPresent()) {
      return new Answer.Unavailable(trouble.get());
    }
    String value = values.get(name);
    return value == null ? new Answer.Missing() : new Answer.Found(value);
  }

  @Override
  public Change swap(
      String name, Optional<String> expected, String value, Instant until, Duration patience) {
    Consumer<FakeStore> first = meanwhile;
    meanwhile = _ -> {};
    first.accept(this);
    Optional<String> trouble = trouble();
    if (mood == Mood.NO_ROOM) {
      return new Change.Refused("no room");
    }
    if (trouble.isPresent() || mood == Mood.FULL) {
      return new Change.Unavailable(trouble.orElse("full"));
    }
    boolean done =
        expected.isEmpty()
            ? values.putIfAbsent(name, value) == null
            : values.replace(name, expected.get(), value);
    if (done) {
      writes.incrementAndGet();
    }
    return done ? new Change.Done() : new Change.Overtaken();
  }

  @Override
  public Change remove(String name, Duration patience) {
    Optional<String> trouble = trouble();
    if (trouble.isPresent()) {
      return new Change.Unavailable(trouble.get());
    }
    values.remove(name);
    return new Change.Done();
  }

  @Override
  public List<String> names(String prefix, Duration patience) {
    return values.keySet().stream().filter(name -> name.startsWith(prefix)).sorted().toList();
  }

  private Optional<String> trouble() {
    return switch (mood) {
      case WELL, FULL, NO_ROOM -> Optional.empty();
      case REFUSES -> Optional.of("refused");
      case THROWS -> throw new IllegalStateException("a bug in the store");
      case HANGS -> {
        while (mood == Mood.HANGS) {
          try {
            Thread.sleep(20);
          } catch (InterruptedException stubborn) {
            // goes on
          }
        }
        yield Optional.of("hung");
      }
    };
  }

  @Override
  public void close() {
    mood = Mood.REFUSES;
  }
}
