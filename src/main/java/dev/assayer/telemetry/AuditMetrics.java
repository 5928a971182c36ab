package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What is told of the records of decisions. Nothing here blocks or throws. */
public final class AuditMetrics {
  private final Map<String, Map<String, Counter>> records = new LinkedHashMap<>();
  private final Map<String, Timer> writes;
  private final Level depth;
  private final Level capacity;
  private final Level broken;
  private final Family<Level> sequence;
  private final Family<Level> checkpoint;
  private final Family<Level> free;
  private final Family<Level> bound;
  private final Family<Level> published;
  private final Level lost;
  private final Map<String, Counter> removed;
  private final Map<String, Counter> evidence;
  private final Family<Level> evidenceBytes;
  private final Family<Level> evidenceBound;
  private final Map<String, Map<String, Counter>> publications = new LinkedHashMap<>();

  AuditMetrics(Meters meters) {
    Family<Counter> counters = meters.counters(AuditCatalogue.RECORDS);
    MetricLabel results = AuditCatalogue.RECORDS.labels().getLast();
    for (String sink : AuditCatalogue.RECORDS.labels().getFirst().values()) {
      records.put(sink, ClosedSeries.of(results, result -> counters.of(sink, result)));
    }
    Family<Timer> timers = meters.timers(AuditCatalogue.WRITE_DURATION);
    writes = ClosedSeries.of(AuditCatalogue.WRITE_DURATION.labels().getFirst(), timers::of);
    depth = meters.gauges(AuditCatalogue.QUEUE_DEPTH).of();
    broken = meters.gauges(AuditCatalogue.CHAIN_BROKEN).of();
    capacity = meters.gauges(AuditCatalogue.QUEUE_CAPACITY).of();
    sequence = meters.gauges(AuditCatalogue.SEQUENCE);
    checkpoint = meters.gauges(AuditCatalogue.LAST_CHECKPOINT);
    free = meters.gauges(AuditCatalogue.DISK_FREE);
    bound = meters.gauges(AuditCatalogue.DISK_BOUND);
    published = meters.gauges(AuditCatalogue.PUBLISHED);
    lost = meters.gauges(AuditCatalogue.LOST).of();
    Family<Counter> removals = meters.counters(AuditCatalogue.REMOVED);
    removed = ClosedSeries.of(AuditCatalogue.REMOVED.labels().getFirst(), removals::of);
    Family<Counter> files = meters.counters(AuditCatalogue.EVIDENCE);
    evidence = ClosedSeries.of(AuditCatalogue.EVIDENCE.labels().getFirst(), files::of);
    evidenceBytes = meters.gauges(AuditCatalogue.EVIDENCE_BYTES);
    evidenceBound = meters.gauges(AuditCatalogue.EVIDENCE_BOUND);
    Family<Counter> offers = meters.counters(AuditCatalogue.PUBLICATIONS);
    MetricLabel outcomes = AuditCatalogue.PUBLICATIONS.labels().getLast();
    for (String place : AuditCatalogue.PUBLICATIONS.labels().getFirst().values()) {
      publications.put(place, ClosedSeries.of(outcomes, result -> offers.of(place, result)));
    }
  }

  /**
   * Something became of records.
   *
   * @param sink {@code file}, {@code stdout}, {@code otlp} or {@code webhook}
   * @param result {@code written}, {@code failed} or {@code dropped}
   */
  public void records(String sink, String result, long number) {
    Counter counter = records.getOrDefault(sink, Map.of()).get(result);
    if (counter != null) {
      counter.increment((double) number);
    }
  }

  /** One write to a sink ended. */
  public void wrote(String sink, Duration took) {
    Timer timer = writes.get(sink);
    if (timer != null) {
      timer.record(took);
    }
  }

  /** How the log stands. */
  public void log(
      int waiting, int room, long entries, OptionalLong freeBytes, OptionalLong boundBytes) {
    depth.set(waiting);
    capacity.set(room);
    sequence.of().set((double) entries);
    freeBytes.ifPresent(bytes -> free.of().set((double) bytes));
    boundBytes.ifPresent(bytes -> bound.of().set((double) bytes));
  }

  /** A checkpoint was signed. */
  public void checkpoint(Instant when) {
    checkpoint.of().set((double) when.getEpochSecond());
  }

  /** Checkpoints are to be kept there from now on. */
  public void publishes(String place, Instant since) {
    published.of(place).set((double) since.getEpochSecond());
  }

  /** A checkpoint was offered to a place outside. */
  public void published(String place, String result, Instant when) {
    Counter counter = publications.getOrDefault(place, Map.of()).get(result);
    if (counter != null) {
      counter.increment();
    }
    if (result.equals("published")) {
      published.of(place).set((double) when.getEpochSecond());
    }
  }

  /** Entries were removed by retention. */
  public void removed(String reason, long entries) {
    Counter counter = removed.get(reason);
    if (counter != null) {
      counter.increment((double) entries);
    }
  }

  /** A decision rests on a file of evidence, and this became of it. */
  public void evidence(String result) {
    Counter counter = evidence.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  /** How much evidence is kept, and how much may be. */
  public void evidence(long bytes, long most) {
    evidenceBytes.of().set((double) bytes);
    evidenceBound.of().set((double) most);
  }

  /** An earlier log is gone. */
  public void lost() {
    lost.set(1);
  }

  /** Somebody else changed the log. */
  public void tampered() {
    broken.set(1);
  }
}
