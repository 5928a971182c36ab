package dev.assayer.audit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Says what was done to a bundle of entries, by the tile that knows their hashes. */
final class BundleFault {
  private final LogReader log;
  private final long size;
  private final long index;
  private final int width;
  private final boolean deep;

  /**
   * For the bundle at this index in a log of this size.
   *
   * @param deep whether to search all of the log for where an entry comes from
   */
  BundleFault(LogReader log, long size, long index, int width, boolean deep) {
    this.deep = deep;
    this.log = log;
    this.size = size;
    this.index = index;
    this.width = width;
  }

  /**
   * The first bad entry, if there is one.
   *
   * @param leaves the hashes of its whole entries
   * @param hashes the hashes of the tile; empty if it is not there
   */
  Optional<Damage> place(Optional<Bundle.Entries> bundle, List<Hash> leaves, List<Hash> hashes)
      throws IOException {
    String file = Tile.entries(index, width);
    if (bundle.isEmpty()) {
      return damage(0, Damage.Kind.MISSING, file + " is not there");
    }
    if (hashes.isEmpty()) {
      return Optional.empty();
    }
    int at = 0;
    while (at < Math.min(leaves.size(), hashes.size()) && leaves.get(at).equals(hashes.get(at))) {
      at++;
    }
    if (at == width) {
      return leaves.size() == width && bundle.get().clean()
          ? Optional.empty()
          : damage(width, Damage.Kind.INSERTED, "more stands in " + file + " than was signed");
    }
    if (at == leaves.size()) {
      return damage(at, Damage.Kind.CUT, file + " ends before it");
    }
    return wrong(at, leaves, hashes);
  }

  private Optional<Damage> wrong(int at, List<Hash> leaves, List<Hash> hashes) throws IOException {
    Hash here = leaves.get(at);
    int more = leaves.size() - width;
    if (more < 0 && leaves.subList(at, leaves.size()).equals(hashes.subList(at - more, width))) {
      return damage(
          at,
          Damage.Kind.MISSING,
          more == -1
              ? "it was taken out of its bundle"
              : "it and the next " + (-more - 1) + " were taken out of their bundle");
    }
    if (more > 0 && leaves.subList(at + more, leaves.size()).equals(hashes.subList(at, width))) {
      return damage(
          at,
          Damage.Kind.INSERTED,
          (more == 1 ? "another entry was" : more + " other entries were") + " put before it");
    }
    Optional<Long> bundle = whose(leaves);
    if (bundle.isPresent()) {
      String other = Tile.entries(bundle.get(), Tile.WIDTH);
      return damage(at, Damage.Kind.MOVED, "its bundle holds what belongs into " + other);
    }
    int from = hashes.indexOf(here);
    Optional<Long> origin = from >= 0 ? Optional.of(index * Tile.WIDTH + from) : anywhere(here);
    return origin.isPresent()
        ? damage(at, Damage.Kind.MOVED, "entry " + origin.get() + " is in its place")
        : damage(at, Damage.Kind.ALTERED, "it is not what the tree holds");
  }

  /** Where else in the log this entry stands, if it was asked for and can be told. */
  private Optional<Long> anywhere(Hash leaf) throws IOException {
    for (long other = 0; deep && other * Tile.WIDTH < size; other++) {
      int there = (int) Math.min(Tile.WIDTH, size - other * Tile.WIDTH);
      int found = log.tile(0, other, there).map(hashes -> hashes.indexOf(leaf)).orElse(-1);
      if (found >= 0) {
        return Optional.of(other * Tile.WIDTH + found);
      }
    }
    return Optional.empty();
  }

  /** The bundle whose entries these are, by the tile above. */
  private Optional<Long> whose(List<Hash> leaves) throws IOException {
    if (leaves.size() != Tile.WIDTH) {
      return Optional.empty();
    }
    Hash over = Hash.over(leaves);
    long above = index / Tile.WIDTH;
    long count = Tile.count(1, size) - above * Tile.WIDTH;
    if (count <= 0) {
      return Optional.empty();
    }
    Optional<List<Hash>> tile = log.tile(1, above, (int) Math.min(Tile.WIDTH, count));
    return tile.map(hashes -> hashes.indexOf(over))
        .filter(found -> found >= 0)
        .map(found -> above * Tile.WIDTH + found);
  }

  private Optional<Damage> damage(int at, Damage.Kind kind, String what) {
    return Optional.of(new Damage("entry " + (index * Tile.WIDTH + at), kind, what));
  }
}
