package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken, absurd or meant to be; each gives findings, and never an exception. */
class ConnaisseurHostileTest {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1e9",
          "\"\"",
          "[]",
          "{}",
          "[[]]",
          "[{}]",
          "{a: {b: [c]}}",
          "[null]",
          "\"\\u0000\"",
          "*anchor",
          "default",
          "\"*\"",
          "\"x: y\"",
          "99999999999999999");

  @ParameterizedTest
  @ValueSource(strings = {"first", "second", "third"})
  void anythingInThePlaceOfAnythingIsAFinding(String name) {
    List<String> lines = ConnaisseurConversionTest.file(name + ".yaml").lines().toList();
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < 120; i++) {
      String yaml = changed(lines, random);
      ConversionResult result =
          new ConfigConverter().convert(yaml.getBytes(StandardCharsets.UTF_8), "v.yaml");
      LoadResult loaded = Loads.load(yaml);
      switch (result) {
        case ConversionResult.Converted converted -> {
          assertThat(loaded).as(yaml).isInstanceOf(LoadResult.Loaded.class);
          ConnaisseurConversionTest.sameConfiguration(
              ((LoadResult.Loaded) loaded).config(), Loads.config(converted.yaml()));
        }
        case ConversionResult.Refused(List<Finding> errors) -> {
          refused++;
          assertThat(errors).isNotEmpty();
          assertThat(errors.toString()).doesNotContain("hunter2", "secret/", "very-secret");
        }
      }
    }
    assertThat(refused).isBetween(10, 119);
  }

  /** The file with the value of one line replaced, or the line gone, or twice, or moved. */
  private static String changed(List<String> lines, Random random) {
    List<String> changed = new ArrayList<>(lines);
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(5)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(at, line);
      case 2 -> changed.set(at, "  " + line);
      default -> {
        int colon = line.indexOf(": ");
        String value = VALUES.get(random.nextInt(VALUES.size()));
        if (colon >= 0) {
          changed.set(at, line.substring(0, colon + 2) + value);
        }
      }
    }
    return String.join("\n", changed) + "\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "notaries: [{name: a}]\\nvalidators: [{name: b}]\\npolicy: []|2:13: validators: mixes generations of Connaisseur: notaries in line 1",
        "notaries: []\\napplication: {}|2:14: application: mixes generations",
        "application: {validators: []}|1:14: application: holds no policy; Helm takes the one",
        "validators: [{name: a, type: cosign, trust_roots: []}]\\npolicy: [{pattern: x, with: {trustRoot: b}}]|2:41: policy[0].with.trustRoot: mixes generations of Connaisseur: validators[0].trust_roots in line 1",
        "validators: [{name: a, trust_roots: [], trustRoots: []}]\\npolicy: []|1:53: validators[0].trustRoots: mixes generations",
        "application: [1]|1:14: application: must be a mapping, not a list",
        "application: {validators: {a: b}, policy: [1]}|1:27: application.validators: must be a list, not a mapping",
        "application: {policy: [{pattern: [x], validator: a}]}|1:34: application.policy[0].pattern: must be one value, not a list",
        "notaries: [[]]\\npolicy: []|1:12: notaries[0]: must be a mapping, not a list",
        "notaries: []\\npolicy: [{pattern: x, verify: maybe}]|2:31: policy[0].verify: must be true or false",
        "notaries: []\\npolicy: [{pattern: x, verify: no, verfy: true}]|2:35: policy[0].verfy: no documented key of Connaisseur",
        "notaries: []\\nalerting: {admit_request: {templates: [{template: slack, receiver_url: u, custom_headers: [x]}]}}|2:92: alerting.admit_request.templates[0].custom_headers[0]: must be a header",
        "application: {features: {cache: {expirySeconds: soon}}}|1:49: application.features.cache.expirySeconds: must be seconds",
        "application: {validators: [{name: a, type: notaryv1, trustRoots: [], trust-roots: []}], policy: []}|1:70: application.validators[0].trust-roots: no documented key",
        "application: {validators: [{name: d, type: static, approve: false}], policy: [{pattern: 'a{b,c/d}', validator: d}]}|1:89: application.policy[0].pattern: has a wildcard that spans a slash",
        "application: {validators: [{name: v, type: notaryv1, trustRoots: [{name: default, key: k}]}], policy: [{pattern: 'a@sha256:1', validator: v}]}|1:114: application.policy[0].pattern: is for a digest",
        "notaries: []\\npolicy: [{pattern: x, verify: false}]\\npolicy: []|3:1: field \"policy\" stands twice",
        "validators: [{name: a, type: mystery, host: h, trust_roots: []}]\\npolicy: [{pattern: x, validator: a}]|1:30: validators[0].type: type \"mystery\" is not known",
        "validators: [{name: a, type: notaryv1, trust_roots: []}]\\npolicy: [{pattern: x, validator: b}]|2:34: policy[0].validator: validator \"b\" is not configured",
      })
  void whatLeavesNoSafeConversionIsRefusedAtItsPlace(String yaml, String expected) {
    String text = yaml.replace("\\n", "\n");
    assertThat(ConnaisseurConversionTest.refused(text))
        .anySatisfy(error -> assertThat(error).startsWith("values.yaml:" + expected));
    assertThat(Loads.load(text)).isInstanceOf(LoadResult.Refused.class);
  }

  @Test
  void aMillionEntriesAreTooMany() {
    String yaml = "notaries: []\npolicy:\n" + "- a\n".repeat(1_000_000);
    assertThat(ConnaisseurConversionTest.refused(yaml))
        .singleElement()
        .asString()
        .contains("holds more than 200000 values");
  }

  @Test
  void asManyRulesAsAreReadAreConverted() {
    StringBuilder yaml = new StringBuilder("notaries: [{name: a, host: n.example, root_keys: [");
    yaml.append("{name: default, key: \"")
        .append(Loads.KEY.replace("\n", "\\n"))
        .append("\"}]}]\n");
    yaml.append("policy:\n");
    for (int i = 0; i < 20_000; i++) {
      yaml.append("- {pattern: \"reg.example/r%d*:*\", verify: %b}\n".formatted(i, i % 2 == 0));
    }
    ConversionResult.Converted result = ConnaisseurConversionTest.converted(yaml.toString());
    assertThat(Loads.config(result.yaml()).policy()).hasSize(20_000);
    assertThat(result.changes())
        .filteredOn(change -> change.meaning().contains("the longer one wins"))
        .singleElement()
        .satisfies(change -> assertThat(change.rules()).hasSize(20_000));
    assertThat(Loads.findings(yaml.toString()))
        .allSatisfy(text -> assertThat(text.length()).isLessThan(2_000));
  }

  @Test
  void anchorsAndMergeKeysStandForWhatTheyName() {
    Config config =
        Loads.config(
            """
            x-common: &common {type: notaryv1, host: n.example}
            validators:
              - <<: *common
                name: default
                trust_roots: &roots [{name: default, key: "%s"}]
              - {<<: [*common], name: other, trust_roots: *roots, host: m.example}
            policy: [{pattern: "*:*"}]
            """
                .formatted(Loads.KEY.replace("\n", "\\n")));
    assertThat(config.validators())
        .extracting(validator -> ((NotaryV1Config) validator).host())
        .containsExactly("n.example", "m.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "a", "a: b", "apiVersion: assayer.dev/v1", "--- a\n--- b", "\t", "{"})
  void whatIsNoConnaisseurFileIsNotConverted(String text) {
    assertThat(ConnaisseurConversionTest.refused(text)).isNotEmpty();
  }

  @Test
  void bytesThatAreNoTextAreNotConverted() {
    assertThat(new ConfigConverter().convert(new byte[] {(byte) 0xff}, "v.yaml"))
        .isInstanceOf(ConversionResult.Refused.class);
    assertThat(new ConfigConverter().convert(new byte[ConfigConverter.MAX_BYTES + 1], "v.yaml"))
        .isInstanceOf(ConversionResult.Refused.class);
  }
}
