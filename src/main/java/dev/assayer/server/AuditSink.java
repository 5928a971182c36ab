package dev.assayer.server;

import dev.assayer.admission.Recorder;
import dev.assayer.audit.AppendResult;
import dev.assayer.audit.AuditLog;
import dev.assayer.audit.Checkpoint;
import dev.assayer.audit.DecisionLog;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.audit.Hash;
import dev.assayer.audit.InclusionProof;
import dev.assayer.audit.LogName;
import dev.assayer.audit.LogObserver;
import dev.assayer.audit.LogSettings;
import dev.assayer.audit.LogUnusable;
import dev.assayer.audit.RetentionRule;
import dev.assayer.audit.Tombstone;
import dev.assayer.cluster.CheckpointBoard;
import dev.assayer.config.AuditConfig;
import dev.assayer.config.Config;
import dev.assayer.config.Finding;
import dev.assayer.config.HmacKey;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.StageLog;
import dev.assayer.page.AuditProof;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.AuditMetrics;
import dev.assayer.telemetry.OtlpRecords;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Where the records of decisions go: the audit log, if there is one, standard output, and a
 * collector, if one is configured.
 */
final class AuditSink implements Recorder, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(AuditSink.class.getName());

  /** What a busy disk may take; a review that waited for an upstream is recorded all the same. */
  private static final Duration FOR_THE_RECORD = Duration.ofMillis(250);

  private final AuditMetrics metrics;
  private final InstantSource clock;
  private final LongSupplier linesDropped;
  private final Optional<OtlpRecords> collector;
  private volatile Optional<DecisionLog> log = Optional.empty();
  private volatile Optional<CheckpointPlaces> places = Optional.empty();
  private volatile Duration pause = Duration.ofMinutes(1);
  private volatile String without = "not open yet";
  private volatile String gone = "";
  private volatile boolean sound = true;
  private volatile Optional<String> contradicted = Optional.empty();
  private long linesSeen;

  /**
   * A sink without a log, until {@link #open}.
   *
   * @param linesDropped lines of standard output that were lost since the start
   * @param collector is sent the records too, if there is one
   */
  AuditSink(
      AuditMetrics metrics,
      InstantSource clock,
      LongSupplier linesDropped,
      Optional<OtlpRecords> collector) {
    this.metrics = metrics;
    this.clock = clock;
    this.linesDropped = linesDropped;
    this.collector = collector;
  }

  /**
   * Opens the log that the configuration names.
   *
   * @param sequence is moved behind the last decision that is in the log
   * @param board where the cluster around keeps checkpoints, if there is one
   * @throws StartRefused if it cannot be opened and is required, or names of users cannot be hashed
   */
  void open(Config config, String replica, AtomicLong sequence, Optional<CheckpointBoard> board) {
    AuditConfig audit = config.audit();
    Optional<Finding> noKey = HmacKey.problem(config);
    if (audit.users() == AuditConfig.Users.HASH && noKey.isPresent()) {
      throw new StartRefused(List.of(noKey.get().text()));
    }
    if (audit.directory().isEmpty()) {
      without = "standard output only: audit.directory is not set";
      LOGGER.log(
          Level.WARNING,
          "audit.directory is not set: decisions are recorded on standard output only, where nothing"
              + " proves later that none was changed or removed");
      return;
    }
    Path directory = audit.directory().get();
    CheckpointPlaces outside = new CheckpointPlaces(audit.publish(), board);
    try {
      List<String> published = outside.published();
      String base = Checkpoint.origin(config.cluster(), replica);
      LogName name = LogName.of(directory, base, published);
      DecisionLog opened =
          DecisionLog.open(
              new LogSettings(directory, name.origin(), audit.keyFile(), audit.fsync()),
              new RetentionRule(audit.retention().age(), audit.retention().size()),
              published,
              new Told(),
              clock);
      name.lost().ifPresent(lost -> lost(lost, name.origin()));
      try {
        long last = opened.lastSequence();
        sequence.updateAndGet(now -> Math.max(now, last));
      } catch (IOException | RuntimeException unreadable) {
        opened.close();
        throw unreadable;
      }
      log = Optional.of(opened);
      places = Optional.of(outside);
      outside.all().forEach(place -> metrics.publishes(place.code(), clock.instant()));
      pause = audit.publish().interval();
    } catch (LogUnusable | IOException unusable) {
      outside.close();
      String why = String.valueOf(unusable.getMessage());
      if (audit.required()) {
        throw new StartRefused(List.of(why));
      }
      without = why;
      sound = false;
      LOGGER.log(Level.ERROR, "{0}; audit.required is false: serving without it", why);
    }
  }

  private void lost(String lost, String now) {
    metrics.lost();
    gone = "; the earlier log " + lost + " is gone; this one is " + now;
    LOGGER.log(
        Level.ERROR,
        "the audit log {0} was published before and is not here any more: its volume was replaced, or"
            + " it was removed. Its checkpoints and standard output are what is left of it; the log"
            + " goes on as {1}",
        lost,
        now);
  }

  /** Brings checkpoints to where they are kept outside. Run by one thread. */
  void publish() {
    if (log.isPresent() && places.isPresent()) {
      log.get().publish(places.get().all(), pause, false);
    }
  }

  @Override
  public Duration reserve() {
    return log.isPresent() ? FOR_THE_RECORD : Duration.ZERO;
  }

  @Override
  public Result keep(Decision decision, boolean binding, StageLog stages, Deadline deadline) {
    Optional<DecisionLog> open = log;
    if (open.isEmpty()) {
      if (!sound) {
        metrics.records("file", "failed", 1);
        return new Result.Lost(without); // a reload may have made records required
      }
      return new Result.NowhereToKeep();
    }
    try (StageLog.Span span = stages.begin("audit.append")) {
      String record = open.get().record(decision, deadline);
      return switch (open.get().append(decision, record, binding, deadline)) {
        case AppendResult.Written(long index, var leaf, Duration queued, Duration wrote) -> {
          span.note(
              "entry "
                  + index
                  + ", queue "
                  + queued.toMillis()
                  + " ms, disk "
                  + wrote.toMillis()
                  + " ms");
          yield new Result.Kept(new Logged(index, leaf.hex(), record));
        }
        case AppendResult.Failed(String why, var _) -> {
          span.note(why);
          yield new Result.Lost(why);
        }
      };
    }
  }

  /** A decision went to standard output; the collector gets it here. */
  void accept(Decision decision) {
    metrics.records("stdout", "written", 1);
    collector.ifPresent(to -> to.send(decision, () -> DecisionRecord.line(decision)));
  }

  /** What shows to the operator that this decision is in the log. Reads the disk. */
  AuditProof proof(Decision decision) {
    Optional<DecisionLog> open = log;
    if (open.isEmpty()) {
      return new AuditProof.None(
          "off",
          "There is no audit log ("
              + without
              + "), so nothing proves later that this record was not changed.");
    }
    if (decision.logged().isEmpty()) {
      return new AuditProof.None("missing", "This decision has no entry in the audit log.");
    }
    Logged logged = decision.logged().get();
    if (logged.index() >= open.get().log().signed()) {
      return new AuditProof.None(
          "pending",
          "It is entry " + logged.index() + "; the next checkpoint, in a moment, will cover it.");
    }
    return switch (open.get().prove(logged.index())) {
      case InclusionProof.Result.Unproven(String why) ->
          new AuditProof.None("failed", "Entry " + logged.index() + " is not proven: " + why + ".");
      case InclusionProof.Result.Proven(InclusionProof proof) ->
          new AuditProof.Inclusion(
              Optional.of(logged.record()).filter(DecisionLog::isWhole),
              proof.index(),
              proof.leaf().hex(),
              proof.path().stream().map(Hash::hex).toList(),
              proof.head().size(),
              proof.head().root().hex(),
              proof.head().origin());
    };
  }

  /** Carries how the log stands into metrics. Run by one thread. */
  void tick() {
    long lines = linesDropped.getAsLong();
    metrics.records("stdout", "dropped", lines - linesSeen);
    linesSeen = lines;
    log.map(DecisionLog::evidence)
        .ifPresent(evidence -> metrics.evidence(evidence.bytes(), evidence.most()));
    log.map(DecisionLog::log)
        .ifPresent(open ->
            metrics.log(
                open.waiting(),
                AuditLog.capacity(),
                open.size(),
                open.disk().free().map(OptionalLong::of).orElse(OptionalLong.empty()),
                open.disk().bound().map(OptionalLong::of).orElse(OptionalLong.empty())));
  }

  /** The term {@code audit_sink}: reported, never gating. */
  Status readiness() {
    if (contradicted.isPresent()) {
      return Status.reported(false, contradicted.get());
    }
    return log.map(open -> open.log().health())
        .map(health -> Status.reported(health.holds(), health.detail() + gone))
        .orElseGet(() -> Status.reported(sound, without));
  }

  @Override
  public void close() {
    log.ifPresent(DecisionLog::close);
    places.ifPresent(outside -> {
      log.ifPresent(closed -> closed.publish(outside.quick(), pause, true));
      outside.close();
    });
  }

  /** Tells metrics. */
  private final class Told implements LogObserver {
    @Override
    public void written(int entries, Duration took) {
      metrics.records("file", "written", entries);
      metrics.wrote("file", took);
    }

    @Override
    public void failed(int entries) {
      metrics.records("file", "failed", entries);
    }

    @Override
    public void dropped() {
      metrics.records("file", "dropped", 1);
    }

    @Override
    public void published(long size) {
      metrics.checkpoint(clock.instant());
    }

    @Override
    public void published(String place, Publication result) {
      if (result == Publication.CONTRADICTED) {
        contradicted = Optional.of("what is published (" + place + ") is not of this log's past");
      }
      metrics.published(place, result.code(), clock.instant());
    }

    @Override
    public void retained(long first, long removed, Tombstone.Reason reason) {
      metrics.removed(reason.code(), removed);
    }

    @Override
    public void evidence(Keeping result) {
      metrics.evidence(result.code());
    }

    @Override
    public void tampered() {
      metrics.tampered();
    }
  }
}
