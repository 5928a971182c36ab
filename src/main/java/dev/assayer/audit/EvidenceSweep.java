package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Removes evidence that no kept entry names any more, once retention has removed entries. It reads
 * all that is kept, so it works only where more than half of the room for evidence is used, and
 * takes a small part of the time. Anything in a record that could be the name of a file keeps that
 * file; what cannot be read ends the round, and nothing is removed.
 */
final class EvidenceSweep implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(EvidenceSweep.class.getName());
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofHours(1);

  /** Of the time, so much more is rest than work. */
  private static final int REST = 50;

  /** A decision that was told that its evidence is kept is in the log, or never will be. */
  static final Duration IDLE = Duration.ofHours(1);

  private static final int DIGITS = 64;

  private final AuditLog log;
  private final LogReader reader;
  private final Blobs blobs;
  private final EvidenceStore store;
  private final Duration idle;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long swept;

  /**
   * Sweeps this store.
   *
   * @param idle how long no decision must have asked for a file that is removed
   */
  EvidenceSweep(AuditLog log, LogReader reader, EvidenceStore store, Duration idle) {
    this.log = log;
    this.reader = reader;
    blobs = new Blobs(reader.folder());
    this.store = store;
    this.idle = idle;
  }

  /** Works in the background from now on. */
  void start() {
    Thread _ = Thread.ofPlatform().daemon().name("audit evidence").start(this::run);
  }

  private void run() {
    Duration wait = PERIOD;
    try {
      while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = store.bytes() > store.most() / 2 ? round() : PERIOD;
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to rest after it. */
  private Duration round() {
    long begun = System.nanoTime();
    try {
      if (removed() == swept) {
        return PERIOD;
      }
      int files = apply();
      LOGGER.log(
          files > 0 ? Level.INFO : Level.DEBUG,
          "removed {0} files of evidence that no kept entry of {1} names",
          files,
          reader.folder());
    } catch (IOException | RuntimeException unreadable) {
      LOGGER.log(
          Level.WARNING,
          "no evidence is removed from {0}: {1}",
          reader.folder(),
          Words.of(unreadable));
    }
    Duration rest = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(REST);
    return rest.compareTo(PAUSE) > 0 ? rest : PAUSE;
  }

  /** The first entry that retention has left, as it was stated by whoever has the log's key. */
  private long removed() throws IOException {
    return RemovalCheck.of(
            reader, log.published(), Optional.of(log.key()), SignatureVerifier.create())
        .stated()
        .map(Tombstone::first)
        .orElse(0L);
  }

  /**
   * Removes what no kept entry names.
   *
   * @return how many files
   * @throws IOException if the entries that are kept cannot all be read; nothing was removed then
   */
  int apply() throws IOException {
    long from = removed();
    // What is acknowledged by now, and not only what a checkpoint covers.
    long to = log.size();
    Set<String> unnamed = store.idle(idle);
    boolean all = unnamed.size() < EvidenceStore.MOST_IDLE;
    if (!unnamed.isEmpty()) {
      awaitSigned(to);
      for (long index = from / Tile.WIDTH; index * Tile.WIDTH < to; index++) {
        int width = (int) Math.min(Tile.WIDTH, to - index * Tile.WIDTH);
        try {
          strike(unnamed, index, width);
        } catch (NoSuchFileException gone) {
          if ((index + 1) * Tile.WIDTH > removed()) {
            throw gone; // it was not retention, meanwhile
          }
        }
      }
      swept = all ? from : swept;
    }
    int files = 0;
    for (String sha256 : unnamed) {
      if (closed.getCount() == 0) {
        break; // another process may have the folder soon
      }
      files += store.evict(sha256, idle) ? 1 : 0;
    }
    return files;
  }

  private void awaitSigned(long size) throws IOException {
    long end = System.nanoTime() + PERIOD.toNanos();
    while (log.signed() < size) {
      try {
        if (closed.await(20, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
          throw new IOException("no checkpoint covers all entries");
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("the process ends", stopped);
      }
    }
  }

  private void strike(Set<String> unnamed, long index, int width) throws IOException {
    Bundle.Entries bundle =
        reader
            .bundle(index, width)
            .filter(found -> found.whole().size() == width)
            .orElseThrow(() -> new NoSuchFileException(Tile.entries(index, width)));
    for (byte[] entry : bundle.whole()) {
      Optional<Blobs.Reference> record = Blobs.of(entry);
      if (record.isPresent()) {
        if (!(blobs.read(record.get()) instanceof Blobs.Found.Whole(byte[] whole))) {
          throw new NoSuchFileException(record.get().file());
        }
        strike(unnamed, whole);
      }
      strike(unnamed, entry);
    }
  }

  /** Takes out whatever stands in a record as 64 hexadecimal digits. */
  private static void strike(Set<String> unnamed, byte[] record) {
    int digits = 0;
    for (int at = 0; at <= record.length; at++) {
      if (at < record.length && isDigit(record[at])) {
        digits++;
        continue;
      }
      if (digits == DIGITS) {
        unnamed.remove(new String(record, at - DIGITS, DIGITS, StandardCharsets.US_ASCII));
      }
      digits = 0;
    }
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9' || one >= 'a' && one <= 'f';
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
