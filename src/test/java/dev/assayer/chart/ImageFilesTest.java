package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Launcher and image start Java alike: what differs would make the AOT cache useless, in silence.
 */
class ImageFilesTest {
  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  @Test
  void theOptionsOfTheJvmStandInOneFileForLauncherAndImage() throws IOException {
    String launcher = read("src/main/launcher/assayer");
    String entrypoint =
        read("Dockerfile")
            .lines()
            .filter(line -> line.startsWith("ENTRYPOINT "))
            .reduce((one, two) -> two)
            .orElseThrow();
    assertThat(entrypoint)
        .isEqualTo(
            "ENTRYPOINT [\"/opt/assayer/jre/bin/java\", \"@/opt/assayer/jvm.options\","
                + " \"-XX:AOTCache=/opt/assayer/assayer.aot\", \"-jar\","
                + " \"/opt/assayer/assayer.jar\"]");
    String start = launcher.substring(launcher.indexOf("exec "));
    assertThat(start.lines().map(line -> line.strip().replace(" \\", "")))
        .containsExactly(
            "exec \"$java_home/bin/java\"",
            "\"@$home/lib/jvm.options\"",
            "${cache:+\"$cache\"}",
            "${tier:+\"$tier\"}",
            "${ASSAYER_JAVA_OPTS-}",
            "-jar \"$home/assayer.jar\" \"$@\"");
  }

  @Test
  void theCacheIsMadeAndCheckedWithTheSameOptions() throws IOException {
    List<String> starts =
        read("src/main/image/link.sh")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("\"$java\""))
            .toList();
    assertThat(starts)
        .hasSize(2)
        .allMatch(line -> line.startsWith("\"$java\" \"@$home/jvm.options\" \"-XX:AOTCache"));
    assertThat(starts.getLast()).contains("-XX:AOTMode=on");
  }

  @Test
  void aBuildWithoutTheMakefileTrainsTheCacheTheSameWay() throws IOException {
    String training = line("Makefile", "AOT_TRAINING ?= ");
    assertThat(line("Dockerfile", "ARG AOT_TRAINING=")).isEqualTo('"' + training + '"');
    assertThat(read("src/main/image/link.sh")).contains("java /build/InCluster.java");
  }

  /** What stands after this at the beginning of a line. */
  private static String line(String file, String beginning) throws IOException {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theFileHasOptionsThatAnArgumentFileTakes() throws IOException {
    assertThat(read("src/main/launcher/jvm.options").lines().filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("-").doesNotContain(" ", "\"", "\\"));
  }

  @Test
  void basesArePinnedByDigestAndTheUserIsNobody() throws IOException {
    String dockerfile = read("Dockerfile");
    assertThat(dockerfile.lines().filter(line -> line.matches("ARG (JDK|RUNTIME)_IMAGE=.*")))
        .hasSize(2)
        .allMatch(line -> line.matches(".*@sha256:[0-9a-f]{64}"));
    assertThat(dockerfile.lines().filter(line -> line.startsWith("FROM ")))
        .containsExactly("FROM ${JDK_IMAGE} AS build", "FROM ${RUNTIME_IMAGE}");
    assertThat(dockerfile.lines()).contains("USER 65532:65532");
    String shipped = dockerfile.substring(dockerfile.indexOf("FROM ${RUNTIME_IMAGE}"));
    assertThat(shipped)
        .as("nothing is run, fetched or installed in what ships")
        .doesNotContain("RUN ", "ADD ");
  }
}
