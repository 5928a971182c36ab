package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Change.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What has nothing of ours denies, or is gone where it would only have admitted. */
class ConnaisseurStricterTest {
  private static final String KEY = Loads.KEY.replace("\n", "\\n");

  private static Config second(String validators, String rule) {
    return Loads.config(
        """
        validators:
          - {name: allow, type: static, approve: true}
          - {name: deny, type: static, approve: false}
          %s
        policy:
          - %s
        detectionMode: false
        """
            .formatted(validators.replace("KEY", KEY), rule));
  }

  private static void denies(RuleConfig rule) {
    assertThat(rule.validator()).contains(ConnaisseurRules.STAND_IN);
    assertThat(rule.resolution()).isInstanceOf(Resolution.Resolved.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "- {name: v, type: cosign, trust_roots: [{name: default, key: awskms://alias/x}]}|{pattern: '*:*', validator: v}",
        "- {name: v, type: cosign, trust_roots: [{name: a, key: \"KEY\"}, {name: b, key: k8s://n/s}]}|{pattern: '*:*', validator: v, with: {trust_root: '*'}}",
        "- {name: v, type: cosign, trust_roots: [{name: a, key: \"KEY\"}, {name: b, key: k8s://n/s}]}|{pattern: '*:*', validator: v, with: {trust_root: '*', required: [b]}}",
        "- {name: v, type: cosign, trust_roots: [{name: a, key: \"KEY\"}, {name: b, key: k8s://n/s}]}|{pattern: '*:*', validator: v, with: {trust_root: '*', threshold: 2}}",
        "- {name: v, type: cosign, host: rekor.corp.example, trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: '*:*', validator: v}",
        "- {name: v, type: notaryv1, host: 'http://n.example', trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: '*:*', validator: v}",
        "- {name: v, type: notaryv1, host: n.example, trust_roots: }|{pattern: '*:*', validator: v}",
        "- {name: v, type: notaryv1, host: n.example, trust_roots: [{name: mine, key: \"KEY\"}]}|{pattern: '*:*', validator: v}",
        "- {name: v, type: notaryv1, host: n.example, trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: '*:*'}",
        "- {name: v, type: notaryv1, host: n.example, trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: '*:*', validator: v, with: {trust_root: '*'}}",
        "- {name: v, type: notaryv2, trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: '*:*', validator: v}",
        "- {name: v, type: notaryv1, host: n.example, trust_roots: [{name: default, key: \"KEY\"}]}|{pattern: 'a?b:*', validator: v}",
      })
  void whatCannotBeAskedDenies(String validator, String rule) {
    Config config = second(validator, rule);
    denies(config.policy().getFirst());
    assertThat(((StaticConfig) config.validator(ConnaisseurRules.STAND_IN).orElseThrow()).approve())
        .isFalse();
  }

  @Test
  void aTrustRootThatCouldBeConvertedStillServesRulesThatAskIt() {
    Config config =
        second(
            "- {name: v, type: cosign, trust_roots: [{name: a, key: \"KEY\"}, {name: b, key:"
                + " k8s://n/s}]}",
            "{pattern: '*:*', validator: v, with: {trust_root: a}}");
    assertThat(config.policy().getFirst().validator()).contains("v");
    assertThat(config.validator(ConnaisseurRules.STAND_IN)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'a?b:*'", "'a[xyz]:*'", "'a@sha256:00'"})
  void aRuleThatOnlyAdmitsIsLeftOutWhereItsPatternHasNothingOfOurs(String pattern) {
    String yaml =
        """
        validators: [{name: allow, type: static, approve: true}]
        policy:
          - {pattern: "b:*", validator: allow}
          - {pattern: "%s", validator: allow}
        debug: true
        """
            .formatted(pattern);
    assertThat(Loads.config(yaml).policy()).extracting(RuleConfig::line).containsExactly(3);
    assertThat(ConnaisseurConversionTest.converted(yaml).changes())
        .filteredOn(change -> change.kind() == Kind.NOT_CONVERTED)
        .extracting(Change::rules)
        .containsExactly(List.of(1));
  }

  @Test
  void aDeniedDigestIsDistrustedUnderEveryName() {
    Config config =
        Loads.config(
            """
            validators:
              - {name: allow, type: static, approve: true}
              - {name: deny, type: static, approve: false}
            policy:
              - {pattern: "*:*", validator: allow}
              - {pattern: "docker.io/acme/app@sha256:%s", validator: deny}
            debug: true
            """
                .formatted("ab".repeat(32)));
    assertThat(config.revoked().digests()).containsExactly("sha256:" + "ab".repeat(32));
    assertThat(config.policy()).hasSize(1);
  }

  @Test
  void patternsThatOtherWildcardsWidenKeepTheirRank() {
    ConnaisseurPattern pattern =
        ConnaisseurPattern.of("docker.io/a[bc]d?/x:*", Connaisseur.Generation.SECOND);
    assertThat(pattern.text()).isEqualTo("docker.io/a****d*/x:*");
  }

  @Test
  void theNamespaceLabelIsNeverTakenWhereItsValueMightHaveMeantTheOpposite() {
    Config ignore =
        second(
            "",
            "{pattern: '*:*', validator: deny}\nnamespacedValidation: {mode: ignore, enabled: true}");
    assertThat(ignore.namespaces().ignoreLabel()).isEqualTo("assayer.dev/ignore");
    Config validate =
        second(
            "",
            "{pattern: '*:*', validator: deny}\nnamespacedValidation: {mode: validate, enabled: true}");
    assertThat(validate.namespaces().validateLabel())
        .isEqualTo("securesystemsengineering.connaisseur/webhook");
  }

  @Test
  void theLogIsDemandedPerValidatorAsItWasPerRule() {
    Config config =
        Loads.config(
            """
            application:
              validators:
                - {name: v, type: cosign, trustRoots: [{name: default, key: "%s"}]}
                - {name: v-without-log, type: static, approve: false}
              policy:
                - {pattern: "*:*", validator: v}
                - {pattern: "a.example/*:*", validator: v, with: {verifyInTransparencyLog: false}}
            """
                .formatted(KEY));
    assertThat(config.policy().get(0).validator()).contains("v");
    assertThat(config.policy().get(1).validator()).contains("v-without-log-2");
    assertThat(((CosignConfig) config.validator("v").orElseThrow()).transparencyLogRequired())
        .isTrue();
    assertThat(
            ((CosignConfig) config.validator("v-without-log-2").orElseThrow())
                .transparencyLogRequired())
        .isFalse();
  }

  @Test
  void theHeaderThatDockerWritesIntoAKeyIsNoPartOfIt() {
    String pem = Loads.KEY.replaceFirst("\n", "\nrole: root\n\n").replace("\n", "\\n");
    Config config =
        Loads.config(
            """
            notaries: [{name: a, host: n.example, root_keys: [{name: default, key: "%s"}]}]
            policy: [{pattern: "*:*", verify: true}]
            """
                .formatted(pem));
    assertThat(config.validators()).hasSize(1);
  }

  @Test
  void onlyWhatYamlReadsAsABooleanExempts() {
    String yaml = "notaries: []\npolicy:\n  - {pattern: '*:*', verify: %s}\n";
    assertThat(Loads.config(yaml.formatted("False")).policy().getFirst().verify()).isFalse();
    assertThat(Loads.errors(yaml.formatted("\"false\"")))
        .containsExactly(
            "config.yaml:3:30: policy[0].verify: must be true or false; write true or false without"
                + " quotes");
  }
}
