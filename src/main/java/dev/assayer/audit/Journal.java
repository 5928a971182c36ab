package dev.assayer.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where entries are durable before they are in the tree: frames, one after the other, in files
 * named after the first index they hold. A file all of whose entries are under a signed checkpoint
 * is removed. Used by one thread.
 */
final class Journal implements AutoCloseable {
  static final String FOLDER = "journal";
  private static final long MAX_FILE = 16L << 20;

  private final Storage storage;
  private final Path folder;
  private final boolean fsync;
  private final Deque<Segment> done = new ArrayDeque<>();
  private Optional<Storage.Appending> open = Optional.empty();
  private Path file;
  private long length;
  private long next;
  private boolean dirty;

  /** Entries before this one were in a file that is gone, and must be signed before others. */
  private long orphaned;

  /** A file that is not written any more, and the index behind its last entry. */
  private record Segment(Path file, long end) {}

  /**
   * Begins to write.
   *
   * @param older files with entries up to {@code next}, removed when those are signed
   * @param next index of the next entry
   */
  Journal(Storage storage, Path log, boolean fsync, List<Path> older, long next)
      throws IOException {
    this.storage = storage;
    this.fsync = fsync;
    this.next = next;
    folder = log.resolve(FOLDER);
    file = folder;
    storage.folder(folder);
    older.forEach(path -> done.add(new Segment(path, next)));
    storage.sync(folder);
  }

  /** The name of the file that begins with this entry. */
  static String name(long first) {
    return String.format(Locale.ROOT, "%020d", first);
  }

  /**
   * Makes these entries durable, all or none.
   *
   * @param signed size of the last published checkpoint
   * @throws IOException if they are not; the next call tries to mend the file first
   */
  void append(List<byte[]> entries, long signed) throws IOException {
    Storage.Appending out = writable();
    if (signed < orphaned) {
      throw new IOException("the journal was removed by somebody else; the next checkpoint is due");
    }
    ByteBuffer frame = new Frame(next, signed, entries).bytes();
    int bytes = frame.remaining();
    dirty = true;
    try {
      out.append(frame);
      if (fsync) {
        out.force();
      }
      if (!out.isInPlace(length + bytes)) {
        throw new IOException("the journal " + file + " was changed or removed by somebody else");
      }
    } catch (IOException failed) {
      cutOff(failed);
      throw failed;
    }
    dirty = false;
    length += bytes;
    next += entries.size();
  }

  /** Before anybody is told no: what was written must not come back after a crash. */
  private void cutOff(IOException failed) {
    try {
      mend();
    } catch (IOException later) {
      failed.addSuppressed(later); // the next write tries it again
    }
  }

  /** Notes without haste that a checkpoint is out, and removes what it has made superfluous. */
  void signed(long size) throws IOException {
    if (open.isPresent() && !dirty) {
      ByteBuffer frame = new Frame(next, size, List.of()).bytes();
      int bytes = frame.remaining();
      dirty = true;
      open.get().append(frame);
      dirty = false;
      length += bytes;
    }
    while (!done.isEmpty() && done.getFirst().end() <= size) {
      storage.delete(done.getFirst().file());
      done.removeFirst();
    }
  }

  /**
   * Puts the file right after a failed write.
   *
   * @throws IOException while that cannot be done
   */
  void mend() throws IOException {
    if (dirty) {
      var _ = writable();
    }
  }

  private Storage.Appending writable() throws IOException {
    if (open.isPresent() && dirty) {
      Storage.Appending out = open.get();
      out.cut(length);
      out.force();
      if (out.isInPlace(length)) {
        dirty = false;
      } else {
        retire();
        orphaned = next; // they are in memory still; the tree takes them from there
      }
    }
    if (open.isPresent() && length > MAX_FILE) {
      retire();
    }
    if (open.isEmpty()) {
      Path begun = folder.resolve(name(next));
      storage.folder(folder);
      storage.delete(begun); // holds no entry: those before it end where it begins
      done.removeIf(segment -> segment.file().equals(begun));
      open = Optional.of(storage.create(begun));
      file = begun;
      length = 0;
      dirty = false;
    }
    return open.get();
  }

  private void retire() throws IOException {
    if (open.isPresent()) {
      open.get().close();
      open = Optional.empty();
      done.add(new Segment(file, next));
    }
  }

  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().close();
    }
  }
}
