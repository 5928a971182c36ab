package dev.assayer.alerting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one receiver was told lately. Of the same image, reason and namespace it is told once in a
 * window; what is held back is counted, each decision once, and the count is never lost: the next
 * alert takes it, or a summary when the window ends. Holds a bounded number of keys; the oldest
 * gives way. Safe for concurrent use, and never blocks for long.
 */
final class Window {
  static final int MOST_KEYS = 8 * 1024;

  private final Map<Alert.Key, Entry> entries = new LinkedHashMap<>();
  private volatile Duration length;

  /** What a receiver was told of a key; all guarded by the window. */
  private static final class Entry {
    private final long begun;

    /** That it was admitted: a denial that was told says nothing of a later admission. */
    private boolean delivered;

    private boolean failed;
    private long heldBack;
    private Optional<Alert> last = Optional.empty();

    private Entry(long begun) {
      this.begun = begun;
    }
  }

  /** An alert that is to be sent, with the number of those held back before it. */
  record Due(Alert alert, long heldBack) {}

  /** What is to be done about a new alert. */
  sealed interface Answer {}

  /**
   * It is to be sent.
   *
   * @param also summaries of keys that gave way to it
   */
  record Send(Due due, List<Due> also) implements Answer {}

  /** It was told lately, and is counted. */
  record HoldBack() implements Answer {}

  Window(Duration length) {
    this.length = length;
  }

  /** Another length, for what is there as well. */
  void length(Duration now) {
    length = now;
  }

  /**
   * A new alert.
   *
   * @param sure true if only the delivered telling of an admission counts as told; else one of a
   *     denial does too, and one that is being sent
   * @param now a value of {@link System#nanoTime}
   */
  synchronized Answer ask(Alert alert, boolean sure, long now) {
    if (length.isZero()) {
      return new Send(new Due(alert, 0), List.of());
    }
    if (alert.keys().stream().allMatch(key -> isTold(key, sure, now))) {
      Alert.Key first = alert.keys().getFirst();
      Entry entry = entries.get(first);
      if (entry != null) {
        entry.heldBack++;
        entry.last = Optional.of(alert.summary(first));
      }
      return new HoldBack();
    }
    long heldBack = 0;
    for (Alert.Key key : alert.keys()) {
      Entry before = entries.remove(key);
      heldBack += before == null ? 0 : before.heldBack;
      entries.put(key, new Entry(now));
    }
    return new Send(new Due(alert, heldBack), trimmed());
  }

  private boolean isTold(Alert.Key key, boolean sure, long now) {
    Entry entry = entries.get(key);
    return entry != null
        && !entry.failed
        && (entry.delivered || !sure)
        && now - entry.begun < length.toNanos();
  }

  private List<Due> trimmed() {
    List<Due> also = new ArrayList<>();
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > MOST_KEYS && oldest.hasNext()) {
      summary(oldest.next()).ifPresent(also::add);
      oldest.remove();
    }
    return also;
  }

  /** An alert arrived. */
  synchronized void delivered(Alert alert) {
    alert
        .keys()
        .forEach(key -> {
          Entry entry = entries.get(key);
          if (entry != null) {
            entry.delivered |= alert.admitted();
          }
        });
  }

  /** An alert never arrived: the next like it is sent. */
  synchronized void failed(Alert alert) {
    alert
        .keys()
        .forEach(key -> {
          Entry entry = entries.get(key);
          if (entry != null) {
            entry.failed = true;
          }
        });
  }

  /** Ends the windows whose time is over, and begins those of the summaries that are due. */
  synchronized List<Due> ended(long now) {
    List<Due> due = new ArrayList<>();
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry entry = oldest.next();
      if (now - entry.begun < length.toNanos()) {
        break;
      }
      summary(entry).ifPresent(due::add);
      oldest.remove();
    }
    due.forEach(one -> entries.put(one.alert().keys().getFirst(), new Entry(now)));
    return due;
  }

  /** All that is held back, at the end of all windows. */
  synchronized List<Due> drained() {
    List<Due> due = new ArrayList<>();
    entries.values().forEach(entry -> summary(entry).ifPresent(due::add));
    entries.clear();
    return due;
  }

  /** How many keys are held. */
  synchronized int size() {
    return entries.size();
  }

  private static Optional<Due> summary(Entry entry) {
    return entry.last.map(alert -> new Due(alert, entry.heldBack));
  }
}
