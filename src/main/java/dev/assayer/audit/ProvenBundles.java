package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Full bundles of entries as the tree proves them: whoever has the disk can make a file say any
 * time and any length. Used by one thread.
 */
final class ProvenBundles {
  /** A log that is written meanwhile replaces partial tiles by wider ones. */
  private static final int TRIES = 3;

  private final LogReader log;
  private final Map<Long, Long> sizes = new HashMap<>();

  ProvenBundles(LogReader log) {
    this.log = log;
  }

  /**
   * A bundle that is as it was written.
   *
   * @param bytes of its entries, and of the long records that they refer to
   * @param newest what its last entry says of its time, if it does
   */
  record Proven(List<byte[]> entries, long bytes, Optional<Instant> newest) {}

  /** The bundle of this number, if it is what the tree under this head was made of. */
  Optional<Proven> read(long index, Checkpoint head) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<List<byte[]>> entries =
          log.bundle(index, Tile.WIDTH).flatMap(found -> found.exactly(Tile.WIDTH));
      if (entries.isPresent() && isIn(index, entries.get(), head)) {
        long bytes = bytes(entries.get());
        sizes.put(index, bytes);
        return Optional.of(new Proven(entries.get(), bytes, time(entries.get().getLast())));
      }
    }
    return Optional.empty();
  }

  /**
   * Bytes of a bundle, which is read once; none of what is not proven, so that nobody has others
   * removed by what he lays there.
   */
  long bytes(long index, Checkpoint head) throws IOException {
    Optional<Long> known = Optional.ofNullable(sizes.get(index));
    return known.isPresent() ? known.get() : read(index, head).map(Proven::bytes).orElse(0L);
  }

  /** These need not be remembered any more. */
  void forgetBefore(long index) {
    sizes.keySet().removeIf(one -> one < index);
  }

  /** The proof of the last entry holds the hashes of all others of its bundle. */
  private boolean isIn(long index, List<byte[]> entries, Checkpoint head) {
    List<Hash> leaves = entries.stream().map(Hash::leaf).toList();
    long first = index * Tile.WIDTH;
    long last = first + Tile.WIDTH - 1;
    if (last >= head.size()) {
      return false;
    }
    Proofs.Subtrees tiles = log.tree(head.size());
    Proofs.Subtrees tree =
        (from, to) ->
            from >= first && to <= last + 1
                ? Hash.over(leaves.subList((int) (from - first), (int) (to - first)))
                : tiles.over(from, to);
    try {
      List<Hash> path = Proofs.inclusion(last, head.size(), tree);
      return Proofs.includes(leaves.getLast(), last, path, head.size(), head.root());
    } catch (UncheckedIOException missing) {
      return false;
    }
  }

  private static long bytes(List<byte[]> entries) {
    long bytes = 0;
    for (byte[] entry : entries) {
      bytes += Short.BYTES + entry.length;
      bytes += Blobs.of(entry).map(Blobs.Reference::length).orElse(0L);
    }
    return bytes;
  }

  private static Optional<Instant> time(byte[] entry) {
    try {
      return StrictJson.parse(entry, JsonLimits.text(Tile.MAX_ENTRY))
          .asObject()
          .flatMap(object -> object.get("time"))
          .flatMap(Json::asString)
          .map(Instant::parse);
    } catch (JsonException | DateTimeException none) {
      return Optional.empty();
    }
  }
}
