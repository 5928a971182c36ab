package dev.assayer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that a page shows: {@code $ assayer …} and what the page says it prints. */
final class DocumentedCommands {
  private static final String PROMPT = "$ assayer ";

  /**
   * One command.
   *
   * @param words its arguments
   * @param output the lines after it, up to the next command or the end of the block
   */
  record Shown(List<String> words, List<String> output) {}

  private DocumentedCommands() {}

  static List<Shown> of(String page) {
    List<Shown> shown = new ArrayList<>();
    boolean console = false;
    for (String line : read(page)) {
      if (line.startsWith("```")) {
        console = line.equals("```console");
      } else if (console && line.startsWith(PROMPT)) {
        shown.add(new Shown(words(line.substring(PROMPT.length())), new ArrayList<>()));
      } else if (console) {
        shown.getLast().output().add(line);
      }
    }
    return shown;
  }

  /**
   * The lines of a pipeline's snippet that run us: {@code - run: assayer …}, {@code - assayer …}.
   */
  static List<List<String>> inPipelines(String page) {
    return read(page).stream()
        .map(String::strip)
        .map(line -> line.startsWith("- run: ") ? "- " + line.substring("- run: ".length()) : line)
        .filter(line -> line.startsWith("- assayer "))
        .map(line -> words(line.substring("- assayer ".length())))
        .toList();
  }

  private static List<String> words(String command) {
    return List.of(command.split(" ", -1));
  }

  private static List<String> read(String page) {
    try {
      return Files.readAllLines(Path.of("docs", page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
