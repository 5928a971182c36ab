package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCheckCommandTest {
  private static final String WARNED =
      """
      apiVersion: assayer.dev/v1
      policy:
        - {pattern: "*:*", verify: false}
        - {pattern: "docker.io/nginx:*", verify: false}
        - {pattern: "*:*", verify: false}
      """;

  @TempDir private Path folder;

  private Cli.Ran check(String yaml, String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "config";
    args[1] = "check";
    args[2] = TestFiles.write(folder, "c.yaml", yaml);
    System.arraycopy(more, 0, args, 3, more.length);
    return new Cli().run(args);
  }

  @Test
  void aSoundFileIsValid() {
    Cli.Ran ran = check(TestFiles.STATIC);
    assertThat(ran.code()).isZero();
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.out())
        .containsPattern(
            "c\\.yaml is valid: 3 rules, 2 validators, policy digest sha256:[0-9a-f]{64}\n");
  }

  @Test
  void rulesThatCanNeverWinAreWarnedOfWithLineAndFix() {
    Cli.Ran ran = check(WARNED);
    assertThat(ran.code()).isZero();
    assertThat(ran.lines().getFirst())
        .contains("c.yaml:4:", "warning: policy[1].pattern:", "docker.io/library/nginx:*");
    assertThat(ran.lines().get(1)).contains("c.yaml:5:", "policy[2].pattern:", "stands twice");
    assertThat(ran.lines().getLast()).contains("is valid: 3 rules, 0 validators, 2 warnings");
  }

  @Test
  void strictTurnsWarningsIntoErrors() {
    Cli.Ran ran = check(WARNED, "--strict");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.lines().getFirst()).contains("error: policy[1].pattern:");
    assertThat(ran.lines().getLast()).endsWith("is not valid: 2 errors");
  }

  @Test
  void aRuleForFewerNamespacesDoesNotMakeAnotherUseless() {
    Cli.Ran ran =
        check(
            """
            apiVersion: assayer.dev/v1
            policy:
              - {pattern: "*:*", verify: false, namespaces: [shop]}
              - {pattern: "*:*", verify: false}
            """);
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.out()).contains("is valid");
  }

  @Test
  void aRuleWhoseImagesWouldAllBeDeniedIsAnError() {
    Cli.Ran ran = check("apiVersion: assayer.dev/v1\npolicy:\n  - pattern: \"*:*\"\n");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).contains("c.yaml:3:", "policy[0].validator", "config_error");
  }

  @Test
  void errorsNameLineColumnFieldAndRemedy() {
    Cli.Ran ran =
        check(
            "apiVersion: assayer.dev/v1\nclutser: x\npolicy:\n  - {pattern: \"*:*\", verify: no}\n");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.lines().getFirst()).contains("c.yaml:2:1: error:", "clutser", "cluster");
  }

  @Test
  void programsReadTheSameFindings() {
    Cli.Ran ran = check(WARNED, "-o", "json", "--strict");
    assertThat(ran.code()).isEqualTo(2);
    JsonObject report = Cli.object(ran.out());
    assertThat(report.names())
        .containsExactly(
            "file",
            "valid",
            "strict",
            "rules",
            "validators",
            "policy_digest",
            "trust_root_digest",
            "findings");
    assertThat(report.get("valid")).contains(Json.of(false));
    List<Json> findings = report.get("findings").flatMap(Json::asArray).orElseThrow().values();
    assertThat(findings).hasSize(2);
    JsonObject first = findings.getFirst().asObject().orElseThrow();
    assertThat(first.names())
        .containsExactly("severity", "line", "column", "field", "value", "problem", "remedy");
    assertThat(first.get("line")).contains(Json.of(4));
    assertThat(Cli.text(first, "severity")).isEqualTo("warning");
    assertThat(Cli.text(first, "remedy")).contains("docker.io/library/nginx:*");
  }

  @Test
  void aRefusedFileIsAnObjectToo() {
    Cli.Ran ran = check("]", "-o", "json");
    assertThat(ran.code()).isEqualTo(2);
    JsonObject report = Cli.object(ran.out());
    assertThat(report.get("valid")).contains(Json.of(false));
    assertThat(ran.out()).contains("\"rules\":null");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Cli.Ran ran = new Cli().run("config", "check", "/none/such.yaml");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).contains("/none/such.yaml");
  }

  @Test
  void theFileOfTheEnvironmentServesToo() {
    String file = TestFiles.write(folder, "env.yaml", TestFiles.STATIC);
    assertThat(new Cli().with("ASSAYER_CONFIG", file).run("config", "check").out())
        .contains("env.yaml is valid");
  }
}
