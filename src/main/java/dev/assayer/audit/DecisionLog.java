package dev.assayer.audit;

import dev.assayer.decision.Decision;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.StrictJson;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decisions in the log of this replica. */
public final class DecisionLog implements AutoCloseable {
  /** Bytes of evidence that are kept at most; never more than of entries. */
  private static final long MOST_EVIDENCE = 1L << 30;

  private static final int PROOF_TRIES = 3;

  private final AuditLog log;
  private final Path directory;
  private final LogObserver observer;
  private final Storage storage;
  private final EvidenceStore evidence;
  private final Publication publication;
  private final EvidenceSweep sweep;
  private Optional<Retention> retention = Optional.empty();

  private DecisionLog(
      AuditLog log, Path directory, LogObserver observer, Storage storage, EvidenceStore evidence) {
    this.log = log;
    this.directory = directory;
    this.observer = observer;
    this.storage = storage;
    this.evidence = evidence;
    publication = new Publication(directory, log.key(), storage, observer);
    sweep = new EvidenceSweep(log, new LogReader(directory), evidence, EvidenceSweep.IDLE);
  }

  /**
   * Opens the log.
   *
   * @throws LogUnusable if it cannot be written or continued
   */
  public static DecisionLog open(LogSettings settings, LogObserver observer) throws LogUnusable {
    return open(settings, observer, new DiskStorage());
  }

  /**
   * Opens the log and keeps no more of it than the rule says.
   *
   * @param kept its checkpoints as they were found elsewhere; those of other logs say nothing
   * @throws LogUnusable if it cannot be written or continued
   */
  public static DecisionLog open(
      LogSettings settings,
      RetentionRule rule,
      List<String> kept,
      LogObserver observer,
      InstantSource clock)
      throws LogUnusable {
    Storage storage = new DiskStorage();
    DecisionLog opened =
        over(
            AuditLog.open(settings, kept, observer, storage),
            settings,
            observer,
            storage,
            Math.min(MOST_EVIDENCE, rule.size()));
    Retention.Disk disk = Retention.of(settings.directory());
    Retention retention = new Retention(opened.log, settings, storage, observer, rule, disk, clock);
    retention.start();
    opened.retention = Optional.of(retention);
    opened.sweep.start();
    return opened;
  }

  static DecisionLog open(LogSettings settings, LogObserver observer, Storage storage)
      throws LogUnusable {
    AuditLog log = AuditLog.open(settings, observer, storage);
    return over(log, settings, observer, storage, MOST_EVIDENCE);
  }

  private static DecisionLog over(
      AuditLog log, LogSettings settings, LogObserver observer, Storage storage, long evidenceSize)
      throws LogUnusable {
    try {
      EvidenceStore evidence =
          EvidenceStore.open(settings.directory(), storage, evidenceSize, observer);
      return new DecisionLog(log, settings.directory(), observer, storage, evidence);
    } catch (IOException unreadable) {
      log.close();
      throw new LogUnusable("the evidence of the audit log: " + Words.of(unreadable));
    }
  }

  /**
   * Keeps the evidence of a decision, as far as that is possible.
   *
   * @return the record to append, which says what is kept
   */
  public String record(Decision decision, Deadline deadline) {
    Set<String> kept = evidence.keep(decision, deadline);
    return DecisionRecord.line(decision, kept::contains);
  }

  /**
   * Appends a decision, and waits until it is durable or the deadline is there.
   *
   * @param record the decision's record, one line
   * @param binding whether the decision becomes another one should this fail; its record is then
   *     taken back if it is written all the same
   */
  public AppendResult append(Decision decision, String record, boolean binding, Deadline deadline) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    byte[] entry = bytes;
    Optional<Blobs.Reference> file = Optional.empty();
    if (bytes.length > Tile.MAX_ENTRY) {
      try {
        Blobs.Reference kept = Blobs.keep(directory, bytes, storage);
        file = Optional.of(kept);
        entry = DecisionRecord.reference(decision, kept);
      } catch (IOException failed) {
        observer.failed(1);
        return new AppendResult.Failed(Words.of(failed));
      }
    }
    if (entry.length > Tile.MAX_ENTRY) {
      file.ifPresent(this::remove);
      observer.failed(1);
      return new AppendResult.Failed("even the head of the record is too long");
    }
    Optional<byte[]> withdrawal =
        binding ? Optional.of(DecisionRecord.withdrawal(decision)) : Optional.empty();
    AppendResult result = log.append(entry, withdrawal, deadline);
    if (result instanceof AppendResult.Failed(var _, boolean never) && never) {
      file.ifPresent(this::remove); // no entry names it, and retention would count it for ever
    }
    return result;
  }

  private void remove(Blobs.Reference file) {
    try {
      storage.delete(directory.resolve(file.file()));
    } catch (IOException left) {
      // It takes room and harms nothing.
    }
  }

  /**
   * Offers the checkpoint that stands now to places outside the log. Called by one thread.
   *
   * @param pause between two checkpoints for the same place
   * @param now whether also where the pause is not over
   */
  public void publish(List<CheckpointPlace> places, Duration pause, boolean now) {
    publication.offer(places, pause, now);
  }

  /** Whether a record is its entry; of a longer one the entry has the head and a hash. */
  public static boolean isWhole(String record) {
    return record.getBytes(StandardCharsets.UTF_8).length <= Tile.MAX_ENTRY;
  }

  /**
   * That an entry is under the last checkpoint, made of what is on the disk. It reads some ten
   * small files, holds no lock, and may be asked by any thread at any time.
   */
  public InclusionProof.Result prove(long index) {
    return prove(directory, log.key(), index);
  }

  static InclusionProof.Result prove(Path directory, LogKey key, long index) {
    List<LogKeys.Found> keys = List.of(new LogKeys.Found.Named(key));
    InclusionProof.Result result = InclusionProof.of(directory, index, keys);
    for (int i = 1; i < PROOF_TRIES && result instanceof InclusionProof.Result.Unproven; i++) {
      // A partial tile may have been replaced by a wider one in between.
      result = InclusionProof.of(directory, index, keys);
    }
    return result;
  }

  /** The evidence beside the log. */
  public EvidenceStore evidence() {
    return evidence;
  }

  /** The log itself. */
  public AuditLog log() {
    return log;
  }

  /** The number of the last decision that is in the log; 0 without one. */
  public long lastSequence() throws IOException {
    long size = log.signed();
    if (size == 0) {
      return 0;
    }
    long last = 0;
    // A bundle may hold no decision, but only what says that older ones were removed.
    for (long index = (size - 1) / Tile.WIDTH; index >= 0 && last == 0; index--) {
      int width = (int) Math.min(Tile.WIDTH, size - index * Tile.WIDTH);
      Optional<Bundle.Entries> bundle = new LogReader(directory).bundle(index, width);
      if (bundle.isEmpty()) {
        break;
      }
      for (byte[] entry : bundle.get().whole()) {
        last = Math.max(last, sequence(entry));
      }
    }
    return last;
  }

  private static long sequence(byte[] entry) {
    try {
      return StrictJson.parse(entry, JsonLimits.text(Tile.MAX_ENTRY))
          .asObject()
          .flatMap(object -> object.get("seq"))
          .map(Json::asLong)
          .map(number -> number.orElse(0))
          .orElse(0L);
    } catch (JsonException notOurs) {
      return 0;
    }
  }

  @Override
  public void close() {
    sweep.close();
    retention.ifPresent(Retention::close);
    log.close();
  }
}
