package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Removes the oldest entries of a log in whole bundles; the hashes stay, so the tree is verified as
 * before. An entry announces it, then a signed tombstone states it, and only then are files
 * removed: whatever is interrupted, the log verifies, and the next round goes on.
 */
final class Retention implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(Retention.class.getName());
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration PERIOD_WHEN_FULL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Who fills a shared disk shall not be able to wipe out what has just happened. */
  static final Duration KEPT_WHEN_FULL = Duration.ofDays(1);

  /** A clock that runs away must not make everything old. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

  /** So many damaged bundles are gone past in one round; more is no accident of a disk. */
  static final int MOST_DAMAGED = 1000;

  private static final long PART_OF_DISK = 20;
  private static final long MOST_FREE = 1L << 30;
  private static final String ENTRIES = "tile/entries";

  private final AuditLog log;
  private final Path folder;
  private final LogReader reader;
  private final ProvenBundles bundles;
  private final Storage storage;
  private final LogObserver observer;
  private final RetentionRule rule;
  private final Disk disk;
  private final InstantSource clock;
  private final Instant begun;
  private final long begunNanos = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Thread> thread = Optional.empty();
  private Aged aged = Aged.NOTHING;
  private boolean tidied;
  private boolean toldTooFast;
  private String told = "";
  private final Set<String> toldDamage = new HashSet<>();

  /** How much room there is. */
  interface Disk {
    /** Bytes free. */
    long free() throws IOException;

    /** Bytes in all. */
    long total() throws IOException;
  }

  Retention(
      AuditLog log,
      LogSettings settings,
      Storage storage,
      LogObserver observer,
      RetentionRule rule,
      Disk disk,
      InstantSource clock) {
    this.log = log;
    folder = settings.directory();
    reader = new LogReader(folder);
    bundles = new ProvenBundles(reader);
    this.storage = storage;
    this.observer = observer;
    this.rule = rule;
    this.disk = disk;
    this.clock = clock;
    begun = clock.instant();
  }

  /** The disk of a folder. */
  static Disk of(Path folder) {
    return new Disk() {
      @Override
      public long free() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
      }

      @Override
      public long total() throws IOException {
        return Files.getFileStore(folder).getTotalSpace();
      }
    };
  }

  /** Below so many free bytes retention begins early: a twentieth of the disk, a GiB at most. */
  static long bound(long total) {
    return Math.min(MOST_FREE, total / PART_OF_DISK);
  }

  /** Works in the background from now on. */
  void start() {
    thread = Optional.of(Thread.ofPlatform().daemon().name("audit retention").start(this::run));
  }

  private void run() {
    Duration wait = Duration.ofSeconds(1);
    try {
      while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = round() ? PERIOD_WHEN_FULL : PERIOD;
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean round() {
    try {
      apply();
      say("");
      return disk.free() < bound(disk.total());
    } catch (IOException | RuntimeException failed) {
      say(Words.of(failed));
      return true;
    }
  }

  private void say(String trouble) {
    if (!trouble.isEmpty() && !trouble.equals(told)) {
      LOGGER.log(Level.ERROR, "retention of the audit log {0} failed: {1}", folder, trouble);
    }
    told = trouble;
  }

  /**
   * What is to be removed, and how it stands with the log's time then.
   *
   * @param left bundles before the first entry kept that nothing proves, and that stay
   */
  private record Plan(long first, Tombstone.Reason reason, Aged aged, List<String> left) {}

  /**
   * Looks once what is too much, and removes it.
   *
   * @return how many entries were removed
   * @throws IOException if that is not done; whatever was, the log is as sound as before
   */
  long apply() throws IOException {
    long kept = kept();
    if (!tidied) {
      remove(kept); // what a crash left
      tidied = true;
    }
    Optional<Plan> plan = plan(kept);
    if (plan.isEmpty()) {
      return 0;
    }
    tidied = false;
    Tombstone tombstone = state(plan.get());
    remove(tombstone.first());
    tidied = true;
    aged = plan.get().aged();
    bundles.forgetBefore(tombstone.first() / Tile.WIDTH);
    long removed = tombstone.first() - kept;
    observer.retained(tombstone.first(), removed, tombstone.reason());
    LOGGER.log(
        tombstone.reason() == Tombstone.Reason.SPACE ? Level.WARNING : Level.INFO,
        "removed the entries {0} to {1} of the audit log {2} by {3}",
        Long.toString(kept),
        Long.toString(tombstone.first() - 1),
        folder,
        tombstone.reason().code());
    return removed;
  }

  private long kept() throws IOException {
    // Whoever has the disk but not the key must not have entries removed by a statement of his.
    Optional<LogKey> own = Optional.of(log.key());
    return RemovalCheck.of(reader, log.published(), own, SignatureVerifier.create())
        .stated()
        .map(Tombstone::first)
        .orElse(0L);
  }

  private Optional<Plan> plan(long kept) throws IOException {
    // The last whole bundle stays, so that the log always shows where it stands.
    long end = (log.signed() / Tile.WIDTH - 1) * Tile.WIDTH;
    Instant now = clock.instant();
    Duration since = Duration.ofNanos(System.nanoTime() - begunNanos);
    Duration away = Duration.between(begun.plus(since), now).abs();
    boolean clockHolds = away.compareTo(CLOCK_TOLERANCE) < 0;
    long tooMuch = tooMuch(kept);
    long bound = bound(disk.total());
    long tooLittle = disk.free() < bound ? bound + bound / 4 - disk.free() : 0;
    long first = kept;
    long freed = 0;
    int left = 0;
    Aged passed = aged;
    Optional<Tombstone.Reason> reason = Optional.empty();
    List<String> damaged = new ArrayList<>();
    for (long at = kept; at < end && damaged.size() < MOST_DAMAGED; at += Tile.WIDTH) {
      Optional<ProvenBundles.Proven> found = bundles.read(at / Tile.WIDTH, log.published());
      if (found.isEmpty()) {
        // It is gone past only where a proven one behind it goes: then its own time was up too.
        String file = Tile.entries(at / Tile.WIDTH, Tile.WIDTH);
        damaged(file + " is missing or is not what was written; what is there of it stays");
        damaged.add(file);
        continue;
      }
      ProvenBundles.Proven next = found.get();
      Instant newest = next.newest().orElse(now);
      Duration age = Duration.between(newest, now);
      boolean old = clockHolds && age.compareTo(rule.age()) > 0;
      Optional<Tombstone.Reason> why = Optional.empty();
      if (freed < tooMuch) {
        why = Optional.of(Tombstone.Reason.SIZE);
      } else if (old && passed.to(newest, true).isWithin(since)) {
        why = Optional.of(Tombstone.Reason.AGE);
      } else if (clockHolds && freed < tooLittle && age.compareTo(KEPT_WHEN_FULL) > 0) {
        why = Optional.of(Tombstone.Reason.SPACE);
      } else if (old) {
        tellTooFast(newest);
      }
      if (why.isEmpty()) {
        break;
      }
      reason = why;
      passed = passed.to(newest, why.get() == Tombstone.Reason.AGE);
      freed += next.bytes();
      first = at + Tile.WIDTH;
      left = damaged.size();
    }
    long to = first;
    Aged then = passed;
    List<String> stay = List.copyOf(damaged.subList(0, left));
    return reason.map(why -> new Plan(to, why, then, stay));
  }

  private void tellTooFast(Instant newest) {
    if (!toldTooFast) {
      LOGGER.log(
          Level.WARNING,
          "much of the audit log {0} is older than audit.retention.age at once, entries of {1} too:"
              + " it goes by a day an hour. If the replica did not stand still so long, its clock"
              + " is wrong: stop it, and no more is removed",
          folder,
          newest);
    }
    toldTooFast = true;
  }

  /** What is not as it was written is evidence, and stays. */
  private void damaged(String what) {
    if (toldDamage.add(what)) {
      log.tampered(what);
    }
  }

  /**
   * Bytes of entries and long records above the limit. What the files seem to have says only when
   * to look: what counts is what the tree proves, so that no hole in a file has others removed.
   */
  private long tooMuch(long kept) throws IOException {
    long seeming = bytes(folder.resolve(ENTRIES)) + bytes(folder.resolve("blobs"));
    if (seeming <= rule.size()) {
      return 0;
    }
    Checkpoint head = log.published();
    long used = 0;
    for (long index = kept / Tile.WIDTH; (index + 1) * Tile.WIDTH <= head.size(); index++) {
      if (closed.getCount() == 0) {
        throw new IOException("the process ends");
      }
      used += bundles.bytes(index, head);
    }
    return used - rule.size();
  }

  private static long bytes(Path below) throws IOException {
    if (!Files.isDirectory(below)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(below)) {
      return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
    } catch (java.io.UncheckedIOException moved) {
      throw new IOException(moved.getCause());
    }
  }

  private Tombstone state(Plan plan) throws IOException {
    Instant now = clock.instant();
    byte[] entry =
        new Tombstone.Announcement(plan.first(), now, plan.reason(), plan.left()).entry();
    AppendResult announced = log.append(entry, Optional.empty(), Deadline.after(PATIENCE));
    if (!(announced instanceof AppendResult.Written written)) {
      throw new IOException("it could not be announced: " + announced);
    }
    Deadline deadline = Deadline.after(PATIENCE);
    while (log.signed() <= written.index()) {
      if (deadline.remaining().isZero()) {
        throw new IOException("no checkpoint covers its announcement yet");
      }
      try {
        if (closed.await(20, TimeUnit.MILLISECONDS)) {
          throw new IOException("the process ends");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("the process ends", stopped);
      }
    }
    Checkpoint head = log.published();
    Tombstone tombstone = new Tombstone(head.origin(), plan.first(), head, now, plan.reason());
    storage.put(folder.resolve(Tombstone.FILE), log.sign(tombstone.text()));
    storage.sync(folder);
    return tombstone;
  }

  /** Removes what stands before this entry. */
  private void remove(long first) throws IOException {
    Path all = folder.resolve(ENTRIES);
    if (first == 0 || !Files.isDirectory(all)) {
      return;
    }
    List<Long> old = new ArrayList<>();
    try (Stream<Path> files = Files.walk(all)) {
      files
          .filter(Files::isRegularFile)
          .flatMap(file -> Tile.index(all.relativize(file).toString()).stream())
          .filter(index -> (index + 1) * Tile.WIDTH <= first)
          .sorted()
          .forEach(old::add);
    }
    Set<Path> folders = new LinkedHashSet<>();
    for (long index : old) {
      String name = Tile.entries(index, Tile.WIDTH);
      Optional<ProvenBundles.Proven> found = bundles.read(index, log.published());
      if (found.isEmpty()) {
        damaged(name + " is not what was written, and is left as evidence");
        continue;
      }
      for (byte[] entry : found.get().entries()) {
        Optional<Blobs.Reference> record = Blobs.of(entry);
        if (record.isPresent()) {
          Path file = folder.resolve(record.get().file());
          storage.delete(file);
          folders.add(file.resolveSibling(""));
        }
      }
      Path bundle = folder.resolve(name);
      storage.delete(bundle);
      folders.add(bundle.resolveSibling(""));
    }
    for (Path changed : folders) {
      storage.sync(changed);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.ifPresent(running -> {
      try {
        running.join();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    });
  }
}
