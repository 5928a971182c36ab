package dev.assayer.config;

import java.nio.file.Path;

/**
 * Reads configuration files. It never throws on what a file holds: every mistake is a {@link
 * Finding}.
 */
public final class ConfigLoader {

  /**
   * Reads a file; relative paths in it are relative to its directory.
   *
   * @param file the configuration file, at most 4 MiB of UTF-8
   */
  public LoadResult load(Path file) {
    throw new UnsupportedOperationException(file.toString());
  }

  /**
   * Reads a text.
   *
   * @param yaml the configuration, at most 4 MiB of UTF-8
   * @param baseDirectory where relative paths in it start
   * @param sourceName name for findings
   */
  public LoadResult load(String yaml, Path baseDirectory, String sourceName) {
    throw new UnsupportedOperationException(yaml + baseDirectory + sourceName);
  }
}
