package dev.assayer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that only the source text shows. */
class SourceRulesTest {
  private static final int MOST_LINES = 400;

  /** Split, so that this file does not break its own rule. */
  private static final List<String> UNFINISHED =
      List.of("TO" + "DO", "FIX" + "ME", "@Dis" + "abled");

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    assertThat(
            sources("src/main/java")
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !isDescribed(folder.resolve("package-info.java"))))
        .as("packages without a package-info.java that has Javadoc and @NullMarked")
        .isEmpty();
  }

  @Test
  void noSourceFileIsLongerThanAReaderCanHold() {
    assertThat(
            allSources()
                .filter(file -> read(file).lines().count() > MOST_LINES)
                .map(file -> file + ": " + read(file).lines().count() + " lines"))
        .as("source files of more than %d lines: divide them", MOST_LINES)
        .isEmpty();
  }

  @Test
  void nothingIsLeftUnfinished() {
    assertThat(
            allSources()
                .flatMap(file ->
                    UNFINISHED.stream()
                        .filter(read(file)::contains)
                        .map(word -> file + ": " + word)))
        .isEmpty();
  }

  @Test
  void noImportHidesWhatItBringsIn() {
    assertThat(
            allSources()
                .flatMap(file ->
                    read(file)
                        .lines()
                        .filter(line -> line.startsWith("import ") && line.endsWith(".*;"))
                        .map(line -> file + ": " + line)))
        .isEmpty();
  }

  private static boolean isDescribed(Path packageInfo) {
    if (!Files.isRegularFile(packageInfo)) {
      return false;
    }
    String text = read(packageInfo);
    return text.startsWith("/**") && text.contains("NullMarked");
  }

  private static Stream<Path> allSources() {
    return Stream.of("src/main/java", "src/test/java", "src/bench/java")
        .flatMap(SourceRulesTest::sources);
  }

  private static Stream<Path> sources(String root) {
    if (!Files.isDirectory(Path.of(root))) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
