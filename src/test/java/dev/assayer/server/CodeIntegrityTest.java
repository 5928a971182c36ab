package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeIntegrityTest {
  @TempDir private Path home;

  @BeforeEach
  void build() throws IOException {
    Files.createDirectory(home.resolve("lib"));
    Files.writeString(home.resolve("assayer.jar"), "ours");
    Files.writeString(home.resolve("assayer.aot"), "compiled");
    Files.writeString(home.resolve("lib/one.jar"), "one");
    Files.writeString(
        home.resolve(CodeIntegrity.LIST),
        line("assayer.aot", "compiled") + line("assayer.jar", "ours") + line("lib/one.jar", "one"));
  }

  private static String line(String name, String content) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum) + "  " + name + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private CodeIntegrity.Found look(Map<String, String> environment, String... options) {
    String classPath = home.resolve("assayer.jar").toString();
    return new CodeIntegrity(Optional.of(home), classPath, List.of(options), environment).look();
  }

  private List<String> mismatches() {
    return look(Map.of()).mismatches();
  }

  @Test
  void whatTheBuildMadeIsAsItWas() {
    assertThat(mismatches()).isEmpty();
    assertThat(look(Map.of()).list()).hasSize(64);
    assertThat(
            look(Map.of("JDK_JAVA_OPTIONS", "-Xmx1g"), "-Xmx1g", "-XX:+UseSerialGC").mismatches())
        .isEmpty();
  }

  @Test
  @DisplayName("OPS-16: a file of the own code that was replaced, added or removed is found")
  void replaced() throws IOException {
    Files.writeString(home.resolve("lib/one.jar"), "evil");
    assertThat(mismatches()).containsExactly("lib/one.jar was changed after the build");
    Files.delete(home.resolve("lib/one.jar"));
    Files.writeString(home.resolve("lib/two.jar"), "evil");
    assertThat(mismatches())
        .containsExactly("lib/one.jar is gone", "lib/two.jar was added after the build");
    Files.writeString(home.resolve("assayer.aot"), "evil");
    assertThat(mismatches()).contains("assayer.aot was changed after the build");
    Files.delete(home.resolve(CodeIntegrity.LIST));
    assertThat(mismatches()).singleElement().asString().contains("there is no assayer.sha256");
  }

  @ParameterizedTest
  @DisplayName("OPS-16: an option that loads other code is found")
  @ValueSource(
      strings = {
        "-javaagent:/tmp/evil.jar",
        "-agentlib:jdwp=transport=dt_socket",
        "-agentpath:/tmp/evil.so",
        "-Xbootclasspath/a:/tmp/evil.jar",
        "--patch-module=java.base=/tmp",
        "-XX:+EnableDynamicAgentLoading",
        "-XX:-DisableAttachMechanism"
      })
  void agents(String option) {
    assertThat(look(Map.of(), "-Xmx1g", option).mismatches())
        .singleElement()
        .asString()
        .startsWith("the JVM was started with -")
        .doesNotContain("evil");
  }

  @Test
  @DisplayName("OPS-16: options for the JVM that come out of the environment are found")
  void variables() {
    assertThat(look(Map.of("JAVA_TOOL_OPTIONS", "-Dx=y", "_JAVA_OPTIONS", "-Dx=y")).mismatches())
        .hasSize(2);
    assertThat(look(Map.of("JAVA_TOOL_OPTIONS", " ")).mismatches()).isEmpty();
  }

  @Test
  void anotherClassPathIsFound() {
    assertThat(
            new CodeIntegrity(
                    Optional.of(home), home + "/assayer.jar:/tmp/evil", List.of(), Map.of())
                .look()
                .mismatches())
        .containsExactly("the class path is not assayer.jar alone");
  }

  @Test
  void classesInNoJarHaveNothingToBeComparedWith() {
    assertThat(new CodeIntegrity(Optional.empty(), "", List.of(), Map.of()).look())
        .isEqualTo(new CodeIntegrity.Found(List.of(), ""));
  }
}
