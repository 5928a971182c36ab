package dev.assayer.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a Merkle tree: all that is needed to append to it and to know its root. Its
 * hashes are those of the partial tiles, so it is as large as they are. Not for several threads.
 */
final class Frontier {
  private final List<List<Hash>> levels;
  private long size;

  /** Is given each tile when it is full. */
  @FunctionalInterface
  interface Filled {
    /** Takes a list that will not change. */
    void tile(int level, long index, List<Hash> hashes);
  }

  /** The tree without entries. */
  Frontier() {
    this(0, List.of());
  }

  /**
   * The tree whose partial tiles hold these hashes.
   *
   * @param partial by level, a list of {@link Tile#partialWidth} hashes each
   */
  Frontier(long size, List<List<Hash>> partial) {
    this.size = size;
    levels = new ArrayList<>();
    partial.forEach(level -> levels.add(new ArrayList<>(level)));
  }

  /** The number of entries. */
  long size() {
    return size;
  }

  /** Appends an entry. */
  void append(Hash leaf, Filled filled) {
    size++;
    Hash next = leaf;
    for (int level = 0; ; level++) {
      if (level == levels.size()) {
        levels.add(new ArrayList<>());
      }
      List<Hash> tile = levels.get(level);
      tile.add(next);
      if (tile.size() < Tile.WIDTH) {
        return;
      }
      levels.set(level, new ArrayList<>());
      filled.tile(level, Tile.count(level + 1, size) - 1, List.copyOf(tile));
      next = Hash.over(tile);
    }
  }

  /** The hashes of the partial tiles by level; an empty list where there is none. */
  List<List<Hash>> partial() {
    return levels.stream().map(List::copyOf).toList();
  }

  /** The root (RFC 6962 section 2.1). */
  Hash root() {
    List<Hash> perfect = new ArrayList<>();
    for (List<Hash> tile : levels.reversed()) {
      int from = 0;
      for (int width = Tile.WIDTH / 2; width > 0; width /= 2) {
        if ((tile.size() & width) != 0) {
          perfect.add(Hash.over(tile.subList(from, from + width)));
          from += width;
        }
      }
    }
    return perfect.reversed().stream()
        .reduce((right, left) -> Hash.node(left, right))
        .orElse(Hash.OF_NOTHING);
  }
}
