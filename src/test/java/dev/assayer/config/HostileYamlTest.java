package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileYamlTest {
  @TempDir Path directory;

  private String loadBytes(byte[] bytes) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.write(file, bytes);
    return only(new ConfigLoader().load(file)).replace(directory + "/", "");
  }

  private static String only(LoadResult result) {
    List<Finding> errors = ((LoadResult.Refused) result).errors();
    assertThat(errors).hasSize(1);
    return errors.getFirst().text();
  }

  private static String refusal(String yaml) {
    return only(Loads.load(yaml));
  }

  @Test
  void anEmptyFileIsRefused() {
    String text = "config.yaml: is empty; start with apiVersion: assayer.dev/v1";
    assertThat(refusal("")).isEqualTo(text);
    assertThat(refusal("# only a comment\n")).isEqualTo(text);
    assertThat(refusal("---\n"))
        .isEqualTo(
            "config.yaml:2:1: must be a mapping, not empty; start with apiVersion: assayer.dev/v1");
    assertThat(refusal("- a"))
        .isEqualTo(
            "config.yaml:1:1: must be a mapping, not a list; start with apiVersion:"
                + " assayer.dev/v1");
  }

  @Test
  void anAliasIsACopyOfWhatItsAnchorNames() {
    String text =
        """
        apiVersion: assayer.dev/v1
        validators:
          - {name: default, type: static, approve: &no false}
          - {name: other, type: static, approve: *no}
        policy:
          - &rule {pattern: "*:*", validator: default, namespaces: &teams [shop]}
          - {pattern: "a.example/*:*", validator: other, namespaces: *teams}
        """;
    assertThat(new ConfigLoader().load(text, Path.of("."), "config.yaml"))
        .isInstanceOfSatisfying(
            LoadResult.Loaded.class,
            loaded ->
                assertThat(loaded.config().policy().get(1).namespaces()).containsExactly("shop"));
  }

  @Test
  void nothingCanHoldItself() {
    assertThat(refusal("a: &a [*a]\n")).contains("\"*a\" names nothing before it");
  }

  @Test
  void anEntityBombIsRefusedByWhatItWouldHold() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(refusal(bomb.toString())).contains("holds more than 200000 values");
  }

  @Test
  void aPatternWithoutQuotesIsExplained() {
    assertThat(refusal("policy:\n- pattern: *:*\n"))
        .startsWith("config.yaml:2:")
        .endsWith("a value that starts with * or & needs quotes, such as \"*:*\"");
    assertThat(refusal("policy:\n- pattern: */app\n"))
        .startsWith("config.yaml:2:13: not valid YAML: ")
        .endsWith("a value that starts with * or & needs quotes, such as \"*:*\"");
  }

  @Test
  void aFieldThatStandsTwiceIsRefused() {
    assertThat(refusal("policy: []\npolicy: []\n"))
        .isEqualTo(
            "config.yaml:2:1: field \"policy\" stands twice, first in line 1; keep one of them");
    assertThat(refusal("a: {b: {verify: true, 'verify': false}}"))
        .contains("field \"verify\" stands twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1: a", "true: a", "null: a", "? [a]\n: b", "? {a: b}\n: c"})
  void aFieldNameThatIsNoStringIsRefused(String yaml) {
    assertThat(refusal(yaml)).contains("a field name must be a string, not ");
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(refusal(Loads.MINIMAL + "---\npolicy: []\n"))
        .isEqualTo(
            "config.yaml:5:1: the file holds more than one YAML document; keep one, without ---"
                + " lines");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: !!binary eA==", "a: !!java.net.URL [b]", "!!set {a}", "a: !x y", "!!str a: b"})
  void tagsAreRefused(String yaml) {
    assertThat(refusal(yaml)).contains("YAML tags are not accepted");
  }

  @Test
  void mergeKeysAreUnknownFields() {
    assertThat(Loads.errors(Loads.MINIMAL + "<<: {detectionMode: true}"))
        .containsExactly(
            "config.yaml:5:1: <<: unknown field \"<<\"; known here: apiVersion, cluster,"
                + " validators, policy, webhook, admin, page, audit, state, freshness, readiness,"
                + " grace, detectionMode, mutation, automaticChildApproval, revoked, liveness,"
                + " namespaces, unknownKinds, registries, …");
  }

  @Test
  void tabsAreExplained() {
    assertThat(refusal("webhook:\n\tport: 1\n"))
        .isEqualTo("config.yaml:2:1: a tab stands where YAML wants spaces; use spaces");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    assertThat(loadBytes(new byte[] {'a', ':', ' ', (byte) 0xff}))
        .isEqualTo("config.yaml: is not UTF-8 text; save it as UTF-8");
    assertThat(loadBytes("a: b".getBytes(StandardCharsets.UTF_16))).contains("is not UTF-8 text");
    assertThat(loadBytes(("\ufeff" + Loads.MINIMAL).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("config.yaml:1:1: starts with a byte order mark; save it as UTF-8 without one");
  }

  @Test
  void unprintableCharactersAreRefusedWithTheirPlace() {
    assertThat(refusal("a: b\nc: d\u0000\n"))
        .startsWith("config.yaml:2:5: holds the unprintable character U+0000; ");
    assertThat(refusal("a: \ud800")).contains("holds the unprintable character U+D800");
  }

  @Test
  void aFileThatIsTooLargeOrMissingIsRefused() throws IOException {
    assertThat(loadBytes(new byte[YamlComposer.MAX_CHARS + 1]))
        .isEqualTo(
            "config.yaml: is larger than 4 MiB; give the path of a readable file of at most 4 MiB");
    assertThat(refusal("#".repeat(YamlComposer.MAX_CHARS + 1)))
        .isEqualTo("config.yaml: is larger than 4 MiB; remove parts of it");
    assertThat(only(new ConfigLoader().load(directory.resolve("absent"))))
        .endsWith("absent: does not exist; give the path of a readable file of at most 4 MiB");
    assertThat(only(new ConfigLoader().load(directory))).contains(": cannot be read; ");
  }

  @Test
  void aPathWithANulIsRefused() {
    assertThat(Loads.errors(Loads.MINIMAL + "audit: {directory: \"a\\0b\"}"))
        .containsExactly(
            "config.yaml:5:20: audit.directory: is not a path; write the path of a file");
  }

  @Test
  void deepNestingIsRefused() {
    for (String open : List.of("[", "{a: ", "- ")) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () ->
              assertThat(refusal("a: \n  " + open.repeat(1_000_000)))
                  .contains("nested deeper than 32 levels"));
    }
  }

  @Test
  void manyValuesAreRefused() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThat(refusal("a: [" + "1,".repeat(2_000_000) + "]"))
                .contains("holds more than 200000 values"));
  }

  @Test
  void manyFieldsOfOneHashAreReadQuickly() {
    StringBuilder yaml = new StringBuilder(Loads.MINIMAL);
    for (int i = 0; i < 1 << 14; i++) {
      for (int bit = 0; bit < 14; bit++) {
        yaml.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // equal hash codes
      }
      yaml.append(": 1\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThat(Loads.errors(yaml.toString())).hasSize(Reading.MAX_ERRORS + 1));
  }

  @Test
  void mutilatedFilesNeverThrow() {
    String whole = Loads.file(Loads.notary("n", "r"), "- {pattern: \"*:*\", trustRoot: [r]}");
    Random random = new Random(42);
    String signs = "{}[]:,\"'&*!|>%@`#\t\n -?\\\u0000\u0085\ufeff€0aé";
    for (int round = 0; round < 1_000; round++) {
      StringBuilder yaml = new StringBuilder(whole);
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        int at = random.nextInt(yaml.length());
        char sign = signs.charAt(random.nextInt(signs.length()));
        switch (random.nextInt(3)) {
          case 0 -> yaml.setCharAt(at, sign);
          case 1 -> yaml.insert(at, sign);
          default -> yaml.deleteCharAt(at);
        }
      }
      assertThat(Loads.load(yaml.toString())).isNotNull();
    }
  }
}
