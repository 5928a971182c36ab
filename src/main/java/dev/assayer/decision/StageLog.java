package dev.assayer.decision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records the stages of one verification while it runs. Safe for concurrent use; a snapshot may be
 * taken at any time, also by a waiter whose deadline ended before the work did.
 */
public final class StageLog {
  private final long origin = System.nanoTime();
  private final ConcurrentLinkedQueue<Span> spans = new ConcurrentLinkedQueue<>();

  /** Begins a stage of own work. */
  public Span begin(String name) {
    return add(new Span(name, Optional.empty()));
  }

  /** Begins a stage that waits for {@code dependency}, a host. */
  public Span begin(String name, String dependency) {
    return add(new Span(name, Optional.of(dependency)));
  }

  /** Time since this log was made. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - origin);
  }

  /**
   * The stages begun so far, in the order in which they began; their starts are offsets from the
   * making of this log, until {@link Stage#later} moves them to the start of a request.
   */
  public List<Stage> snapshot() {
    long now = System.nanoTime();
    List<Stage> stages = new ArrayList<>();
    for (Span span : spans) {
      stages.add(span.toStage(now));
    }
    return List.copyOf(stages);
  }

  private Span add(Span span) {
    spans.add(span);
    return span;
  }

  /** A stage in progress; closing it ends it. */
  public final class Span implements AutoCloseable {
    private static final long OPEN = Long.MIN_VALUE;
    private final String name;
    private final Optional<String> dependency;
    private final long begun = System.nanoTime();
    private volatile long ended = OPEN;
    private volatile Optional<String> note = Optional.empty();

    private Span(String name, Optional<String> dependency) {
      this.name = name;
      this.dependency = dependency;
    }

    /** Adds a short remark; the last one stays. */
    public void note(String remark) {
      note = Optional.of(remark);
    }

    @Override
    public void close() {
      if (ended == OPEN) {
        ended = System.nanoTime();
      }
    }

    private Stage toStage(long now) {
      long end = ended;
      boolean open = end == OPEN;
      return new Stage(
          name,
          dependency,
          Duration.ofNanos(begun - origin),
          Duration.ofNanos((open ? now : end) - begun),
          open,
          note);
    }
  }
}
