package dev.assayer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of the hostile corpus is a test, found by the id at the start of its display name. */
class HostileCorpusTest {
  private static final Path ROWS = Path.of("src/test/resources/hostile/rows.txt");
  private static final Path TESTS = Path.of("src/test/java");

  @Test
  void everyRowHasATestThatIsNamedAfterIt() throws IOException {
    List<String> sources;
    try (Stream<Path> files = Files.walk(TESTS)) {
      sources =
          files
              .filter(file -> file.toString().endsWith("Test.java"))
              .map(HostileCorpusTest::read)
              .toList();
    }
    Set<String> missing = new TreeSet<>();
    for (String row : rows()) {
      String name = "@DisplayName(\"" + row;
      if (sources.stream().noneMatch(source -> isNamed(source, name))) {
        missing.add(row);
      }
    }
    assertThat(missing).as("rows of %s without a test", ROWS).isEmpty();
  }

  @Test
  void theListOfRowsIsTheWholeListOfThisVersion() throws IOException {
    assertThat(rows()).hasSize(136).doesNotHaveDuplicates();
  }

  /** The id itself and not the beginning of another one. */
  private static boolean isNamed(String source, String name) {
    for (int at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + 1)) {
      int next = at + name.length();
      if (next < source.length() && !Character.isDigit(source.charAt(next))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(ROWS).stream()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .toList();
  }

  private static String read(Path file) {
    try {
      // A long display name stands on the line after its annotation's bracket.
      return Files.readString(file).replaceAll("@DisplayName\\(\\s+", "@DisplayName(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
