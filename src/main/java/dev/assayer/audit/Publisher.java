package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a tree to where others read it: tiles and bundles first, and when they are durable the
 * checkpoint over them. Used by one thread at a time.
 */
final class Publisher {
  /** Partial bundles that stay: readers of the checkpoint before may still want theirs. */
  private static final int KEPT = 2;

  private final Storage storage;
  private final Path log;
  private final String origin;
  private final Ed25519Signer signer;
  private final Deque<Path> partialBundles = new ArrayDeque<>();
  private Optional<String> last;

  /**
   * Publishes for this origin.
   *
   * @param last the checkpoint that is there, if there is one
   */
  Publisher(Storage storage, Path log, String origin, Ed25519Signer signer, Optional<String> last) {
    this.storage = storage;
    this.log = log;
    this.origin = origin;
    this.signer = signer;
    this.last = last;
  }

  /**
   * Publishes this head.
   *
   * @return whether the checkpoint before was still the one that was written last
   * @throws IOException if the new one is not durable; the one before is there then
   */
  boolean publish(GrowingTree.Head head) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (GrowingTree.FullBundle full : head.bundles()) {
      put(Tile.entries(full.index(), Tile.WIDTH), Bundle.of(full.entries()), folders);
    }
    for (GrowingTree.FullTile full : head.tiles()) {
      String name = Tile.hashes(full.level(), full.index(), Tile.WIDTH);
      put(name, Hash.tile(full.hashes()), folders);
    }
    if (!head.bundle().isEmpty()) {
      String name = Tile.entries(head.size() / Tile.WIDTH, head.bundle().size());
      put(name, Bundle.of(head.bundle()), folders);
      partialBundles.remove(log.resolve(name));
      partialBundles.add(log.resolve(name));
    }
    for (int level = 0; level < head.partial().size(); level++) {
      List<Hash> hashes = head.partial().get(level);
      if (!hashes.isEmpty()) {
        long index = Tile.count(level, head.size()) / Tile.WIDTH;
        put(Tile.hashes(level, index, hashes.size()), Hash.tile(hashes), folders);
      }
    }
    for (Path folder : folders) {
      storage.sync(folder);
    }
    boolean intact = last.equals(present());
    String text = new Checkpoint(origin, head.size(), head.root()).text();
    byte[] note = sign(text);
    storage.put(log.resolve(Tile.CHECKPOINT), note);
    last = Optional.of(new String(note, StandardCharsets.UTF_8));
    storage.sync(log);
    tidy(head);
    return intact;
  }

  /** Signs with the key of the log. */
  byte[] sign(String text) {
    return SignedNote.sign(text, origin, signer);
  }

  private void put(String name, byte[] content, Set<Path> folders) throws IOException {
    Path file = log.resolve(name);
    Path folder = Objects.requireNonNull(file.getParent(), "a tile has a folder");
    storage.folder(folder);
    storage.put(file, content);
    folders.add(folder);
  }

  private Optional<String> present() throws IOException {
    return new LogReader(log).checkpoint().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Removes partial tiles that a full one has replaced, and partial bundles nobody needs. */
  private void tidy(GrowingTree.Head head) {
    for (GrowingTree.FullBundle full : head.bundles()) {
      remove(log.resolve(Tile.entries(full.index(), Tile.WIDTH) + ".p"));
    }
    for (GrowingTree.FullTile full : head.tiles()) {
      remove(log.resolve(Tile.hashes(full.level(), full.index(), Tile.WIDTH) + ".p"));
    }
    while (partialBundles.size() > KEPT) {
      try {
        storage.delete(partialBundles.removeFirst());
      } catch (IOException stays) {
        // It holds nothing wrong, and goes with its folder when the bundle is full.
      }
    }
  }

  private void remove(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        storage.delete(file);
      }
      storage.delete(folder);
    } catch (IOException stays) {
      // Partial tiles beside a full one are superfluous, and no error.
    }
  }
}
