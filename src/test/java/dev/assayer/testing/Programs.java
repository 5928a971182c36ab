package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs other programs for tests: with an environment that holds only what is named, output to a
 * file, and an end to every wait.
 */
public final class Programs {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"), Path.of("/bin"));

  private Programs() {}

  /** Where the program is installed, if it is. */
  public static Optional<Path> find(String name) {
    List<Path> places = new ArrayList<>();
    Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> List.of(path.split(":", -1)).stream())
        .filter(place -> !place.isEmpty())
        .map(Path::of)
        .forEach(places::add);
    places.addAll(PLACES);
    return places.stream()
        .map(place -> place.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a program that stays; its output goes to {@code log}. */
  public static Process start(List<String> command, Map<String, String> environment, Path log) {
    return start(command, environment, log, Redirect.from(Path.of("/dev/null").toFile()));
  }

  /**
   * Runs a program to its end.
   *
   * @return what it wrote, both streams
   * @throws IllegalStateException if it fails or does not end in time
   */
  public static String run(
      List<String> command,
      Map<String, String> environment,
      Path output,
      String input,
      Duration atMost) {
    Path inputFile = output.resolveSibling(output.getFileName() + ".in");
    try {
      Files.writeString(inputFile, input);
      Process process = start(command, environment, output, Redirect.from(inputFile.toFile()));
      try {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException(command + " did not end within " + atMost);
        }
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            command + " ended with " + process.exitValue() + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  /** Ends a program, gently first. */
  public static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Process start(
      List<String> command, Map<String, String> environment, Path log, Redirect input) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile()).redirectInput(input);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
