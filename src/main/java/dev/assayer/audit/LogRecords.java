package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The decisions in a log, read offline. Whether the log is whole, {@link LogVerifier} says. */
public final class LogRecords {
  private static final byte[] WITHDRAWN =
      ("{\"schema\":\"" + DecisionRecord.WITHDRAWN_SCHEMA + "\"").getBytes(StandardCharsets.UTF_8);
  private static final int MAX_RECORD = 64 << 20;
  private static final int TRIES = 3;

  /** More than what decisions overtake each other by on their way into the log. */
  private static final Duration SLACK = Duration.ofMinutes(2);

  /** What they overtake each other by as a rule. */
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** A withdrawal is written with the next batch after its entry. */
  private static final int WITHDRAWN_WITHIN = 2 * AuditLog.MAX_BATCH;

  private final LogReader log;
  private final Blobs blobs;
  private final long first;
  private final long size;

  private LogRecords(Path directory, long first, long size) {
    this.first = first;
    log = new LogReader(directory);
    blobs = new Blobs(directory);
    this.size = size;
  }

  /**
   * A decision in a log.
   *
   * @param index its entry
   * @param record what it says
   * @param withdrawn whether the request was denied all the same, since the entry came too late
   */
  public record Found(long index, JsonObject record, boolean withdrawn) {}

  /** Takes decisions, and says whether it wants more. */
  @FunctionalInterface
  public interface Taker {
    /** Takes the next. */
    boolean take(Found found);
  }

  /**
   * A log up to its last checkpoint, with the key that it shows beside itself; empty if there is
   * none.
   *
   * @throws IOException if it cannot be read, or says of removed entries what its key did not sign
   */
  public static Optional<LogRecords> of(Path directory) throws IOException {
    return of(directory, List.of(LogKeys.beside(directory)));
  }

  /**
   * A log up to its last checkpoint; empty if there is none. Entries count as removed by retention
   * only if the key of the checkpoint says so; a missing one is an error else.
   *
   * @throws IOException if it cannot be read, or says of removed entries what none of these keys
   *     signed
   */
  static Optional<LogRecords> of(Path directory, List<LogKeys.Found> keys) throws IOException {
    LogReader log = new LogReader(directory);
    for (int tries = 1; ; tries++) {
      Optional<byte[]> checkpoint = log.checkpoint();
      Optional<Checkpoint> head =
          checkpoint.flatMap(SignedNote::read).flatMap(note -> Checkpoint.of(note.text()));
      if (head.isEmpty()) {
        return Optional.empty();
      }
      try {
        long first = log.tombstone().isEmpty() ? 0 : first(log, checkpoint.get(), keys);
        return Optional.of(new LogRecords(directory, first, head.get().size()));
      } catch (IOException damaged) {
        // A log that is written meanwhile may have a tombstone newer than the checkpoint read.
        if (tries == TRIES) {
          throw damaged;
        }
      }
    }
  }

  /** The first entry that retention has left, as a tombstone says that is there. */
  private static long first(LogReader log, byte[] checkpoint, List<LogKeys.Found> keys)
      throws IOException {
    SignatureVerifier verifier = SignatureVerifier.create();
    return switch (SignedHead.of(checkpoint, keys, verifier)) {
      case SignedHead.Bad(String why) ->
          throw new IOException("whether the tombstone is true cannot be told: " + why);
      case SignedHead.Good(Checkpoint head, LogKey by, var _) -> {
        RemovalCheck removal = RemovalCheck.of(log, head, Optional.of(by), verifier);
        if (removal.damage().isPresent()) {
          throw new IOException(removal.damage().get().text());
        }
        yield removal.firstKept();
      }
    };
  }

  /**
   * All decisions in the order of the log.
   *
   * @throws IOException if an entry or a record is missing or cannot be read
   */
  public void forEach(Taker taker) throws IOException {
    Set<String> withdrawn = new HashSet<>();
    walk((_, entry) -> {
      if (isWithdrawal(entry)) {
        id(json(entry)).ifPresent(withdrawn::add);
      }
      return true;
    });
    walk((index, entry) -> isWithdrawal(entry) || taker.take(found(index, entry, withdrawn)));
  }

  /**
   * As {@link #forEach}, and then what was acknowledged since: a log that is written meanwhile has
   * up to a second's decisions behind its checkpoint.
   *
   * @throws IOException if an entry or a record is missing or cannot be read
   */
  public void forEachAcknowledged(Taker taker) throws IOException {
    Set<String> withdrawn = new HashSet<>();
    // The journal first: what it loses meanwhile is then under the checkpoint.
    SortedMap<Long, byte[]> journal = journal();
    LogRecords now = of(log.folder()).orElse(this);
    SortedMap<Long, byte[]> behind = journal.tailMap(now.size);
    Visitor collecting =
        (_, entry) -> {
          if (isWithdrawal(entry)) {
            id(json(entry)).ifPresent(withdrawn::add);
          }
          return true;
        };
    now.walk(collecting);
    for (Map.Entry<Long, byte[]> one : behind.entrySet()) {
      collecting.entry(one.getKey(), one.getValue());
    }
    Visitor telling =
        (index, entry) -> isWithdrawal(entry) || taker.take(now.found(index, entry, withdrawn));
    now.walk(telling);
    for (Map.Entry<Long, byte[]> one : behind.entrySet()) {
      if (!telling.entry(one.getKey(), one.getValue())) {
        return;
      }
    }
  }

  /** What the journal holds, by index. */
  private SortedMap<Long, byte[]> journal() throws IOException {
    SortedMap<Long, byte[]> entries = new TreeMap<>();
    for (Path file : JournalReader.files(log.folder())) {
      for (Frame frame :
          JournalReader.read(file).map(JournalReader.Contents::frames).orElse(List.of())) {
        for (int i = 0; i < frame.entries().size(); i++) {
          entries.put(frame.first() + i, frame.entries().get(i));
        }
      }
    }
    return entries;
  }

  private Found found(long index, byte[] entry, Set<String> withdrawn) throws IOException {
    JsonObject record = record(index, entry);
    return new Found(index, record, id(record).filter(withdrawn::contains).isPresent());
  }

  /**
   * The decision of this record id. Ids are UUIDv7 and stand in the log almost in order, so it is
   * looked for where its time says first; only if it is not there, because a clock was wrong or it
   * is in no log, everything is read.
   */
  public Optional<Found> find(String recordId) throws IOException {
    byte[] needle = ("\"record_id\":\"" + recordId + "\"").getBytes(StandardCharsets.UTF_8);
    OptionalLong millis = millis(recordId);
    if (millis.isPresent()) {
      for (Duration slack : List.of(CLOSE, SLACK)) {
        long from = Math.max(first, before(millis.getAsLong() - slack.toMillis()));
        long to = Math.min(size, before(millis.getAsLong() + slack.toMillis()) + 1 + Tile.WIDTH);
        Optional<Found> near = find(recordId, needle, from, to);
        if (near.isPresent()) {
          return near;
        }
      }
    }
    return find(recordId, needle, first, size);
  }

  private Optional<Found> find(String recordId, byte[] needle, long from, long to)
      throws IOException {
    List<Found> hits = new ArrayList<>();
    walk(
        from,
        to,
        (index, entry) -> {
          if (contains(entry, needle) && !isWithdrawal(entry)) {
            JsonObject record = record(index, entry);
            if (id(record).filter(recordId::equals).isPresent()) {
              hits.add(new Found(index, record, false));
            }
          }
          return hits.isEmpty();
        });
    if (hits.isEmpty()) {
      return Optional.empty();
    }
    Found hit = hits.getFirst();
    boolean withdrawn = withdrawal(hit.index(), recordId).isPresent();
    return Optional.of(new Found(hit.index(), hit.record(), withdrawn));
  }

  /** The entry that takes back the decision at this index. */
  OptionalLong withdrawal(long of, String recordId) throws IOException {
    long[] at = {-1};
    walk(
        of + 1,
        Math.min(size, of + 1 + WITHDRAWN_WITHIN),
        (index, entry) -> {
          at[0] = takesBack(entry, recordId) ? index : -1;
          return at[0] < 0;
        });
    return at[0] < 0 ? OptionalLong.empty() : OptionalLong.of(at[0]);
  }

  /** Whether this entry takes back the decision of this record. */
  static boolean takesBack(byte[] entry, String recordId) throws IOException {
    return isWithdrawal(entry) && id(json(entry)).filter(recordId::equals).isPresent();
  }

  /** The milliseconds in a UUIDv7 (RFC 9562 section 5.7). */
  private static OptionalLong millis(String id) {
    return id.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
        ? OptionalLong.of(Long.parseLong(id.substring(0, 8) + id.substring(9, 13), 16))
        : OptionalLong.empty();
  }

  /** The first entry of the last bundle that begins before this time, or of the first there is. */
  private long before(long millis) throws IOException {
    long low = first / Tile.WIDTH;
    long high = (size + Tile.WIDTH - 1) / Tile.WIDTH;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (begins(middle).orElse(Long.MAX_VALUE) < millis) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low * Tile.WIDTH;
  }

  /** The time of the first entry of a bundle whose id says one. */
  private OptionalLong begins(long bundle) throws IOException {
    int width = (int) Math.min(Tile.WIDTH, size - bundle * Tile.WIDTH);
    for (byte[] entry : entries(bundle, width)) {
      OptionalLong millis = id(json(entry)).map(LogRecords::millis).orElse(OptionalLong.empty());
      if (millis.isPresent()) {
        return millis;
      }
    }
    return OptionalLong.empty();
  }

  private interface Visitor {
    boolean entry(long index, byte[] entry) throws IOException;
  }

  private void walk(Visitor visitor) throws IOException {
    walk(first, size, visitor);
  }

  private void walk(long from, long to, Visitor visitor) throws IOException {
    for (long at = from - from % Tile.WIDTH; at < to; at += Tile.WIDTH) {
      int width = (int) Math.min(Tile.WIDTH, size - at);
      List<byte[]> entries = entries(at / Tile.WIDTH, width);
      for (int i = (int) Math.max(0, from - at); i < width && at + i < to; i++) {
        if (!Tombstone.isAnnouncement(entries.get(i)) && !visitor.entry(at + i, entries.get(i))) {
          return;
        }
      }
    }
  }

  private List<byte[]> entries(long bundle, int width) throws IOException {
    return log.bundle(bundle, width)
        .flatMap(found -> found.exactly(width))
        .orElseThrow(() -> new IOException(Tile.entries(bundle, width) + " is missing or damaged"));
  }

  private JsonObject record(long index, byte[] entry) throws IOException {
    Optional<Blobs.Reference> reference = Blobs.of(entry);
    if (reference.isEmpty()) {
      return json(entry);
    }
    return switch (blobs.read(reference.get())) {
      case Blobs.Found.Whole(byte[] record) -> json(record);
      case Blobs.Found.Bad(String file, String why) ->
          throw new IOException("the record of entry " + index + ", " + file + ", " + why);
    };
  }

  private static JsonObject json(byte[] entry) throws IOException {
    try {
      return StrictJson.parse(entry, JsonLimits.text(Math.clamp(entry.length, 1, MAX_RECORD)))
          .asObject()
          .orElseThrow(() -> new IOException("an entry is no object"));
    } catch (JsonException noJson) {
      throw new IOException("an entry is no JSON");
    }
  }

  private static Optional<String> id(JsonObject record) {
    return record.get("record_id").flatMap(Json::asString);
  }

  private static boolean isWithdrawal(byte[] entry) {
    return entry.length >= WITHDRAWN.length
        && Arrays.equals(entry, 0, WITHDRAWN.length, WITHDRAWN, 0, WITHDRAWN.length);
  }

  private static boolean contains(byte[] entry, byte[] needle) {
    for (int at = 0; at + needle.length <= entry.length; at++) {
      if (entry[at] == needle[0]
          && Arrays.equals(entry, at, at + needle.length, needle, 0, needle.length)) {
        return true;
      }
    }
    return false;
  }
}
