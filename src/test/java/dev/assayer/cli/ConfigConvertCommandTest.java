package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigConvertCommandTest {
  private static final Path PAGE = Path.of("docs/migrating-from-connaisseur.md");
  private static final String STATIC =
      """
      validators:
        - {name: allow, type: static, approve: true}
        - {name: deny, type: static, approve: false}
      policy:
        - {pattern: "*:*", validator: deny}
        - {pattern: "docker.io/library/*:*", validator: allow}
        - {pattern: "ghcr.io/a?b:*", validator: allow}
      alerting:
        reject_request:
          templates: [{template: slack, receiver_url: "https://chat.example/T0/secret"}]
      """;

  @TempDir private Path folder;

  private String file(String text) {
    return TestFiles.write(folder, "values.yaml", text);
  }

  @Test
  void stdoutHasTheConfigurationAndStderrTheReport() {
    Cli.Ran ran = new Cli().run("config", "convert", file(STATIC));
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("apiVersion: assayer.dev/v1\n", "https://chat.example/T0/secret");
    assertThat(ran.err())
        .contains("Connaisseur 2.x: ", "1 not converted", "line 7, policy[2].pattern:")
        .doesNotContain("T0/secret");
    Cli.Ran check = new Cli().run("config", "check", TestFiles.write(folder, "a.yaml", ran.out()));
    assertThat(check.code()).as(check.out()).isZero();
  }

  @Test
  void strictSaysByItsCodeThatSomethingIsMissing() {
    assertThat(new Cli().run("config", "convert", "--strict", file(STATIC)).code()).isOne();
    String whole = STATIC.replace("a?b", "ab");
    assertThat(new Cli().run("config", "convert", "--strict", file(whole)).code()).isZero();
  }

  @Test
  void jsonIsOneObjectAndItsChangesHoldNoSecret() {
    Cli.Ran ran = new Cli().run("config", "convert", "-o", "json", file(STATIC));
    JsonObject object = ran.objects().getFirst();
    assertThat(ran.objects()).hasSize(1);
    assertThat(ran.err()).isEmpty();
    assertThat(object.names()).containsExactly("connaisseur", "config", "changes", "findings");
    List<JsonObject> changes =
        ((JsonArray) object.get("changes").orElseThrow())
            .values().stream().map(change -> change.asObject().orElseThrow()).toList();
    assertThat(changes).extracting(change -> Cli.text(change, "kind")).contains("not_converted");
    assertThat(object.get("changes").map(Json::toString).orElseThrow()).doesNotContain("secret");
  }

  @Test
  void stdinIsReadToo() {
    Cli.Ran ran = new Cli().stdin(STATIC).run("config", "convert", "-");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("# Converted from stdin (Connaisseur 2.x).\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "apiVersion: assayer.dev/v1\n", "a: [", "notaries: []\nvalidators: []"})
  void whatIsNoneOrLeavesNoSafeConversionIsAnErrorAndNothingIsWritten(String text) {
    Cli.Ran ran = new Cli().run("config", "convert", file(text));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("values.yaml");
  }

  @Test
  void aMissingFileIsAnError() {
    Cli.Ran ran = new Cli().run("config", "convert", folder.resolve("none.yaml").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("none.yaml: does not exist");
  }

  @Test
  void everyCommandTakesTheFileAsItIs() {
    String file = file(STATIC);
    Cli.Ran match =
        new Cli().run("policy", "match", "-o", "json", "--config", file, "nginx", "ghcr.io/axb");
    assertThat(match.code()).isZero();
    assertThat(match.objects())
        .extracting(object -> object.get("rule").map(Json::toString).orElseThrow())
        .satisfiesExactly(
            rule -> assertThat(rule).contains("docker.io/library/*:*"),
            rule -> assertThat(rule).contains("\"*:*\""));
    assertThat(match.err()).contains("values.yaml:7:", "not converted: only * is a wildcard here");

    Cli.Ran check = new Cli().run("config", "check", "-o", "json", file);
    assertThat(check.code()).isZero();
    assertThat(check.out()).contains("\"valid\":true").doesNotContain("T0/secret");

    assertThat(new Cli().run("verify", "--config", file, "nginx@sha256:" + "0".repeat(64)).code())
        .isZero();
    assertThat(new Cli().run("verify", "--config", file, "ghcr.io/axb").code()).isOne();
    String review =
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",
        "kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},
        "operation":"CREATE","namespace":"shop","userInfo":{},
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},
        "spec":{"containers":[{"name":"c","image":"ghcr.io/axb"}]}}}}
        """;
    Cli.Ran ran = new Cli().stdin(review).run("review", "--config", file, "-");
    assertThat(ran.out()).contains("\"allowed\":false");
  }

  @Test
  void everyCommandOfThePageRuns() throws IOException {
    String page = Files.readString(PAGE);
    Matcher yaml = Pattern.compile("```yaml values.yaml\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(yaml.find()).isTrue();
    Files.writeString(folder.resolve("values.yaml"), yaml.group(1));
    Matcher blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(page);
    List<String> ran = new ArrayList<>();
    while (blocks.find()) {
      for (String line : blocks.group(1).lines().toList()) {
        ran.add(line);
        Cli.Ran result = run(line);
        assertThat(result.code()).as("%s%n%s", line, result.err()).isZero();
      }
    }
    assertThat(ran)
        .containsExactly(
            "assayer config convert values.yaml > assayer.yaml",
            "assayer config convert --strict -o json values.yaml",
            "assayer config check assayer.yaml",
            "assayer policy match --config assayer.yaml docker.io/acme/payments:1.4"
                + " registry.k8s.io/pause:3.9",
            "assayer config check values.yaml",
            "assayer policy match --config values.yaml docker.io/acme/app:1");
  }

  /** Runs a line of the page with its files in the test's folder. */
  private Cli.Ran run(String line) throws IOException {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    assertThat(words.removeFirst()).isEqualTo("assayer");
    int redirect = words.indexOf(">");
    List<String> arguments = redirect < 0 ? words : words.subList(0, redirect);
    Cli.Ran ran =
        new Cli()
            .run(
                arguments.stream()
                    .map(word -> word.endsWith(".yaml") ? folder.resolve(word).toString() : word)
                    .toArray(String[]::new));
    if (redirect >= 0) {
      Files.writeString(folder.resolve(words.get(redirect + 1)), ran.out());
    }
    return ran;
  }
}
