package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The log of one replica, open for appending. One thread writes all entries that wait to the
 * journal, makes them durable together, and tells who waits; another publishes tiles and signs the
 * checkpoint over what is durable. So a crash at any moment loses nothing that was acknowledged,
 * and no checkpoint is ever signed over what could be lost.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(AuditLog.class.getName());

  /** Above the most reviews that are decided at once. */
  static final int QUEUE = 4096;

  /** Entries that are written at once; a withdrawal comes with the next such batch. */
  static final int MAX_BATCH = 1000;

  private static final long PUBLISH_AT = 4096;
  private static final Duration TICK = Duration.ofMillis(500);

  /** A log without decisions still shows that it is alive. */
  private static final Duration HEARTBEAT = Duration.ofMinutes(1);

  private final LogSettings settings;
  private final LogKey key;
  private final LogObserver observer;
  private final LogLock lock;
  private final GrowingTree tree;
  private final Publisher publisher;
  private final Journal journal;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
  private final BlockingQueue<Boolean> due = new ArrayBlockingQueue<>(1);
  private final Deque<Pending> followUps = new ArrayDeque<>();
  private final Thread writing;
  private final Thread publishing;
  private volatile boolean closed;
  private volatile boolean written;
  private volatile long signed;
  private volatile Checkpoint published;
  private volatile Optional<String> writeTrouble = Optional.empty();
  private volatile Optional<String> publishTrouble = Optional.empty();
  private volatile boolean tampered;

  /** How the log stands. */
  public record Health(boolean holds, String detail) {}

  private AuditLog(
      LogSettings settings,
      LogKey key,
      LogObserver observer,
      LogLock lock,
      Publisher publisher,
      GrowingTree tree,
      Journal journal) {
    this.settings = settings;
    this.key = key;
    this.observer = observer;
    this.lock = lock;
    this.publisher = publisher;
    this.tree = tree;
    this.journal = journal;
    signed = tree.size();
    published = new Checkpoint(settings.origin(), signed, tree.head().root());
    writing = Thread.ofPlatform().daemon().name("audit log").start(this::write);
    publishing = Thread.ofPlatform().daemon().name("audit checkpoints").start(this::publish);
  }

  /**
   * Opens a log, or begins one.
   *
   * @throws LogUnusable if another process writes it, if it is not this replica's, or if it was
   *     damaged
   */
  public static AuditLog open(LogSettings settings, LogObserver observer) throws LogUnusable {
    return open(settings, observer, new DiskStorage());
  }

  static AuditLog open(LogSettings settings, LogObserver observer, Storage storage)
      throws LogUnusable {
    return open(settings, List.of(), observer, storage);
  }

  /** Opens a log only if it goes on from these checkpoints, where they are its own. */
  static AuditLog open(
      LogSettings settings, List<String> kept, LogObserver observer, Storage storage)
      throws LogUnusable {
    Path log = settings.directory();
    LogLock lock = LogLock.take(log, storage);
    try {
      Ed25519Signer signer = LogKeys.signer(settings, storage);
      LogKey key = new LogKey(settings.origin(), signer.publicKey());
      LogReader reader = new LogReader(log);
      Optional<Recovery> found = Recovery.of(reader, key, SignatureVerifier.create());
      if (found.isPresent()) {
        found.get().goesOnFrom(kept, reader, key, observer);
      }
      Publisher publisher =
          new Publisher(storage, log, settings.origin(), signer, found.map(Recovery::note));
      GrowingTree tree =
          found
              .map(was -> new GrowingTree(was.tree(), was.bundle()))
              .orElseGet(() -> new GrowingTree(new Frontier(), List.of()));
      List<byte[]> replayed = found.map(Recovery::replayed).orElse(List.of());
      replayed.forEach(entry -> tree.append(Hash.leaf(entry), entry));
      LogKeys.show(log, key, storage);
      GrowingTree.Head head = tree.head();
      var _ = publisher.publish(head);
      tree.published(head);
      Journal journal =
          new Journal(
              storage,
              log,
              settings.fsync(),
              found.map(Recovery::journal).orElse(List.of()),
              tree.size());
      journal.signed(tree.size());
      LOGGER.log(
          Level.INFO,
          "audit log {0} in {1}: {2} entries, {3} of them from the journal, {4} bytes of a torn"
              + " write cut off; key {5}",
          settings.origin(),
          log,
          Long.toString(tree.size()),
          replayed.size(),
          Long.toString(found.map(Recovery::torn).orElse(0L)),
          key.text());
      observer.published(tree.size());
      return new AuditLog(settings, key, observer, lock, publisher, tree, journal);
    } catch (IOException failed) {
      lock.close();
      throw new LogUnusable("the audit log in " + log + " cannot be opened: " + Words.of(failed));
    } catch (LogUnusable | RuntimeException | Error failed) {
      lock.close();
      throw failed;
    }
  }

  /**
   * Appends an entry and waits until it is durable, or until the deadline.
   *
   * @param entry up to 65,535 bytes
   * @param withdrawal an entry to write after it, should it be written too late for this caller
   */
  AppendResult append(byte[] entry, Optional<byte[]> withdrawal, Deadline deadline) {
    if (entry.length > Tile.MAX_ENTRY) {
      throw new IllegalArgumentException("an entry of " + entry.length + " bytes");
    }
    Pending pending = new Pending(entry, withdrawal);
    if (closed) {
      observer.dropped();
      return new AppendResult.Failed("the audit log is closed", true);
    }
    if (!queue.offer(pending)) {
      observer.dropped();
      return new AppendResult.Failed(QUEUE + " records wait for the audit log already", true);
    }
    Optional<AppendResult> result = pending.await(deadline);
    if (result.isEmpty()) {
      observer.dropped();
    }
    return result.orElseGet(() ->
        new AppendResult.Failed(
            "the audit log did not take the record in the "
                + Duration.ofNanos(System.nanoTime() - pending.since()).toMillis()
                + " ms that were left",
            pending.wasNeverTaken()));
  }

  private void write() {
    boolean last = false;
    while (!last) {
      last = closed; // what was queued before is still written
      try {
        Optional<Pending> first =
            Optional.ofNullable(queue.poll(last ? 0 : TICK.toMillis(), TimeUnit.MILLISECONDS));
        first.ifPresentOrElse(this::writeWith, this::idle);
        last &= first.isEmpty();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void idle() {
    if (!followUps.isEmpty()) {
      write(List.of());
    }
    try {
      journal.mend();
      writeTrouble = Optional.empty();
    } catch (IOException still) {
      writeTrouble = Optional.of(Words.of(still));
    }
  }

  private void writeWith(Pending first) {
    List<Pending> batch = new ArrayList<>(List.of(first));
    queue.drainTo(batch, MAX_BATCH - 1);
    write(batch);
  }

  private void write(List<Pending> waiting) {
    List<Pending> takenBack = List.copyOf(followUps);
    List<Pending> batch = new ArrayList<>(takenBack);
    followUps.clear();
    batch.addAll(waiting);
    batch.removeIf(pending -> !pending.take());
    if (batch.isEmpty()) {
      return;
    }
    long begun = System.nanoTime();
    boolean full = tree.isFull();
    try {
      if (full) {
        throw new IOException("too much waits for a checkpoint");
      }
      journal.append(batch.stream().map(Pending::entry).toList(), signed);
    } catch (IOException failed) {
      String why = Words.of(failed);
      trouble(why);
      observer.failed(batch.size());
      batch.forEach(pending -> pending.complete(new AppendResult.Failed(why, full)));
      // Nobody waits for what takes an entry back, so it is tried until it is written.
      takenBack.forEach(taken -> followUps.add(new Pending(taken.entry(), Optional.empty())));
      var _ = due.offer(true);
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    writeTrouble = Optional.empty();
    observer.written(batch.size(), took);
    for (Pending pending : batch) {
      long index = tree.append(pending.leaf(), pending.entry());
      Duration queued = Duration.ofNanos(begun - pending.since());
      pending
          .complete(new AppendResult.Written(index, pending.leaf(), queued, took))
          .map(late -> new Pending(late, Optional.empty()))
          .ifPresent(followUps::add);
    }
    if (tree.size() - signed >= PUBLISH_AT) {
      var _ = due.offer(true);
    }
    tidy();
  }

  private void trouble(String why) {
    if (writeTrouble.isEmpty()) {
      LOGGER.log(Level.ERROR, "the audit log cannot be written: {0}", why);
    }
    writeTrouble = Optional.of(why);
  }

  private void tidy() {
    if (!written) {
      return;
    }
    written = false;
    try {
      journal.signed(signed);
    } catch (IOException later) {
      // The next write mends the file or says why it cannot.
    }
  }

  private void publish() {
    long last = System.nanoTime();
    while (!closed) {
      try {
        var _ = due.poll(settings.interval().toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
      if (tree.size() > signed || System.nanoTime() - last > HEARTBEAT.toNanos()) {
        last = System.nanoTime();
        publishNow();
      }
    }
  }

  private void publishNow() {
    GrowingTree.Head head = tree.head();
    try {
      boolean intact = publisher.publish(head);
      tree.published(head);
      published = new Checkpoint(settings.origin(), head.size(), head.root());
      signed = head.size();
      written = true;
      publishTrouble = Optional.empty();
      observer.published(head.size());
      if (!intact) {
        tampered("the checkpoint was changed");
      }
    } catch (IOException | RuntimeException failed) {
      String why = "no checkpoint can be published: " + Words.of(failed);
      if (publishTrouble.isEmpty()) {
        LOGGER.log(Level.ERROR, "the audit log in {0}: {1}", settings.directory(), why);
      }
      publishTrouble = Optional.of(why);
    }
  }

  /** Somebody else changed what is on the disk. */
  void tampered(String what) {
    tampered = true;
    observer.tampered();
    LOGGER.log(Level.ERROR, "somebody else changed {0}: {1}", settings.directory(), what);
  }

  /** How it stands. */
  public Health health() {
    if (tampered) {
      return new Health(false, "somebody else changed the log in " + settings.directory());
    }
    Optional<String> trouble = writeTrouble.or(() -> publishTrouble);
    return trouble
        .map(why -> new Health(false, settings.directory() + ": " + why))
        .orElseGet(() -> new Health(true, settings.directory() + ": " + tree.size() + " entries"));
  }

  /** The number of entries. */
  public long size() {
    return tree.size();
  }

  /** The last checkpoint. */
  Checkpoint published() {
    return published;
  }

  /** The key that it is signed with. */
  LogKey key() {
    return key;
  }

  /** Signs a statement of this log. */
  byte[] sign(String text) {
    return publisher.sign(text);
  }

  /** The number of entries under the last checkpoint. */
  public long signed() {
    return signed;
  }

  /** Records that wait. */
  public int waiting() {
    return queue.size();
  }

  /** How many may wait. */
  public static int capacity() {
    return QUEUE;
  }

  /** The disk that it is on. */
  public LogDisk disk() {
    return new LogDisk(settings.directory());
  }

  /** Writes what waits, signs the last checkpoint, and gives the log free for others. */
  @Override
  public void close() {
    closed = true;
    var _ = due.offer(true);
    try {
      writing.join();
      publishing.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (tree.size() > signed) {
      publishNow();
    }
    queue.forEach(late -> late.complete(new AppendResult.Failed("the audit log is closed")));
    try {
      journal.signed(signed);
      journal.close();
    } catch (IOException left) {
      // What it holds is in the tree, or the next start finds it.
    }
    lock.close();
  }
}
