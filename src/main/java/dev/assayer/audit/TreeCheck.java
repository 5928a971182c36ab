package dev.assayer.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Makes the tree anew, once from the entries and once from the lowest tiles, and compares both with
 * what is signed: where they part, it says which of the two is the wrong one.
 */
final class TreeCheck {
  private static final int MOST = 20;

  private final LogReader log;
  private final Checkpoint head;
  private final List<Checkpoint> earlier;
  private final BiConsumer<Long, Long> progress;
  private final Blobs blobs;
  private final EvidenceCheck evidence;
  private final Frontier byEntries = new Frontier();
  private final Frontier byTiles = new Frontier();
  private final List<Damage> entries = new ArrayList<>();
  private final List<Damage> lowest = new ArrayList<>();
  private final List<Damage> aboveEntries = new ArrayList<>();
  private final List<Damage> aboveTiles = new ArrayList<>();
  private final List<Damage> kept = new ArrayList<>();
  private final List<Checkpoint> unmet = new ArrayList<>();
  private final List<Damage> belowRemoved = new ArrayList<>();
  private final List<Damage> replaced = new ArrayList<>();
  private final long firstKept;
  private Optional<Long> firstGap = Optional.empty();
  private final Set<String> lost = new TreeSet<>();
  private Optional<Announced> announced = Optional.empty();
  private long met;

  /**
   * How many bundles in a row are gone with their tiles. Then neither makes the root, and a size
   * that somebody wrote into the checkpoint is not counted up to.
   */
  private int absent;

  /** The last entry that says that others are removed. */
  record Announced(long index, Tombstone.Announcement says) {}

  /**
   * Checks against this head.
   *
   * @param earlier heads of the same log, smallest first
   * @param firstKept entries before this one may have been removed
   */
  TreeCheck(
      LogReader log,
      Checkpoint head,
      List<Checkpoint> earlier,
      long firstKept,
      BiConsumer<Long, Long> progress) {
    this.firstKept = firstKept;
    this.log = log;
    this.head = head;
    this.earlier = earlier;
    this.progress = progress;
    blobs = new Blobs(log.folder());
    evidence = new EvidenceCheck(log.folder());
  }

  /** What is wrong, the first place first. */
  List<Damage> run() throws IOException {
    long size = head.size();
    meet();
    for (long index = 0; index * Tile.WIDTH < size && absent < MOST; index++) {
      tile(index, (int) Math.min(Tile.WIDTH, size - index * Tile.WIDTH));
      progress.accept(Math.min(size, (index + 1) * Tile.WIDTH), size);
    }
    for (int level = 1; Tile.count(level, size) > 0 && absent < MOST; level++) {
      partial(level);
    }
    List<Damage> found = new ArrayList<>(judged());
    for (Checkpoint checkpoint : unmet) {
      found.add(
          new Damage(
              "entries " + met + " to " + (checkpoint.size() - 1),
              Damage.Kind.ALTERED,
              "the checkpoint of size " + checkpoint.size() + " was signed over other ones"));
    }
    found.addAll(kept);
    return found;
  }

  /** The first entry whose bundle is not there though it should be. */
  Optional<Long> firstGap() {
    return firstGap;
  }

  /** Bundles that announcements of removals name as missing or not what was written. */
  List<String> lost() {
    return List.copyOf(lost);
  }

  /** The last announcement of a removal. */
  Optional<Announced> announced() {
    return announced;
  }

  private List<Damage> judged() throws IOException {
    boolean entriesHold = byEntries.root().equals(head.root());
    boolean tilesHold = byTiles.root().equals(head.root());
    if (entriesHold) {
      return joined(lowest, aboveEntries);
    }
    if (tilesHold) {
      return joined(entries, aboveTiles);
    }
    if (!belowRemoved.isEmpty() && isRootOfUpperTiles()) {
      return joined(belowRemoved, entries);
    }
    if (!entries.isEmpty()) {
      return joined(entries, List.of(unsigned()));
    }
    if (!replaced.isEmpty() && isRootOfUpperTiles()) {
      return replaced;
    }
    return joined(aboveTiles, List.of(unsigned()));
  }

  /** Where entries are gone, the tiles above tell whether the lowest are right. */
  private boolean isRootOfUpperTiles() throws IOException {
    try {
      return log.tree(head.size()).over(0, head.size()).equals(head.root());
    } catch (UncheckedIOException unreadable) {
      return false;
    }
  }

  private void removed(long index, List<Hash> hashes) throws IOException {
    String name = Tile.hashes(0, index, Tile.WIDTH);
    long above = index / Tile.WIDTH;
    int width = (int) Math.min(Tile.WIDTH, Tile.count(1, head.size()) - above * Tile.WIDTH);
    Optional<Hash> expected =
        log.tile(1, above, width).map(tile -> tile.get((int) (index % Tile.WIDTH)));
    if (hashes.isEmpty()) {
      add(belowRemoved, new Damage(name, Damage.Kind.MISSING, "it is not there or too short"));
    } else if (!Optional.of(Hash.over(hashes)).equals(expected)) {
      add(
          belowRemoved,
          new Damage(name, Damage.Kind.ALTERED, "it is not what the tile above was made of"));
    }
  }

  private static List<Damage> joined(List<Damage> first, List<Damage> second) {
    List<Damage> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private Damage unsigned() {
    return new Damage(
        "entries " + met + " to " + Math.max(met, head.size() - 1),
        Damage.Kind.FORGED,
        "they do not make the root of the checkpoint of size " + head.size());
  }

  private void tile(long index, int width) throws IOException {
    Optional<List<Hash>> tile = log.tile(0, index, width);
    Optional<Bundle.Entries> bundle = log.bundle(index, width);
    List<byte[]> found = bundle.map(Bundle.Entries::whole).orElse(List.of());
    List<Hash> hashes = tile.orElse(List.of());
    absent = tile.isEmpty() && bundle.isEmpty() ? absent + 1 : 0;
    boolean removable = (index + 1) * Tile.WIDTH <= firstKept;
    boolean removed = removable && bundle.isEmpty();
    List<Hash> leaves = removed ? hashes : found.stream().map(Hash::leaf).toList();
    if (removed) {
      removed(index, hashes);
    } else if (bundle.isEmpty() && firstGap.isEmpty()) {
      firstGap = Optional.of(index * Tile.WIDTH);
    }
    String name = Tile.hashes(0, index, width);
    if (tile.isEmpty()) {
      add(lowest, new Damage(name, Damage.Kind.MISSING, "it is not there or too short"));
    }
    boolean fits =
        removed || bundle.filter(Bundle.Entries::clean).isPresent() && leaves.equals(hashes);
    if (!fits) {
      new BundleFault(log, head.size(), index, width, entries.isEmpty())
          .place(bundle, leaves, hashes)
          .ifPresent(damage -> add(entries, damage));
      if (leaves.size() >= width && leaves.subList(0, width).equals(hashes)) {
        kept.addAll(entries); // the tree is whole, and more stands behind it
        entries.clear();
      }
      if (tile.isPresent() && !differ(leaves, hashes).isEmpty()) {
        int at = differ(leaves, hashes).get();
        String what = "hash " + at + " is not that of entry " + (index * Tile.WIDTH + at);
        add(lowest, new Damage(name, Damage.Kind.ALTERED, what));
      }
    }
    for (int i = 0; i < width; i++) {
      byEntries.append(
          i < leaves.size() ? leaves.get(i) : Hash.OF_NOTHING,
          (level, at, full) -> above(level, at, full, aboveEntries));
      byTiles.append(
          i < hashes.size() ? hashes.get(i) : Hash.OF_NOTHING,
          (level, at, full) -> above(level, at, full, aboveTiles));
      meet();
    }
    for (int i = 0; i < found.size(); i++) {
      long at = index * Tile.WIDTH + i;
      if (!removable) {
        files(at, found.get(i));
      }
      Tombstone.announced(found.get(i))
          .ifPresent(says -> {
            announced = Optional.of(new Announced(at, says));
            lost.addAll(says.damaged());
          });
    }
  }

  /** The first place where two lists differ within the shorter, or behind it. */
  private static Optional<Integer> differ(List<Hash> leaves, List<Hash> hashes) {
    for (int i = 0; i < hashes.size(); i++) {
      if (i >= leaves.size() || !leaves.get(i).equals(hashes.get(i))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** What is kept beside the log for an entry: a long record, and the evidence that it names. */
  private void files(long index, byte[] entry) throws IOException {
    Optional<Blobs.Reference> reference = Blobs.of(entry);
    byte[] record = entry;
    if (reference.isPresent()) {
      switch (blobs.read(reference.get())) {
        case Blobs.Found.Whole(byte[] whole) -> record = whole;
        case Blobs.Found.Bad(String file, String why) -> {
          boolean there = log.has(file);
          add(
              kept,
              new Damage(
                  "entry " + index,
                  there ? Damage.Kind.ALTERED : Damage.Kind.MISSING,
                  "its record " + file + " " + why));
        }
      }
    }
    evidence.of(index, record).ifPresent(damage -> add(kept, damage));
  }

  private void above(int level, long index, List<Hash> full, List<Damage> into) {
    if (level > 0) {
      compare(level, index, full, into);
    }
  }

  private void partial(int level) {
    int width = Tile.partialWidth(level, head.size());
    if (width > 0) {
      long index = Tile.count(level, head.size()) / Tile.WIDTH;
      compare(level, index, byEntries.partial().get(level), aboveEntries);
      compare(level, index, byTiles.partial().get(level), aboveTiles);
    }
  }

  private void compare(int level, long index, List<Hash> made, List<Damage> into) {
    String name = Tile.hashes(level, index, made.size());
    Optional<List<Hash>> tile;
    try {
      tile = log.tile(level, index, made.size());
    } catch (IOException unreadable) {
      add(into, new Damage(name, Damage.Kind.MISSING, Words.of(unreadable)));
      return;
    }
    if (tile.isEmpty()) {
      add(into, new Damage(name, Damage.Kind.MISSING, "it is not there or has a wrong length"));
      return;
    }
    differ(made, tile.get())
        .ifPresent(at -> {
          long first = (index * Tile.WIDTH + at) << (level * Tile.HEIGHT);
          long last = Math.min(head.size(), first + (1L << (level * Tile.HEIGHT))) - 1;
          if (level == 1) {
            replaced(name, first, last);
          }
          add(
              into,
              new Damage(
                  name,
                  Damage.Kind.ALTERED,
                  "hash " + at + " is not that of the entries " + first + " to " + last));
        });
  }

  private void replaced(String above, long first, long last) {
    String lowest = Tile.hashes(0, first / Tile.WIDTH, Tile.WIDTH);
    String what = "they and " + lowest + " are not what " + above + " was made of";
    Damage damage = new Damage("entries " + first + " to " + last, Damage.Kind.ALTERED, what);
    if (!replaced.contains(damage)) {
      add(replaced, damage);
    }
  }

  private static void add(List<Damage> list, Damage damage) {
    if (list.size() < MOST) {
      list.add(damage);
    }
  }

  /** Compares with the checkpoints of the size that is reached. */
  private void meet() {
    for (Checkpoint checkpoint : earlier) {
      if (checkpoint.size() == byEntries.size()) {
        if (checkpoint.root().equals(byEntries.root())) {
          met = checkpoint.size();
        } else {
          unmet.add(checkpoint);
        }
      }
    }
  }
}
