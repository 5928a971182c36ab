package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tiles and bundles that a reader of today's checkpoint does not read: partial ones of before,
 * which a reader with an older checkpoint reads, and any behind the last entry.
 */
final class SpareFiles {
  private static final Pattern NAME =
      Pattern.compile(
          "tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})"
              + "(?:\\.p/([1-9][0-9]{0,2}))?");

  private final LogReader log;
  private final List<String> names = new ArrayList<>();

  /** Lists the files that are there now. */
  SpareFiles(LogReader log) throws IOException {
    this.log = log;
    Path tiles = log.folder().resolve("tile");
    if (!Files.isDirectory(tiles)) {
      return;
    }
    Path start = tiles.toRealPath();
    Files.walkFileTree(
        start,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            names.add("tile/" + start.relativize(file));
            return FileVisitResult.CONTINUE;
          }

          // The writer may have removed a partial tile meanwhile.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    names.sort(null);
  }

  /**
   * What is wrong with them.
   *
   * @param size of the tree that is signed
   * @param unsigned entries of the journal behind it
   */
  List<Damage> judge(long size, long unsigned) throws IOException {
    List<Damage> damages = new ArrayList<>();
    for (String name : names) {
      Matcher parts = NAME.matcher(name);
      if (parts.matches()) {
        judge(name, parts, size, unsigned).ifPresent(damages::add);
      }
    }
    return damages;
  }

  private Optional<Damage> judge(String name, Matcher parts, long size, long unsigned)
      throws IOException {
    boolean entries = "entries".equals(parts.group(1));
    int level = entries ? 0 : Integer.parseInt(parts.group(1));
    long index = Tile.index(parts.group(2)).orElseThrow();
    int width = parts.group(3) == null ? Tile.WIDTH : Integer.parseInt(parts.group(3));
    long count = Tile.count(level, size + unsigned);
    if (index > count / Tile.WIDTH || width > count - index * Tile.WIDTH) {
      String what = "it stands behind the last entry, " + (size + unsigned - 1);
      return Optional.of(new Damage(name, Damage.Kind.INSERTED, what));
    }
    long signed = Math.min(Tile.WIDTH, Tile.count(level, size) - index * Tile.WIDTH);
    if (width >= signed) {
      return Optional.empty(); // the one that is read, or more of it, which the journal tells
    }
    String wide =
        entries ? Tile.entries(index, (int) signed) : Tile.hashes(level, index, (int) signed);
    Optional<byte[]> narrow = log.file(name);
    Optional<byte[]> whole = log.file(wide);
    if (narrow.isEmpty() || whole.isEmpty() || begins(whole.get(), narrow.get(), entries, width)) {
      return Optional.empty();
    }
    String what = "it is not what " + wide + " begins with";
    return Optional.of(new Damage(name, Damage.Kind.ALTERED, what));
  }

  private static boolean begins(byte[] whole, byte[] narrow, boolean entries, int width) {
    boolean exact =
        entries
            ? Bundle.read(narrow).exactly(width).isPresent()
            : narrow.length == width * Hash.BYTES;
    return exact
        && narrow.length <= whole.length
        && Arrays.equals(whole, 0, narrow.length, narrow, 0, narrow.length);
  }
}
