package dev.assayer.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that a configuration is read from, each with what it held: {@code sha256:<hex>}, or why
 * it could not be read. Two are equal when every file held the same. Files read at each use
 * (credentials) and the listener's certificate and key are not among them.
 *
 * @param file the configuration file
 * @param content what it held
 * @param others what the files it refers to held, by path
 */
public record ConfigFiles(Path file, String content, SortedMap<Path, String> others) {
  /** Copies the map. */
  public ConfigFiles {
    others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
  }

  /** The same files with what they hold now; symbolic links are followed anew. */
  public ConfigFiles now() {
    SortedMap<Path, String> fresh = new TreeMap<>();
    others.keySet().forEach(other -> fresh.put(other, state(ReferencedFiles.regular(other))));
    return new ConfigFiles(file, own(), fresh);
  }

  /** A pipe can be read only once, so it never changes. */
  private String own() {
    return Files.exists(file) && !Files.isRegularFile(file)
        ? content
        : state(ReferencedFiles.bounded(file, YamlComposer.MAX_CHARS));
  }

  static String state(ReferencedFiles.Content content) {
    return switch (content) {
      case ReferencedFiles.Read(byte[] bytes) -> Digests.sha256(bytes);
      case ReferencedFiles.Unreadable(String why) -> why;
    };
  }
}
