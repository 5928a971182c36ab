package dev.assayer.page;

import dev.assayer.decision.Decision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The last decisions of this process, bounded by number and by weight. Taking one costs a request
 * two steps under a lock that no reader holds while it writes JSON. Safe for concurrent use.
 */
public final class RecentDecisions {
  private static final int MOST = 500;
  private static final long MOST_WEIGHT = 8L << 20;

  private final int most;
  private final long mostWeight;
  private final Deque<Kept> ring = new ArrayDeque<>();
  private long last;
  private long weight;

  /** An empty ring of the usual size. */
  public RecentDecisions() {
    this(MOST, MOST_WEIGHT);
  }

  RecentDecisions(int most, long mostWeight) {
    this.most = most;
    this.mostWeight = mostWeight;
  }

  /**
   * A decision in its place.
   *
   * @param number counts the decisions of this process, from 1
   * @param weight about how many bytes it holds
   */
  record Kept(long number, long weight, Decision decision) {}

  /**
   * What there is.
   *
   * @param last number of the newest decision, 0 without one
   * @param decisions oldest first
   */
  record View(long last, List<Kept> decisions) {}

  /** Takes a decision; the oldest make room. The newest stays whatever its weight. */
  public void accept(Decision decision) {
    long heavy = Weight.of(decision);
    synchronized (this) {
      ring.addLast(new Kept(++last, heavy, decision));
      weight += heavy;
      while (ring.size() > most || (weight > mostWeight && ring.size() > 1)) {
        weight -= ring.removeFirst().weight();
      }
    }
  }

  /** The decisions with a higher number. */
  synchronized View after(long number) {
    Deque<Kept> newer = new ArrayDeque<>();
    for (Iterator<Kept> back = ring.descendingIterator(); back.hasNext(); ) {
      Kept kept = back.next();
      if (kept.number() <= number) {
        break;
      }
      newer.addFirst(kept);
    }
    return new View(last, List.copyOf(newer));
  }

  /** The decision with this record id, if it is still here. */
  Optional<Kept> find(String recordId) {
    return after(0).decisions().stream()
        .filter(kept -> kept.decision().recordId().equals(recordId))
        .findFirst();
  }

  /** About how many bytes are held. */
  synchronized long weight() {
    return weight;
  }
}
