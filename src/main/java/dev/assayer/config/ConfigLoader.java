package dev.assayer.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads configuration files. It never throws on what a file holds: every mistake is a {@link
 * Finding}.
 */
public final class ConfigLoader {
  private static final String LIMIT = "4 MiB";

  /**
   * Reads a file; relative paths in it are relative to its directory.
   *
   * @param file the configuration file, at most 4 MiB of UTF-8
   */
  public LoadResult load(Path file) {
    return snapshot(file).result();
  }

  /** {@link #load(Path)}, with the files that it read, so that a later change can be seen. */
  public Snapshot snapshot(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    ReferencedFiles others = new ReferencedFiles(parent == null ? file.toAbsolutePath() : parent);
    ReferencedFiles.Content content = ReferencedFiles.bounded(file, YamlComposer.MAX_CHARS);
    LoadResult result =
        switch (content) {
          case ReferencedFiles.Unreadable(String why) ->
              refused(
                  file.toString(),
                  0,
                  0,
                  why,
                  "give the path of a readable file of at most " + LIMIT);
          case ReferencedFiles.Read(byte[] bytes) -> load(bytes, others, file.toString());
        };
    return new Snapshot(result, new ConfigFiles(file, ConfigFiles.state(content), others.states()));
  }

  /**
   * What loading gave.
   *
   * @param files what the result was read from, whether or not it is usable
   */
  public record Snapshot(LoadResult result, ConfigFiles files) {}

  /**
   * Reads a text.
   *
   * @param yaml the configuration, at most 4 MiB of UTF-8
   * @param baseDirectory where relative paths in it start
   * @param sourceName name for findings
   */
  public LoadResult load(String yaml, Path baseDirectory, String sourceName) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > YamlComposer.MAX_CHARS) {
      return refused(sourceName, 0, 0, "is larger than " + LIMIT, "remove parts of it");
    }
    return read(yaml, bytes, new Reading(sourceName, new ReferencedFiles(baseDirectory)));
  }

  private static LoadResult load(byte[] bytes, ReferencedFiles others, String source) {
    try {
      return read(YamlText.decode(bytes), bytes, new Reading(source, others));
    } catch (YamlProblem notText) {
      return refused(source, notText);
    }
  }

  /** As {@link #load}, with the gathering object kept in the caller's hands. */
  static LoadResult read(String text, byte[] bytes, Reading reading) {
    try {
      return new ConfigReader(reading.source(), bytes, reading).read(YamlText.document(text));
    } catch (YamlProblem problem) {
      return refused(reading.source(), problem);
    }
  }

  private static LoadResult refused(String source, YamlProblem problem) {
    return refused(source, problem.line(), problem.column(), problem.problem(), problem.remedy());
  }

  private static LoadResult refused(
      String source, int line, int column, String problem, String remedy) {
    return new LoadResult.Refused(
        List.of(new Finding(Severity.ERROR, source, line, column, "", "", problem, remedy)));
  }
}
