package dev.assayer.audit;

import dev.assayer.audit.LogObserver.Keeping;
import dev.assayer.crypto.Sha;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The verified files that decisions rest on, by content beside the log. A file is written once,
 * durably and before a record names it as kept; what cannot be written in time, or is more than may
 * be kept, is named as not kept, and no decision waits or falls for it. Safe for concurrent use.
 */
public final class EvidenceStore {
  private static final System.Logger LOGGER = System.getLogger(EvidenceStore.class.getName());
  private static final String FOLDER = "evidence/sha256";
  private static final Duration RARELY = Duration.ofMinutes(10);

  /** After a file could not be kept none is tried for so long: decisions must not wait for it. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** How well it is known when a file was last asked for. */
  private static final Duration EXACTLY = Duration.ofMinutes(1);

  /** Files that are looked at for removal at once; the memory for them is a few megabytes. */
  static final int MOST_IDLE = 50_000;

  /** The longest metadata file that is ever verified. */
  static final long MAX_FILE = 32L << 20;

  /** What the records need more than their evidence does. */
  private static final long SPARE = 256L << 20;

  private final Path log;
  private final Storage storage;
  private final long most;
  private final LogObserver observer;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong complained = new AtomicLong(System.nanoTime() - RARELY.toNanos());
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final long opened = System.nanoTime();
  private volatile Refusal last = new Refusal(Keeping.FAILED, System.nanoTime() - PAUSE.toNanos());

  /** Why the last file that was not kept was not. */
  private record Refusal(Keeping why, long nanos) {}

  /** A file that was asked for; {@code nanos}: when, to within {@link #EXACTLY}. */
  private record Known(CompletableFuture<Keeping> result, long nanos) {}

  /** A file on its way to the disk; {@code first}: nobody had asked for it before. */
  private record Asked(CompletableFuture<Keeping> result, boolean first) {}

  private EvidenceStore(Path log, Storage storage, long most, LogObserver observer) {
    this.log = log;
    this.storage = storage;
    this.most = most;
    this.observer = observer;
  }

  /**
   * The store of a log.
   *
   * @param most bytes that are kept
   * @param observer is told what becomes of each file
   * @throws IOException if what is there cannot be listed
   */
  static EvidenceStore open(Path log, Storage storage, long most, LogObserver observer)
      throws IOException {
    EvidenceStore store = new EvidenceStore(log, storage, most, observer);
    Path folder = log.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (file.toString().endsWith(DiskStorage.UNFINISHED)) {
            storage.delete(file);
          } else {
            store.bytes.addAndGet(Files.size(file));
          }
        }
      } catch (UncheckedIOException unreadable) {
        throw new IOException(unreadable.getCause());
      }
    }
    return store;
  }

  /** Where evidence is, below the folder of a log. */
  static String file(String sha256) {
    return FOLDER + "/" + sha256.substring(0, 2) + "/" + sha256;
  }

  /**
   * Keeps what a decision rests on.
   *
   * @param deadline of which no more than half the rest is used
   * @return the sha256 of all that is on the disk now
   */
  Set<String> keep(Decision decision, Deadline deadline) {
    Map<String, Asked> asked = new HashMap<>();
    decision.policyFacts().document().ifPresent(file -> asked.put(file.sha256(), keep(file)));
    for (ImageDecision image : decision.images()) {
      image.evidence().forEach(file -> asked.computeIfAbsent(file.sha256(), _ -> keep(file)));
    }
    long until = System.nanoTime() + deadline.remaining().toNanos() / 2;
    Set<String> kept = new HashSet<>();
    asked.forEach((sha256, file) -> {
      Keeping result = await(file.result(), until - System.nanoTime());
      observer.evidence(result == Keeping.KEPT && !file.first() ? Keeping.KNOWN : result);
      if (result.holds()) {
        kept.add(sha256);
      }
    });
    return kept;
  }

  private static Keeping await(CompletableFuture<Keeping> result, long nanos) {
    try {
      return result.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException notNow) {
      return Keeping.LATE;
    } catch (ExecutionException defect) {
      return Keeping.FAILED;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Keeping.LATE;
    }
  }

  private Asked keep(Evidence file) {
    String name = file.sha256();
    while (true) {
      long now = System.nanoTime();
      Optional<Known> there = Optional.ofNullable(known.get(name));
      if (there.isPresent()) {
        Known seen = there.get();
        boolean exact = now - seen.nanos() < EXACTLY.toNanos();
        if (exact || known.replace(name, seen, new Known(seen.result(), now))) {
          return new Asked(seen.result(), false);
        }
        continue;
      }
      Refusal refused = last;
      if (now - refused.nanos() < PAUSE.toNanos()) {
        return new Asked(CompletableFuture.completedFuture(refused.why()), true);
      }
      CompletableFuture<Keeping> own = new CompletableFuture<>();
      if (Optional.ofNullable(known.putIfAbsent(name, new Known(own, now))).isEmpty()) {
        Thread.ofVirtual().name("evidence").start(() -> own.complete(written(file)));
        return new Asked(own, true);
      }
    }
  }

  /** What became of it; what is not there is tried again later. */
  private Keeping written(Evidence file) {
    Keeping result = Keeping.FAILED;
    try {
      result = isThere(file) ? Keeping.KNOWN : write(file);
    } catch (IOException | RuntimeException problem) {
      complain("cannot be written: " + Words.of(problem));
    }
    if (!result.holds()) {
      last = new Refusal(result, System.nanoTime());
      known.remove(file.sha256());
    }
    return result;
  }

  private boolean isThere(Evidence file) throws IOException {
    return read(log, file.sha256()).filter(found -> found instanceof Found.Whole).isPresent();
  }

  private Keeping write(Evidence file) throws IOException {
    int length = file.content().length;
    if (bytes.addAndGet(length) > most) {
      bytes.addAndGet(-length);
      complain("has " + most + " bytes, which is all that may be kept");
      return Keeping.FULL;
    }
    boolean put = false;
    try {
      if (Files.getFileStore(log).getUsableSpace() < SPARE + length) {
        complain("is left alone: its disk has less than " + SPARE + " bytes free");
        return Keeping.FULL;
      }
      Path target = log.resolve(file(file.sha256()));
      Path folder = Objects.requireNonNull(target.getParent(), "it has a folder");
      storage.folder(folder);
      storage.put(target, file.content());
      storage.sync(folder);
      put = true;
      return Keeping.KEPT;
    } finally {
      if (!put) {
        bytes.addAndGet(-length);
      }
    }
  }

  /**
   * Files that no decision has asked for in so long a time, some of them if there are many.
   *
   * @throws IOException if they cannot be listed
   */
  Set<String> idle(Duration time) throws IOException {
    Set<String> idle = new HashSet<>();
    Path folder = log.resolve(FOLDER);
    if (!isIdle(opened, time) || !Files.isDirectory(folder)) {
      return idle;
    }
    try (Stream<Path> below = Files.list(folder)) {
      List<Path> folders = new ArrayList<>(below.filter(Files::isDirectory).sorted().toList());
      if (!folders.isEmpty()) {
        // Of many, others each time: those in use would hide the rest for ever.
        Collections.rotate(folders, -Math.floorMod(turn.get(), folders.size()));
      }
      for (Path each : folders) {
        if (idle.size() >= MOST_IDLE) {
          break;
        }
        turn.incrementAndGet();
        addIdle(each, time, idle);
      }
      return idle;
    } catch (UncheckedIOException unreadable) {
      throw new IOException(unreadable.getCause());
    }
  }

  private void addIdle(Path folder, Duration time, Set<String> idle) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .filter(name ->
              Optional.ofNullable(known.get(name))
                  .map(asked -> isIdle(asked.nanos(), time))
                  .orElse(true))
          .limit(MOST_IDLE - idle.size())
          .forEach(idle::add);
    }
  }

  private static boolean isIdle(long since, Duration time) {
    return System.nanoTime() - since >= time.toNanos();
  }

  /**
   * Removes a file, unless a decision has asked for it. One that asks meanwhile is told that it is
   * not kept, and the next one writes it anew.
   *
   * @param time for which nobody must have asked
   * @return whether it is gone
   */
  boolean evict(String sha256, Duration time) throws IOException {
    Known leaving = new Known(CompletableFuture.completedFuture(Keeping.LATE), System.nanoTime());
    Optional<Known> before = Optional.ofNullable(known.get(sha256));
    boolean mine =
        before.isPresent()
            ? isIdle(before.get().nanos(), time) && known.replace(sha256, before.get(), leaving)
            : Optional.ofNullable(known.putIfAbsent(sha256, leaving)).isEmpty();
    if (!mine) {
      return false;
    }
    try {
      Path file = log.resolve(file(sha256));
      long length = Files.size(file);
      storage.delete(file);
      bytes.addAndGet(-length);
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    } finally {
      known.remove(sha256);
    }
  }

  /** Bytes that are kept. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that are kept at most. */
  public long most() {
    return most;
  }

  private void complain(String why) {
    long last = complained.get();
    long now = System.nanoTime();
    if (now - last >= RARELY.toNanos() && complained.compareAndSet(last, now)) {
      LOGGER.log(
          Level.WARNING,
          "the evidence store in {0} {1}; decisions are recorded without evidence",
          log,
          why);
    }
  }

  /** What became of evidence that a record names. */
  public sealed interface Found {
    /** It is there as it was written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Whole(byte[] content) implements Found {}

    /** It is there and not what was written. */
    record Altered(String file) implements Found {}
  }

  /**
   * Reads evidence.
   *
   * @param log the folder of the log
   * @param sha256 64 hex digits
   * @return empty if it is not there
   */
  public static Optional<Found> read(Path log, String sha256) throws IOException {
    if (!sha256.matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    String name = file(sha256);
    Path file = log.resolve(name);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE) {
        return Files.exists(file) ? Optional.of(new Found.Altered(name)) : Optional.empty();
      }
      byte[] content = Files.readAllBytes(file);
      return Optional.of(
          Sha.sha256Hex(content).equals(sha256)
              ? new Found.Whole(content)
              : new Found.Altered(name));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }
}
