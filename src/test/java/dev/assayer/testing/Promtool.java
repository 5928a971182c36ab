package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Prometheus' own judge of metrics. */
public final class Promtool {
  static final String NAME = "promtool";
  private static final Duration AMPLE = Duration.ofSeconds(30);

  private Promtool() {}

  /**
   * What it finds wrong with a scrape in the text format, empty if nothing.
   *
   * @throws IllegalStateException if it cannot read the scrape at all
   */
  public static String check(String scrape) {
    Path program = Programs.find(NAME).orElseThrow();
    try {
      Path output = Files.createTempFile("promtool", ".txt");
      try {
        return Programs.run(
            List.of(program.toString(), "check", "metrics"), Map.of(), output, scrape, AMPLE);
      } finally {
        Files.deleteIfExists(output.resolveSibling(output.getFileName() + ".in"));
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
