package dev.assayer.audit;

import java.util.ArrayList;
import java.util.List;

/** A tree with the entries and tiles that are not published yet. Safe for concurrent use. */
final class GrowingTree {
  /** More bytes of entries do not wait for a checkpoint. */
  private static final long MOST = most(Runtime.getRuntime().maxMemory());

  private final Frontier frontier;
  private final List<byte[]> bundle;
  private final List<FullTile> tiles = new ArrayList<>();
  private final List<FullBundle> bundles = new ArrayList<>();
  private long unpublishedBytes;

  /** A full tile. */
  record FullTile(int level, long index, List<Hash> hashes) {}

  /** A full bundle of entries. */
  record FullBundle(long index, List<byte[]> entries) {}

  /**
   * The tree at one moment.
   *
   * @param partial the hashes of the partial tiles by level
   * @param bundle the entries of the partial bundle
   * @param tiles full ones that were never published
   * @param bundles full ones that were never published
   * @param bytes what the entries hold that were never published
   */
  record Head(
      long size,
      Hash root,
      List<List<Hash>> partial,
      List<byte[]> bundle,
      List<FullTile> tiles,
      List<FullBundle> bundles,
      long bytes) {}

  /** Goes on from here. */
  GrowingTree(Frontier frontier, List<byte[]> bundle) {
    this.frontier = frontier;
    this.bundle = new ArrayList<>(bundle);
  }

  /** Appends an entry; its index. */
  synchronized long append(Hash leaf, byte[] entry) {
    long index = frontier.size();
    frontier.append(leaf, (level, tile, hashes) -> tiles.add(new FullTile(level, tile, hashes)));
    bundle.add(entry);
    unpublishedBytes += entry.length;
    if (bundle.size() == Tile.WIDTH) {
      bundles.add(new FullBundle(index / Tile.WIDTH, List.copyOf(bundle)));
      bundle.clear();
    }
    return index;
  }

  synchronized long size() {
    return frontier.size();
  }

  /** Whether too much waits for a checkpoint. */
  synchronized boolean isFull() {
    return unpublishedBytes > MOST;
  }

  /** An eighth of a heap of so many bytes, so that a disk that hangs does not end the process. */
  static long most(long heap) {
    return Math.min(256L << 20, heap / 8);
  }

  synchronized Head head() {
    return new Head(
        frontier.size(),
        frontier.root(),
        frontier.partial(),
        List.copyOf(bundle),
        List.copyOf(tiles),
        List.copyOf(bundles),
        unpublishedBytes);
  }

  /** What this head holds is published. */
  synchronized void published(Head head) {
    tiles.subList(0, head.tiles().size()).clear();
    bundles.subList(0, head.bundles().size()).clear();
    unpublishedBytes -= head.bytes();
  }
}
