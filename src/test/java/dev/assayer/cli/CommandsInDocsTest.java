package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Whoever copies a command out of a page at night gets one that exists, with its options. */
class CommandsInDocsTest {
  private static final List<Path> PLACES =
      List.of(
          Path.of("README.md"),
          Path.of("docs"),
          Path.of("alerts"),
          Path.of("dashboards"),
          Path.of("threat-model"),
          Path.of("charts/assayer/templates/NOTES.txt"));

  private static final Pattern FENCED =
      Pattern.compile("^ *```\\w*\\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern INLINE = Pattern.compile("`(assayer\\s+[a-z][^`]*)`");

  /** Where a command begins in a line of a block. */
  private static final Pattern BEGINS =
      Pattern.compile(
          "(?:^ *(?:\\$ |- run: |- )?|[|&;] *|-- )(?:target/)?(assayer [a-z][^|&;#>\\n]*)",
          Pattern.MULTILINE);

  private static final Map<String, CommandLine> COMMANDS =
      CommandTree.byName(
          CommandTree.of(
              Session.of(
                  InputStream.nullInputStream(),
                  OutputStream.nullOutputStream(),
                  OutputStream.nullOutputStream(),
                  Map.of())));

  @Test
  void everyCommandOfAPageExistsWithItsOptions() throws IOException {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Path page : pages()) {
      for (String command : commands(Files.readString(page))) {
        found++;
        problem(command).ifPresent(what -> wrong.add(page + ": " + command + ": " + what));
      }
    }
    assertThat(found).isGreaterThan(100);
    assertThat(wrong).isEmpty();
  }

  @Test
  void aWrongCommandOrOptionIsFound() {
    assertThat(commands("```sh\n$ assayer audit shwo X | head\n```\n see `assayer\nserv` there"))
        .hasSize(2)
        .allMatch(command -> problem(command).isPresent());
    assertThat(problem("assayer verify IMAGE --confg x")).contains("no option --confg");
    assertThat(problem("assayer verify IMAGE --config=x -o json")).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path place : PLACES) {
      try (Stream<Path> files = Files.walk(place)) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> file.toString().matches(".*(\\.md|\\.txt|panels\\.yaml)"))
            .forEach(pages::add);
      }
    }
    return pages;
  }

  private static List<String> commands(String text) {
    List<String> commands = new ArrayList<>();
    Matcher block = FENCED.matcher(text);
    StringBuilder prose = new StringBuilder();
    while (block.find()) {
      BEGINS.matcher(block.group(1)).results().forEach(one -> commands.add(one.group(1)));
      block.appendReplacement(prose, "");
    }
    INLINE
        .matcher(block.appendTail(prose))
        .results()
        .forEach(one -> commands.add(one.group(1).replaceAll("\\s+", " ")));
    return commands;
  }

  /** What is wrong with a command. */
  private static Optional<String> problem(String command) {
    List<String> words = List.of(command.strip().split(" +"));
    String name = words.getFirst();
    int at = 1;
    while (at < words.size() && COMMANDS.containsKey(name + " " + words.get(at))) {
      name += " " + words.get(at);
      at++;
    }
    CommandLine line = COMMANDS.get(name);
    if (line == null || !line.getSubcommands().isEmpty() && at < words.size()) {
      return Optional.of("no such command");
    }
    return words.subList(at, words.size()).stream()
        .filter(word -> word.matches("--?[a-z].*"))
        .map(word -> word.split("=", 2)[0])
        .filter(option -> !line.getCommandSpec().optionsMap().containsKey(option))
        .findFirst()
        .map(option -> "no option " + option);
  }
}
