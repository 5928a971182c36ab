package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyMatchCommandTest {
  private static final String NO_VALIDATORS =
      """
      apiVersion: assayer.dev/v1
      policy:
        - pattern: "docker.io/*:*"
        - {pattern: "docker.io/library/*:*", verify: false}
        - {pattern: "docker.io/library/nginx:*", namespaces: [shop, "team-*"], verify: false}
      """;

  @TempDir private Path folder;
  private String config = "";

  @BeforeEach
  void write() {
    config = TestFiles.write(folder, "policy.yaml", NO_VALIDATORS);
  }

  private Cli.Ran match(String... args) {
    return new Cli()
        .with("ASSAYER_CONFIG", config)
        .run(
            Stream.concat(Stream.of("policy", "match"), Arrays.stream(args))
                .toArray(String[]::new));
  }

  @Test
  void oneObjectALineInTheOrderOfTheImages() {
    Cli.Ran ran = match("-o", "json", "nginx", "gcr.io/a/b", "docker.io/acme/app:1");
    assertThat(ran.code()).isZero();
    assertThat(ran.objects())
        .extracting(line -> Cli.text(line, "image"))
        .containsExactly("nginx", "gcr.io/a/b", "docker.io/acme/app:1");
    assertThat(ran.objects())
        .allSatisfy(
            line -> assertThat(line.names()).containsExactly("image", "rule", "index", "why"));
  }

  @Test
  void aNamespaceThatCannotExistIsRefusedByName() {
    for (String bad : List.of("", "Shop", "a b", "-a", "a".repeat(64))) {
      Cli.Ran ran = match("-n", bad, "nginx");
      assertThat(ran.code()).as(bad).isEqualTo(2);
      assertThat(ran.err()).contains("--namespace", "is not the name of a namespace", "lower-case");
    }
    assertThat(match("-n", "shop", "nginx").code()).isZero();
  }

  @Test
  void theRuleIsAsConfigured() {
    JsonObject line = match("nginx", "-o", "json").objects().getFirst();
    assertThat(line.get("rule"))
        .contains(
            JsonObject.builder()
                .put("pattern", "docker.io/library/*:*")
                .put("verify", false)
                .build());
    assertThat(line.get("index")).contains(Json.of(1));
    List<String> why =
        line.get("why").flatMap(Json::asArray).orElseThrow().values().stream()
            .map(sentence -> sentence.asString().orElseThrow())
            .toList();
    assertThat(why)
        .first()
        .asString()
        .isEqualTo("\"nginx\" is matched as docker.io/library/nginx:latest.");
    assertThat(why).anyMatch(s -> s.contains("policy[0]") && s.contains("loses to policy[1]"));
    assertThat(why).anyMatch(s -> s.contains("policy[1]") && s.contains("wins"));
    assertThat(why).anyMatch(s -> s.contains("policy[2]") && s.contains("namespaces shop, team-*"));
  }

  @Test
  void noMatchIsNullAndFine() {
    Cli.Ran ran = match("gcr.io/a/b:1", "-o", "json");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("\"rule\":null,\"index\":null").contains("no_matching_rule");
  }

  @Test
  void theNamespaceBringsItsRulesIn() {
    assertThat(match("nginx", "-n", "team-blue", "-o", "json").objects().getFirst().get("index"))
        .contains(Json.of(2));
    assertThat(match("nginx", "-n", "steam-blue", "-o", "json").objects().getFirst().get("index"))
        .contains(Json.of(1));
  }

  @Test
  void anImageThatIsNoneHasALineAndTheOthersToo() {
    Cli.Ran ran = match("-o", "json", "Not An Image", "nginx", "x@sha512:" + "a".repeat(128));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.objects()).hasSize(3);
    JsonObject bad = ran.objects().getFirst();
    assertThat(Cli.text(bad, "image")).isEqualTo("Not An Image");
    assertThat(bad.get("rule")).contains(JsonNull.NULL);
    JsonObject error = bad.get("error").flatMap(Json::asObject).orElseThrow();
    assertThat(Cli.text(error, "reason")).isEqualTo("reference_invalid");
    assertThat(Cli.text(error, "detail")).contains("upper-case");
    assertThat(ran.objects().get(1).get("index")).contains(Json.of(1));
    assertThat(ran.objects().getLast().get("error").flatMap(Json::asObject).orElseThrow())
        .extracting(last -> Cli.text(last, "reason"))
        .isEqualTo("hash_unsupported");
  }

  @Test
  void anArgumentIsGivenBackToTheLetterAndOnOneLine() {
    String hostile = "a\nb\u202e\u0000\"\\\ud83d\ude00";
    Cli.Ran ran = match("-o", "json", hostile);
    assertThat(ran.out()).hasLineCount(1).doesNotContain("\u202e");
    assertThat(Cli.text(ran.objects().getFirst(), "image")).isEqualTo(hostile);
  }

  @Test
  void aRuleThatCannotBeAskedIsAWarningHere() {
    Cli.Ran ran = match("acme/app", "-o", "json");
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).startsWith("assayer: warning: ").contains("policy.yaml:3:");
    assertThat(ran.objects().getFirst().get("index")).contains(Json.of(0));
  }

  @Test
  void peopleReadTheWinnerWhatItDoesAndEachStep() {
    Cli.Ran ran = match("nginx", "acme/app", "gcr.io/x");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains(
            "docker.io/library/nginx:latest",
            "policy[1]",
            "(line 4)",
            "admits without verification",
            "loses to policy[1]",
            "denies config_error",
            "rule  none");
  }

  @Test
  void imagesComeFromAFileOrStdinLineByLine() {
    String list = TestFiles.write(folder, "images", "# ours\nnginx\r\n\nredis:7\n");
    assertThat(match("-o", "json", "busybox", "--images-from", list).objects())
        .extracting(line -> Cli.text(line, "image"))
        .containsExactly("busybox", "nginx", "redis:7");
    Cli.Ran piped =
        new Cli()
            .stdin("nginx\nredis\n")
            .run("policy", "match", "--images-from", "-", "--config", config, "-o", "json");
    assertThat(piped.objects()).hasSize(2);
  }

  @Test
  void aListThatCannotBeReadIsNamed() {
    Cli.Ran ran = match("--images-from", "/none/such");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--images-from", "/none/such", "no such file");
  }

  @Test
  void anEmptyArgumentIsAnImageThatIsNone() {
    Cli.Ran ran = match("-o", "json", "");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(Cli.text(ran.objects().getFirst(), "image")).isEmpty();
  }

  @Test
  void noImageAtAllIsAMistake() {
    Cli.Ran ran = match();
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("No image is given", "IMAGE");
  }

  @Test
  void fiveThousandImagesAgainstAHundredRulesTakeSeconds() {
    String rules =
        IntStream.range(0, 100)
            .mapToObj(i -> "  - {pattern: \"docker.io/team" + i + "/*:*\", verify: false}\n")
            .collect(Collectors.joining());
    config = TestFiles.write(folder, "many.yaml", "apiVersion: assayer.dev/v1\npolicy:\n" + rules);
    String images =
        TestFiles.write(
            folder,
            "images",
            IntStream.range(0, 5000)
                .mapToObj(i -> "team" + i % 120 + "/app:" + i + "\n")
                .collect(Collectors.joining()));
    Instant start = Instant.now();
    Cli.Ran ran = match("-o", "json", "--images-from", images);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(ran.code()).isZero();
    assertThat(ran.lines()).hasSize(5000);
    assertThat(ran.lines().get(119)).contains("\"rule\":null", "The other 100 rules do not match.");
  }
}
