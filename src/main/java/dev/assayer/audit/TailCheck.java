package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Looks at what stands behind the signed checkpoint: the journal may go on from there, and tiles
 * may hold what the journal holds, if the writer ended between the two. Anything else was put
 * there, or the checkpoint was put back.
 */
final class TailCheck {
  private final LogReader log;
  private final long size;
  private final List<Damage> damages = new ArrayList<>();
  private final Map<Long, Hash> behind = new HashMap<>();
  private long torn;

  TailCheck(LogReader log, long size) {
    this.log = log;
    this.size = size;
  }

  /** Entries of the journal that no checkpoint covers. */
  long unsigned() {
    return behind.size();
  }

  /** Bytes of a write that a crash cut off. */
  long torn() {
    return torn;
  }

  /** What is wrong. */
  List<Damage> run() throws IOException {
    List<Path> files = JournalReader.files(log.folder());
    for (Path file : files) {
      Optional<JournalReader.Contents> contents = JournalReader.read(file);
      if (contents.isPresent()) {
        read(contents.get(), file.equals(files.getLast()));
      }
    }
    for (long index = size; index < size + behind.size(); index++) {
      if (!behind.containsKey(index)) {
        damages.add(
            new Damage("entry " + index, Damage.Kind.MISSING, "the journal has those behind it"));
        break;
      }
    }
    beyond();
    return damages;
  }

  private void read(JournalReader.Contents contents, boolean last) throws IOException {
    for (Frame frame : contents.frames()) {
      if (frame.signed() > size) {
        damages.add(
            new Damage(
                Tile.CHECKPOINT,
                Damage.Kind.ROLLED_BACK,
                "it is of size " + size + ", but one of size " + frame.signed() + " was signed"));
        return;
      }
      for (int i = 0; i < frame.entries().size(); i++) {
        long index = frame.first() + i;
        if (index >= size) {
          behind.put(index, Hash.leaf(frame.entries().get(i)));
        }
      }
    }
    if (contents.damaged() || contents.torn() > 0 && !last) {
      damages.add(
          new Damage(
              log.folder().relativize(contents.file()).toString(),
              Damage.Kind.ALTERED,
              "a write to the disk at byte " + contents.whole() + " is not as it was"));
    } else {
      torn += contents.torn();
    }
  }

  /** Entries and tiles behind the checkpoint. */
  private void beyond() throws IOException {
    long index = size / Tile.WIDTH;
    int width = Tile.partialWidth(0, size);
    while (damages.isEmpty()) {
      Optional<Bundle.Entries> bundle = widest(index, width);
      if (bundle.isEmpty()) {
        return;
      }
      List<byte[]> entries = bundle.get().whole();
      for (int i = width; i < entries.size(); i++) {
        long at = index * Tile.WIDTH + i;
        if (!Optional.of(Hash.leaf(entries.get(i))).equals(Optional.ofNullable(behind.get(at)))) {
          damages.add(
              new Damage(
                  "entry " + at,
                  behind.containsKey(at) ? Damage.Kind.ALTERED : Damage.Kind.INSERTED,
                  "it stands behind the signed size "
                      + size
                      + ", and not so in the journal: it was forged, or an older checkpoint was"
                      + " put back"));
          return;
        }
      }
      index++;
      width = 0;
    }
  }

  /** The bundle with most entries, if there is one with more than this. */
  private Optional<Bundle.Entries> widest(long index, int width) throws IOException {
    if (log.has(Tile.entries(index, Tile.WIDTH))) {
      return log.bundle(index, Tile.WIDTH);
    }
    OptionalInt widest = log.widest(Tile.entries(index, Tile.WIDTH));
    return widest.isPresent() && widest.getAsInt() > width
        ? log.bundle(index, widest.getAsInt())
        : Optional.empty();
  }
}
