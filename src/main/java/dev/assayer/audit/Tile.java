package dev.assayer.audit;

import java.util.Locale;
import java.util.Optional;

/** Where C2SP tlog-tiles puts what, below the folder of a log. */
final class Tile {
  /** Hashes of a full tile, entries of a full bundle. */
  static final int WIDTH = 256;

  /** {@link #WIDTH} as a power of two. */
  static final int HEIGHT = 8;

  /** The longest entry. */
  static final int MAX_ENTRY = 65_535;

  static final String CHECKPOINT = "checkpoint";

  private Tile() {}

  /** A tile of hashes; a width below {@link #WIDTH} is a partial one. */
  static String hashes(int level, long index, int width) {
    return "tile/" + level + "/" + number(index) + partial(width);
  }

  /** A bundle of entries. */
  static String entries(long index, int width) {
    return "tile/entries/" + number(index) + partial(width);
  }

  /** The number of hashes at this level that a tree of this size has. */
  static long count(int level, long size) {
    return level * HEIGHT >= Long.SIZE - 1 ? 0 : size >>> (level * HEIGHT);
  }

  /** The width of the partial tile at this level in a tree of this size; 0 for none. */
  static int partialWidth(int level, long size) {
    return (int) (count(level, size) % WIDTH);
  }

  /** The number of the full bundle or tile that this is, from its name below its folder. */
  static Optional<Long> index(String name) {
    if (!name.matches("(x[0-9]{3}/){0,5}[0-9]{3}")) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(name.replace("x", "").replace("/", "")));
  }

  private static String partial(int width) {
    return width == WIDTH ? "" : ".p/" + width;
  }

  private static String number(long index) {
    String last = String.format(Locale.ROOT, "%03d", index % 1000);
    return index < 1000 ? last : folders(index / 1000) + "/" + last;
  }

  private static String folders(long index) {
    String here = String.format(Locale.ROOT, "x%03d", index % 1000);
    return index < 1000 ? here : folders(index / 1000) + "/" + here;
  }
}
