package dev.assayer.telemetry;

import java.time.Duration;
import java.util.List;

/** The metrics about the records of decisions. */
@SuppressWarnings("ImmutableEnumChecker") // the lists cannot be changed
enum AuditCatalogue implements MetricSpec {
  RECORDS(
      "assayer_audit_records_total",
      Catalogue.Type.COUNTER,
      12,
      "Records of decisions, by where they go: failed could not be written, dropped found no room or"
          + " no time.",
      MetricLabel.closed("sink", "file", "stdout", "otlp", "webhook"),
      MetricLabel.closed("result", "written", "failed", "dropped")),
  QUEUE_DEPTH(
      "assayer_audit_queue_depth", Catalogue.Type.GAUGE, 1, "Records that wait for the disk."),
  QUEUE_CAPACITY(
      "assayer_audit_queue_capacity", Catalogue.Type.GAUGE, 1, "How many records may wait."),
  WRITE_DURATION(
      "assayer_audit_write_duration_seconds",
      Catalogue.Type.HISTOGRAM,
      4 * 14,
      "One write of all records that waited, fsync included.",
      MetricLabel.closed("sink", "file", "stdout", "otlp", "webhook")),
  SEQUENCE(
      "assayer_audit_sequence",
      Catalogue.Type.GAUGE,
      1,
      "Entries of the audit log; absent without one."),
  CHAIN_BROKEN(
      "assayer_audit_chain_verify_failed",
      Catalogue.Type.GAUGE,
      1,
      "1 from when somebody else was found to have changed the audit log, until the process ends."),
  LAST_CHECKPOINT(
      "assayer_audit_last_checkpoint_timestamp_seconds",
      Catalogue.Type.GAUGE,
      1,
      "When the last checkpoint was signed; absent without an audit log."),
  DISK_FREE(
      "assayer_audit_disk_free_bytes",
      Catalogue.Type.GAUGE,
      1,
      "Free space of the disk of the audit log; absent without one."),
  DISK_BOUND(
      "assayer_audit_disk_bound_bytes",
      Catalogue.Type.GAUGE,
      1,
      "Free space below which the oldest entries are removed early; absent without an audit log."),
  REMOVED(
      "assayer_audit_removed_entries_total",
      Catalogue.Type.COUNTER,
      3,
      "Entries that retention has removed, by why: too old, too much, or the disk nearly full.",
      MetricLabel.closed("reason", "age", "size", "space")),
  EVIDENCE(
      "assayer_audit_evidence_total",
      Catalogue.Type.COUNTER,
      5,
      "Files of evidence that decisions rest on, by what became of them: known was there already; full"
          + " found no room, failed could not be written, late was not written in time, and a decision"
          + " that rests on such a file cannot be proven from it.",
      MetricLabel.closed("result", "kept", "known", "full", "failed", "late")),
  EVIDENCE_BYTES(
      "assayer_audit_evidence_bytes",
      Catalogue.Type.GAUGE,
      1,
      "Size of the evidence that is kept; absent without an audit log."),
  EVIDENCE_BOUND(
      "assayer_audit_evidence_bound_bytes",
      Catalogue.Type.GAUGE,
      1,
      "Size of evidence beyond which no more is kept; absent without an audit log."),
  PUBLICATIONS(
      "assayer_audit_publications_total",
      Catalogue.Type.COUNTER,
      9,
      "Checkpoints offered to places outside the log; contradicted: what is there is not of this"
          + " log's past.",
      MetricLabel.closed("place", "configmap", "webhook", "witness"),
      MetricLabel.closed("result", "published", "failed", "contradicted")),
  PUBLISHED(
      "assayer_audit_published_timestamp_seconds",
      Catalogue.Type.GAUGE,
      3,
      "When a checkpoint last reached a place outside the log; the start of the process before; absent"
          + " where none is configured.",
      MetricLabel.closed("place", "configmap", "webhook", "witness")),
  LOST(
      "assayer_audit_log_lost",
      Catalogue.Type.GAUGE,
      1,
      "1 if an earlier log of this replica was published and is not here any more, until the process"
          + " ends.");

  private static final List<Duration> BUCKETS =
      List.of(1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500).stream()
          .map(Duration::ofMillis)
          .toList();

  private final String metric;
  private final Catalogue.Type type;
  private final SeriesBound bound;
  private final String meaning;
  private final List<MetricLabel> labels;

  AuditCatalogue(
      String metric, Catalogue.Type type, int bound, String meaning, MetricLabel... labels) {
    this.metric = metric;
    this.type = type;
    this.bound = SeriesBound.of(bound);
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  @Override
  public String metric() {
    return metric;
  }

  @Override
  public Catalogue.Type type() {
    return type;
  }

  @Override
  public SeriesBound bound() {
    return bound;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public List<Duration> buckets() {
    return type == Catalogue.Type.HISTOGRAM ? BUCKETS : List.of();
  }

  @Override
  public List<MetricLabel> labels() {
    return labels;
  }
}
