package dev.assayer.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The images that a command is about: those on the line, then those in a file. */
final class ImageArguments {
  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description = "Image as in a pod: [host[:port]/]path[:tag][@sha256:...].")
  private List<String> images = List.of();

  @Option(
      names = "--images-from",
      paramLabel = "FILE|-",
      description =
          "Also these images, one a line; empty lines and lines that begin with # are passed over."
              + " A - reads stdin.")
  private Optional<String> file = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /** Hands on each image, in order, as it is read. */
  void forEach(Session session, Consumer<String> action) {
    if (images.isEmpty() && file.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "No image is given: write at least one IMAGE, or --images-from FILE");
    }
    images.forEach(action);
    file.ifPresent(name -> lines(name, session, action));
  }

  private static void lines(String name, Session session, Consumer<String> action) {
    try (InputStream in =
            name.equals("-") ? session.in() : Files.newInputStream(GlobalOptions.path(name));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(action);
    } catch (IOException | UncheckedIOException unreadable) {
      throw Inputs.unreadable("--images-from", name, unreadable);
    }
  }
}
