package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a listener tells. */
final class Tally implements Observer {
  static final TraceRef TRACE =
      new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");

  final AtomicInteger received = new AtomicInteger();
  final AtomicInteger decided = new AtomicInteger();
  final AtomicInteger twice = new AtomicInteger();
  final List<Refusal> refused = new CopyOnWriteArrayList<>();
  final List<Refusal> lost = new CopyOnWriteArrayList<>();
  final List<Refusal> ended = new CopyOnWriteArrayList<>();
  final List<String> traceparents = new CopyOnWriteArrayList<>();

  @Override
  public Observation begin(
      String endpoint, Optional<String> traceparent, Optional<String> tracestate) {
    traceparent.ifPresent(traceparents::add);
    return new Counted();
  }

  @Override
  public void connectionEnded(Refusal why) {
    ended.add(why);
  }

  /** Whether each request that was received has one end, and none has two. */
  boolean isConserved() {
    return received.get() == decided.get() + refused.size() && twice.get() == 0;
  }

  @Override
  public String toString() {
    return "received %s decided %s refused %s lost %s ended %s twice %s"
        .formatted(received, decided, refused, lost, ended, twice);
  }

  private final class Counted implements Observation {
    private int receipts;
    private int ends;

    @Override
    public Optional<TraceRef> trace() {
      return Optional.of(TRACE);
    }

    @Override
    public void received() {
      received.incrementAndGet();
      once(++receipts);
    }

    @Override
    public void refused(Refusal why) {
      refused.add(why);
      end(receipts);
    }

    @Override
    public void decided(Decision decision, Duration took) {
      decided.incrementAndGet();
      end(receipts);
    }

    @Override
    public void lost(Refusal why) {
      lost.add(why);
      end(1 - receipts);
    }

    private void end(int expected) {
      once(++ends);
      once(expected);
    }

    private void once(int times) {
      if (times != 1) {
        twice.incrementAndGet();
      }
    }
  }
}
