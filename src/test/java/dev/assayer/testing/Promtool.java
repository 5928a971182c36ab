package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prometheus' own judge of metrics. */
public final class Promtool {
  static final String NAME = "promtool";
  private static final Duration AMPLE = Duration.ofMinutes(5);

  private Promtool() {}

  /**
   * What it finds wrong with a scrape in the text format, empty if nothing.
   *
   * @throws IllegalStateException if it cannot read the scrape at all
   */
  public static String check(String scrape) {
    return given(scrape, "check", "metrics");
  }

  /**
   * What it says to these arguments.
   *
   * @throws IllegalStateException if it finds something wrong
   */
  public static String run(String... arguments) {
    return given("", arguments);
  }

  private static String given(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst(Programs.find(NAME).orElseThrow().toString());
    try {
      Path output = Files.createTempFile("promtool", ".txt");
      try {
        return Programs.run(command, Map.of(), output, input, AMPLE);
      } finally {
        Files.deleteIfExists(output.resolveSibling(output.getFileName() + ".in"));
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
