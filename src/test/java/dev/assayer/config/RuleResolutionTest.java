package dev.assayer.config;

import static dev.assayer.config.Loads.cosign;
import static dev.assayer.config.Loads.file;
import static dev.assayer.config.Loads.notary;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.assayer.config.Resolution.Combination;
import dev.assayer.config.Resolution.ResolvedValidator;
import dev.assayer.decision.Mode;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RuleResolutionTest {

  private static Resolution resolve(String validators, String rule) {
    return Loads.config(file(validators, rule)).policy().getFirst().resolution();
  }

  private static Resolution single(String validator, String... roots) {
    return new Resolution.Resolved(
        Combination.SINGLE, List.of(new ResolvedValidator(validator, List.of(roots))));
  }

  @Test
  void theOnlyValidatorAndItsOnlyRootAreSelected() {
    assertThat(resolve(notary("n", "r"), "- pattern: x")).isEqualTo(single("n", "r"));
  }

  @Test
  void amongSeveralTheOneNamedDefaultIsSelected() {
    assertThat(resolve(notary("n", "r") + notary("default", "s", "default"), "- pattern: x"))
        .isEqualTo(single("default", "default"));
  }

  @Test
  void withoutADefaultAmongSeveralValidatorsTheRuleDeniesConfigError() {
    String yaml = file(notary("a", "r") + notary("b", "r"), "- pattern: x");
    assertThat(Loads.loaded(yaml).findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.DEFERRED);
          assertThat(finding.field()).isEqualTo("policy[0].validator");
          assertThat(finding.problem())
              .isEqualTo(
                  "no validator is named, and of the 2 configured none is called \"default\","
                      + " so images under this rule are denied config_error");
          assertThat(finding.remedy()).isEqualTo("add validator: NAME to the rule");
        });
    assertThat(Loads.config(yaml).policy().getFirst().resolution())
        .isEqualTo(
            new Resolution.Unresolvable(
                "no validator is named, and of the 2 configured none is called \"default\"; add"
                    + " validator: NAME to the rule"));
  }

  @Test
  void withoutAnyValidatorOnlyExemptRulesWork() {
    Config config =
        Loads.config(
            """
            apiVersion: assayer.dev/v1
            policy:
              - pattern: a
              - {pattern: b, verify: false}
            """);
    assertThat(config.policy().get(0).resolution()).isInstanceOf(Resolution.Unresolvable.class);
    assertThat(config.policy().get(1).resolution()).isEqualTo(new Resolution.Exempt());
  }

  @Test
  void withoutADefaultAmongSeveralRootsTheRuleDeniesConfigError() {
    String yaml = file(notary("n", "r", "s"), "- pattern: x");
    assertThat(Loads.loaded(yaml).findings())
        .extracting(Finding::severity, Finding::field, Finding::problem)
        .containsExactly(
            tuple(
                Severity.DEFERRED,
                "policy[0].trustRoot",
                "no trust root is named, and of the 2 of validator \"n\" none is called"
                    + " \"default\", so images under this rule are denied config_error"));
    assertThat(Loads.config(yaml).policy().getFirst().resolution())
        .isInstanceOf(Resolution.Unresolvable.class);
  }

  @Test
  void aValidatorWithoutRootsCannotBeSelectedEvenForAllItsRoots() {
    assertThat(resolve(notary("n"), "- pattern: x")).isInstanceOf(Resolution.Unresolvable.class);
    assertThat(resolve(notary("n"), "- {pattern: x, trustRoot: \"*\"}"))
        .isInstanceOf(Resolution.Unresolvable.class);
  }

  @Test
  void rootsAreNamedAloneInAListOrAllAtOnce() {
    String validators = notary("n", "r", "s", "t");
    assertThat(resolve(validators, "- {pattern: x, trustRoot: s}")).isEqualTo(single("n", "s"));
    assertThat(resolve(validators, "- {pattern: x, trustRoot: [t, r]}"))
        .isEqualTo(single("n", "t", "r"));
    assertThat(resolve(validators, "- {pattern: x, trustRoot: \"*\"}"))
        .isEqualTo(single("n", "r", "s", "t"));
  }

  @Test
  void aStaticValidatorNeedsNoRoot() {
    assertThat(resolve("- {name: deny, type: static, approve: false}", "- pattern: x"))
        .isEqualTo(single("deny"));
  }

  @Test
  void severalValidatorsCombineEachWithItsOwnRoots() {
    String validators = notary("n", "r") + cosign("c", "a", "default");
    assertThat(resolve(validators, "- {pattern: x, allOf: [c, n]}"))
        .isEqualTo(
            new Resolution.Resolved(
                Combination.ALL_OF,
                List.of(
                    new ResolvedValidator("c", List.of("default")),
                    new ResolvedValidator("n", List.of("r")))));
    assertThat(resolve(validators, "- {pattern: x, anyOf: [n, c], trustRoot: \"*\"}"))
        .isEqualTo(
            new Resolution.Resolved(
                Combination.ANY_OF,
                List.of(
                    new ResolvedValidator("n", List.of("r")),
                    new ResolvedValidator("c", List.of("a", "default")))));
  }

  @Test
  void oneUnresolvableValidatorMakesACombinationUnresolvable() {
    assertThat(resolve(notary("n", "r") + cosign("c", "a", "b"), "- {pattern: x, anyOf: [n, c]}"))
        .isInstanceOf(Resolution.Unresolvable.class);
  }

  @Test
  void theLineOfARuleIsThatOfItsPattern() {
    Config config =
        Loads.config(
            """
            apiVersion: assayer.dev/v1
            policy:
              - verify: false
                pattern: a
              - {pattern: b, verify: false}
            """);
    assertThat(config.policy()).extracting(RuleConfig::line).containsExactly(4, 5);
  }

  @Test
  void anyStringIsAPattern() {
    for (String pattern : List.of("", " ", "**", "docker.io/nginx:*", "@", "ÿ", "\\u0000")) {
      Config config =
          Loads.config(
              "apiVersion: assayer.dev/v1\npolicy: [{pattern: \""
                  + pattern
                  + "\", verify: false}]");
      assertThat(config.policy()).hasSize(1);
    }
  }

  @Test
  void aRuleIsKeptAsConfiguredWithoutDefaults() {
    Config config =
        Loads.config(
            file(
                notary("n", "r", "s"),
                "- {trustRoot: [r, s], pattern: \"a:*\", verify: true, delegations: [targets/x],"
                    + " threshold: 1}"));
    assertThat(config.policy().getFirst().asConfigured())
        .hasToString(
            "{\"trustRoot\":[\"r\",\"s\"],\"pattern\":\"a:*\",\"verify\":true,"
                + "\"delegations\":[\"targets/x\"],\"threshold\":1}");
  }

  @Test
  void fieldsWithoutEffectOnAnExemptRuleAreWarnedAbout() {
    assertThat(
            Loads.findings(
                file(
                    notary("n", "r"), "- {pattern: x, verify: false, validator: n, trustRoot: r}")))
        .containsExactly(
            "config.yaml:14:5: policy[0]: verify: false leaves validator, trustRoot without effect;"
                + " remove them, or remove verify: false");
  }

  @Test
  void everyFieldOfARuleIsReadAsWritten() {
    Config config =
        Loads.config(
            file(
                notary("n", "r") + cosign("c", "a", "b"),
                """
                - pattern: "sample.registry.io/image:*"
                  validator: n
                  trustRoot: r
                  delegations: [targets/lou, max, a/b_c-1]
                  threshold: 2
                  namespaces: [shop, "team-*"]
                  mode: audit
                - {pattern: y, validator: c, trustRoot: [a, b], threshold: 1, required: [b], mode: warn}
                """));
    RuleConfig rule = config.policy().getFirst();
    assertThat(rule.index()).isZero();
    assertThat(rule.pattern()).isEqualTo("sample.registry.io/image:*");
    assertThat(rule.validator()).contains("n");
    assertThat(rule.trustRoot()).containsExactly("r");
    assertThat(rule.delegations()).containsExactly("lou", "max", "a/b_c-1");
    assertThat(rule.threshold()).isEqualTo(OptionalInt.of(2));
    assertThat(rule.namespaces()).containsExactly("shop", "team-*");
    assertThat(rule.mode()).isEqualTo(Mode.AUDIT);
    assertThat(rule.resolution()).isEqualTo(single("n", "r"));
    RuleConfig second = config.policy().get(1);
    assertThat(second.index()).isEqualTo(1);
    assertThat(second.required()).containsExactly("b");
    assertThat(second.threshold()).isEqualTo(OptionalInt.of(1));
    assertThat(second.mode()).isEqualTo(Mode.WARN);
  }
}
