package dev.assayer.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads the files of a log as they are; whether they are right is for others to say. */
final class LogReader {
  /** A bundle of the longest entries. */
  private static final long MAX_BUNDLE = (long) Tile.WIDTH * (Short.BYTES + Tile.MAX_ENTRY);

  private final Path log;

  LogReader(Path log) {
    this.log = log;
  }

  /** The folder of the log. */
  Path folder() {
    return log;
  }

  /** The signed head, as it is there. */
  Optional<byte[]> checkpoint() throws IOException {
    return file(Tile.CHECKPOINT);
  }

  /** The last checkpoint that a witness signed too, as it is there. */
  Optional<byte[]> cosigned() throws IOException {
    return file(Publication.COSIGNED);
  }

  /** The statement about what was removed, as it is there. */
  Optional<byte[]> tombstone() throws IOException {
    return file(Tombstone.FILE);
  }

  /**
   * The hashes of a tile; of a partial one that is gone, as many of a wider one.
   *
   * @return empty if there is no such tile or it is too short
   */
  Optional<List<Hash>> tile(int level, long index, int width) throws IOException {
    Optional<byte[]> exact = file(Tile.hashes(level, index, width));
    Optional<byte[]> bytes =
        exact.isPresent() ? exact : wider(Tile.hashes(level, index, Tile.WIDTH), width);
    int length = width * Hash.BYTES;
    if (bytes.isEmpty() || bytes.get().length < length) {
      return Optional.empty();
    }
    if (exact.isPresent() && exact.get().length != length) {
      return Optional.empty();
    }
    List<Hash> hashes = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      hashes.add(Hash.at(bytes.get(), i));
    }
    return Optional.of(hashes);
  }

  /** What a bundle of entries holds; of a partial one that is gone, as much of a wider one. */
  Optional<Bundle.Entries> bundle(long index, int width) throws IOException {
    Optional<Bundle.Entries> exact = file(Tile.entries(index, width)).map(Bundle::read);
    if (exact.isPresent()) {
      return exact;
    }
    return wider(Tile.entries(index, Tile.WIDTH), width)
        .map(Bundle::read)
        .map(full ->
            new Bundle.Entries(
                full.whole().subList(0, Math.min(width, full.whole().size())), true));
  }

  /** The full tile, or the widest partial one that is wider than this. */
  private Optional<byte[]> wider(String full, int width) throws IOException {
    if (width == Tile.WIDTH) {
      return Optional.empty();
    }
    if (has(full)) {
      return file(full);
    }
    OptionalInt widest = widest(full);
    return widest.isPresent() && widest.getAsInt() > width
        ? file(full + ".p/" + widest.getAsInt())
        : Optional.empty();
  }

  /** The width of the widest partial tile of this one. */
  OptionalInt widest(String full) throws IOException {
    Path folder = log.resolve(full + ".p");
    if (!Files.isDirectory(folder)) {
      return OptionalInt.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches("[1-9][0-9]{0,2}"))
          .mapToInt(Integer::parseInt)
          .max();
    }
  }

  /** Whether this file is there. */
  boolean has(String name) {
    return Files.exists(log.resolve(name));
  }

  /** A file as it is; nothing of what is no file, such as a pipe that never ends, or too long. */
  Optional<byte[]> file(String name) throws IOException {
    Path file = log.resolve(name);
    try {
      if (Files.exists(file) && !Files.isRegularFile(file) || Files.size(file) > MAX_BUNDLE) {
        return Optional.of(new byte[0]);
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** The tree of this size as its tiles say. */
  Proofs.Subtrees tree(long size) {
    return (from, to) -> {
      try {
        return over(from, to, size);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    };
  }

  /** From the highest tiles that hold it: one hash where it can be, never an entry. */
  private Hash over(long from, long to, long size) throws IOException {
    long width = to - from;
    if (Long.bitCount(width) != 1) {
      long split = from + Proofs.split(width);
      return Hash.node(over(from, split, size), over(split, to, size));
    }
    int height = Long.numberOfTrailingZeros(width);
    int level = height / Tile.HEIGHT;
    int inTile = 1 << (height % Tile.HEIGHT);
    long first = from >>> (level * Tile.HEIGHT);
    long tile = first / Tile.WIDTH;
    int here = (int) Math.min(Tile.WIDTH, Tile.count(level, size) - tile * Tile.WIDTH);
    int start = (int) (first % Tile.WIDTH);
    List<Hash> hashes =
        tile(level, tile, here)
            .orElseThrow(() ->
                new NoSuchFileException(Tile.hashes(level, tile, here) + " is missing or short"));
    return Hash.over(hashes.subList(start, start + inTile));
  }
}
