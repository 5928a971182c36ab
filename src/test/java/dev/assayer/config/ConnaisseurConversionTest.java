package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Change.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files of the three generations, with what becomes of every part. */
class ConnaisseurConversionTest {

  static String file(String name) {
    try (InputStream in =
        ConnaisseurConversionTest.class.getResourceAsStream("connaisseur/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ConversionResult.Converted converted(String yaml) {
    ConversionResult result =
        new ConfigConverter().convert(yaml.getBytes(StandardCharsets.UTF_8), "values.yaml");
    assertThat(result).as("%s", result).isInstanceOf(ConversionResult.Converted.class);
    return (ConversionResult.Converted) result;
  }

  static List<String> refused(String yaml) {
    ConversionResult result =
        new ConfigConverter().convert(yaml.getBytes(StandardCharsets.UTF_8), "values.yaml");
    assertThat(result).as("%s", result).isInstanceOf(ConversionResult.Refused.class);
    return ((ConversionResult.Refused) result).errors().stream().map(Finding::text).toList();
  }

  private static String line(Change change) {
    return "%d %s%s %s -> %s %s"
        .formatted(
            change.line(),
            change.kind(),
            change.mayAdmitMore() ? "!" : "",
            change.field(),
            change.became(),
            change.rules());
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "second", "third"})
  void theResultIsExactlyThis(String name) {
    ConversionResult.Converted result = converted(file(name + ".yaml"));
    assertThat(result.yaml()).isEqualTo(file(name + ".converted.yaml"));
    assertThat(String.join("\n", result.changes().stream().map(c -> line(c)).toList()) + "\n")
        .isEqualTo(file(name + ".changes.txt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "second", "third"})
  void theFileItselfLoadsAsWhatItIsConvertedTo(String name) {
    String yaml = file(name + ".yaml");
    sameConfiguration(Loads.config(yaml), Loads.config(converted(yaml).yaml()));
  }

  /** Equal but for lines and digest of the file. */
  static void sameConfiguration(Config direct, Config converted) {
    assertThat(converted.cluster()).isEqualTo(direct.cluster());
    assertThat(converted.freshness()).isEqualTo(direct.freshness());
    assertThat(converted.detectionMode()).isEqualTo(direct.detectionMode());
    assertThat(converted.mutation()).isEqualTo(direct.mutation());
    assertThat(converted.automaticChildApproval()).isEqualTo(direct.automaticChildApproval());
    assertThat(converted.revoked()).isEqualTo(direct.revoked());
    assertThat(converted.namespaces()).isEqualTo(direct.namespaces());
    assertThat(converted.alerting()).isEqualTo(direct.alerting());
    assertThat(converted.trustRootDigest()).isEqualTo(direct.trustRootDigest());
    assertThat(converted.validators())
        .extracting(ConnaisseurConversionTest::withoutLine)
        .isEqualTo(
            direct.validators().stream().map(ConnaisseurConversionTest::withoutLine).toList());
    assertThat(converted.policy())
        .extracting(rule -> rule.asConfigured() + " " + rule.resolution())
        .isEqualTo(
            direct.policy().stream()
                .map(rule -> rule.asConfigured() + " " + rule.resolution())
                .toList());
  }

  private static String withoutLine(ValidatorConfig validator) {
    return validator.toString().replaceAll("line=\\d+", "line");
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "second", "third"})
  void eachChangeOfMeaningIsAWarningAtItsLine(String name) {
    String yaml = file(name + ".yaml");
    List<String> wanted =
        converted(yaml).changes().stream()
            .filter(c -> c.kind() == Kind.CHANGED || c.kind() == Kind.NOT_CONVERTED)
            .map(change -> change.finding("config.yaml").text())
            .toList();
    assertThat(Loads.findings(yaml)).containsAll(wanted);
    assertThat(wanted).isNotEmpty().allMatch(text -> text.matches("(?s)config.yaml:\\d+:\\d+: .*"));
  }

  @Test
  void rulesKeepTheLinesOfTheFileTheyCameFrom() {
    String yaml = file("second.yaml");
    List<String> lines = yaml.lines().toList();
    for (RuleConfig rule : Loads.config(yaml).policy()) {
      assertThat(lines.get(rule.line() - 1)).contains("pattern: \"" + rule.pattern());
    }
  }

  @Test
  void thePolicyDigestIsThatOfTheBytesAsTheyAre() {
    String yaml = file("first.yaml");
    assertThat(Loads.config(yaml).policyDigest())
        .isEqualTo(Digests.sha256(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void mistakesInConvertedPartsPointIntoTheOriginal() {
    assertThat(
            Loads.errors(
                """
                notaries:
                  - name: a
                    host: n.example/path
                    root_keys:
                      - {name: default, key: no key}
                policy:
                  - {pattern: "*:*", verify: true, delegations: [UPPER]}
                """))
        .satisfiesExactly(
            host -> assertThat(host).startsWith("config.yaml:3:11: validators[0].host:"),
            key -> assertThat(key).startsWith("config.yaml:5:30: validators[0].trustRoots[0].key:"),
            name -> assertThat(name).startsWith("config.yaml:7:50: policy[0].delegations[0]:"));
  }

  @Test
  void secretsAreInTheResultAndNowhereElse() {
    List<String> secrets =
        List.of(
            "hunter2", "0f0f-secret", "services/T0", "webhookbot/secret", "very-secret", "BEGIN");
    for (String name : List.of("first", "second", "third")) {
      String yaml = file(name + ".yaml");
      ConversionResult.Converted result = converted(yaml);
      for (String secret : secrets) {
        assertThat(result.changes().toString()).doesNotContain(secret);
        assertThat(result.findings().toString()).doesNotContain(secret);
        assertThat(result.toString()).doesNotContain(secret);
        assertThat(Loads.findings(yaml).toString()).doesNotContain(secret);
        assertThat(result.yaml().contains(secret)).isEqualTo(yaml.contains(secret));
      }
    }
  }

  @Test
  void whatWasWrittenReadsAsTheSameTree() throws YamlProblem {
    String odd =
        """
        a: ["", " x ", "yes", "~", "1e3", "0x1", ": #", "- a", "tab\\there", "ü", "\\u0007", "a\\n", "\\n"]
        "key: odd": {b: {}, c: [], d: null, e: -1.5e3, f: true, g: "line one\\n  line two\\n"}
        """;
    YamlNode tree = YamlComposer.compose(odd).orElseThrow();
    String written = YamlWriter.write((YamlNode.Mapping) tree, List.of("head"));
    YamlNode again = YamlComposer.compose(written).orElseThrow();
    assertThat(YamlToJson.json(again)).isEqualTo(YamlToJson.json(tree));
  }

  @Test
  void aReceiverThatMustBeToldIsNeverLeftOutForItsTemplate() {
    String must = file("second.yaml").replace("priority: 7", "fail_if_alert_sending_fails: true");
    assertThat(Loads.load(must)).isInstanceOf(LoadResult.Refused.class);
    assertThat(Loads.load(must).toString())
        .contains("house-style", "what this receiver is not told must be denied");
  }

  @Test
  void theConvertedFileIsReadFromADirectoryLikeAnother() {
    LoadResult result =
        new ConfigLoader().load(file("second.yaml"), Path.of("/elsewhere"), "values.yaml");
    assertThat(result).isInstanceOf(LoadResult.Loaded.class);
  }
}
