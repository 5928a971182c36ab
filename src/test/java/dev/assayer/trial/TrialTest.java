package dev.assayer.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Environment;
import dev.assayer.admission.WorkloadReview;
import dev.assayer.config.PolicySuite;
import dev.assayer.config.PolicySuiteLoader;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Made-up trust meets the webhook's own decision: each demand of a rule, met and not met. */
class TrialTest {
  private static final Trial TRIAL =
      new Trial(new Environment(InstantSource.system(), "test", "test", 1));
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String REVOKED = "sha256:" + "d".repeat(64);

  @TempDir private Path folder;
  private boolean hurry;

  private static String key(String name) {
    try {
      return Files.readString(Path.of("docs/examples/policy/" + name + ".pub"))
          .lines()
          .map(line -> "          " + line + "\n")
          .collect(Collectors.joining());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String config(String more) {
    return """
    apiVersion: assayer.dev/v1
    webhook: {budget: 1s}
    validators:
      - name: default
        type: notaryV1
        host: notary.invalid
        trustRoots:
          - name: default
            key: |
    %s      - name: second
            key: |
    %s  - {name: ci, type: cosign, trustRoots: [{name: default, keyless: {issuer: "https://i", subject: s}}]}
      - {name: partner, type: notation, trustRoots: []}
      - {name: allow, type: static, approve: true}
    policy:
      - {pattern: "r.io/plain:*", validator: allow, namespaces: ["team-*"]}
      - {pattern: "r.io/plain:*", validator: default}
      - {pattern: "r.io/both:*", validator: default, trustRoot: [default, second]}
      - {pattern: "r.io/second:*", validator: default, trustRoot: second}
      - {pattern: "r.io/team:*", validator: default, delegations: [lou, max]}
      - {pattern: "r.io/some:*", validator: default, delegations: [lou, max, kim], threshold: 2}
      - {pattern: "r.io/deep:*", validator: default, delegations: [team/lou]}
      - {pattern: "r.io/all:*", allOf: [default, ci]}
      - {pattern: "r.io/any:*", anyOf: [default, ci]}
      - {pattern: "r.io/cosign:*", validator: ci}
      - {pattern: "r.io/static:*", validator: allow}
      - {pattern: "r.io/warn:*", validator: default, mode: warn}
      - {pattern: "r.io/audit:*", validator: default, mode: audit}
      - {pattern: "r.io/exempt:*", verify: false}
      - {pattern: "r.io/open:*"}
    %s\
    """
        .formatted(key("default"), key("partner"), more);
  }

  private JsonObject found(String more, String lines) {
    try {
      Path file = folder.resolve("tests.yaml");
      Files.writeString(folder.resolve("assayer.yaml"), config(more));
      Files.writeString(
          file,
          "apiVersion: assayer.dev/v1\nkind: PolicyTest\nconfig: assayer.yaml\n"
              + "cases:\n  - {name: it, expect: {outcome: allowed}, "
              + lines.replace("$A", A).replace("$B", B).replace("$R", REVOKED)
              + "}\n");
      return switch (new PolicySuiteLoader().load(file, Optional.empty(), Optional.empty())) {
        case PolicySuite.Result.Loaded(PolicySuite suite, var _) ->
            TRIAL
                .run(
                    hurry ? suite.config().withBudget(Duration.ofNanos(1)) : suite.config(),
                    suite.cases().getFirst())
                .found();
        case PolicySuite.Result.Refused(var errors) -> throw new AssertionError(errors.toString());
      };
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String word(JsonObject found, String name) {
    return found.get(name).flatMap(value -> value.asString()).orElse("-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # what targets says
          r.io/plain:1     | trust: {default: {digest: "$A"}}                                | signature_valid
          r.io/plain:1     | trust: {default: {unsigned: true}}                              | tag_not_signed
          r.io/plain:1     | namespace: shop                                                 | no_trust_data
          r.io/plain:1     | trust: {default: {delegations: {releases: "$A"}}}               | signature_valid
          # releases counts alone: no fall-back to targets
          r.io/plain:1     | trust: {default: {digest: "$A", delegations: {lou: "$B"}}}      | signature_valid
          # by digest
          r.io/plain:1@$A  | trust: {default: {digest: "$A"}}                                | signature_valid
          r.io/plain:1@$B  | trust: {default: {digest: "$A"}}                                | tag_digest_conflict
          r.io/plain@$A    | trust: {default: {digest: "$A"}}                                | signature_valid
          r.io/plain@$B    | trust: {default: {digest: "$A"}}                                | unsigned
          r.io/plain:1     | trust: {default: {digest: "$R"}}                                | denied_by_policy
          r.io/plain:1@$R  | trust: {default: {digest: "$R"}}                                | denied_by_policy
          # trust roots
          r.io/plain:1     | trust: {default: {digest: "$A", trustRoots: [second]}}          | key_not_trusted
          r.io/plain:1     | trust: {default: {digest: "$A", trustRoots: []}}                | key_not_trusted
          r.io/both:1      | trust: {default: {digest: "$A", trustRoots: [default]}}         | key_not_trusted
          r.io/both:1      | trust: {default: {digest: "$A"}}                                | signature_valid
          r.io/second:1    | trust: {default: {digest: "$A", trustRoots: [second]}}          | signature_valid
          # delegations
          r.io/team:1      | trust: {default: {delegations: {lou: "$A", max: "$A"}}}         | signature_valid
          r.io/team:1      | trust: {default: {delegations: {lou: "$A", targets/max: "$A"}}} | signature_valid
          r.io/team:1      | trust: {default: {delegations: {lou: "$A"}}}                    | delegation_missing
          r.io/team:1      | trust: {default: {digest: "$A"}}                                | delegation_missing
          r.io/team:1      | trust: {default: {unsigned: true}}                              | delegation_missing
          r.io/team:1      | trust: {default: {delegations: {lou: "$A", max: "$B"}}}         | delegations_disagree
          r.io/team:1@$B   | trust: {default: {delegations: {lou: "$A", max: "$A"}}}         | tag_digest_conflict
          r.io/deep:1      | trust: {default: {delegations: {team/lou: "$A"}}}               | signature_valid
          r.io/deep:1      | trust: {default: {delegations: {lou: "$A"}}}                    | delegation_missing
          # thresholds
          r.io/some:1      | trust: {default: {delegations: {lou: "$A", kim: "$A"}}}         | signature_valid
          r.io/some:1      | trust: {default: {delegations: {lou: "$A", kim: "$A", max: "$B"}}} | signature_valid
          r.io/some:1      | trust: {default: {delegations: {lou: "$A"}}}                    | threshold_not_met
          r.io/some:1      | trust: {default: {delegations: {lou: "$A", max: "$B"}}}         | delegations_disagree
          # several validators
          r.io/all:1       | trust: {default: {digest: "$A"}, ci: {digest: "$A"}}            | signature_valid
          r.io/all:1       | trust: {default: {digest: "$A"}, ci: {digest: "$B"}}            | digest_mismatch
          r.io/all:1       | trust: {default: {digest: "$A"}}                                | unsigned
          r.io/all:1       | trust: {default: {digest: "$A"}, ci: {reason: tlog_mismatch}}   | tlog_mismatch
          r.io/any:1       | trust: {default: {reason: upstream_timeout}, ci: {digest: "$A"}} | signature_valid
          r.io/any:1       | trust: {default: {reason: upstream_timeout}}                    | upstream_timeout
          r.io/cosign:1    | trust: {ci: {digest: "$A"}}                                     | signature_valid
          r.io/cosign:1    | trust: {ci: {unsigned: true}}                                   | unsigned
          # the rest
          r.io/static:1    | namespace: shop                                                 | policy_exempt
          r.io/exempt:1    | namespace: shop                                                 | policy_exempt
          r.io/plain:1     | namespace: team-a                                               | policy_exempt
          r.io/open:1      | namespace: shop                                                 | no_trust_data
          q.io/x:1         | namespace: shop                                                 | no_matching_rule
          Not An Image     | namespace: shop                                                 | reference_invalid
          ``               | namespace: shop                                                 | reference_invalid
          r.io/plain:1     | trust: {default: {reason: internal_error}}                      | internal_error
          """)
  void theReasonIsThatOfTheWebhook(String image, String lines, String reason) {
    JsonObject found =
        found(
            "revoked: {digests: [\"" + REVOKED + "\"]}\n",
            "image: \""
                + image.replace("$A", A).replace("$B", B).replace("$R", REVOKED)
                + "\", "
                + lines);
    assertThat(word(found, "reason")).as(JsonText.compact(found)).isEqualTo(reason);
    assertThat(word(found, "outcome"))
        .isEqualTo(
            List.of("signature_valid", "policy_exempt").contains(reason) ? "allowed" : "denied");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          r.io/warn:1  | |                       warn      | allowed | rejected
          r.io/audit:1 | |                       audit     | allowed | rejected
          r.io/plain:1 | |                       enforce   | denied  | rejected
          r.io/plain:1 | detectionMode: true   | detection | allowed | rejected
          """)
  void modesChangeTheOutcomeAndNeverTheVerdict(
      String image, String more, String mode, String outcome, String verdict) {
    String section = more == null ? "" : more + "\n";
    JsonObject found = found(section, "image: \"" + image + "\"");
    assertThat(word(found, "mode")).isEqualTo(mode);
    assertThat(word(found, "outcome")).isEqualTo(outcome);
    assertThat(word(found, "verdict")).isEqualTo(verdict);
  }

  static List<String> kinds() {
    return WorkloadReview.kinds();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindThatTheWebhookKnowsCanBeTested(String kind) {
    String lines =
        "kind: " + kind + ", image: \"r.io/plain:1\", trust: {default: {digest: \"$A\"}}";
    JsonObject found = found("", lines);
    assertThat(word(found, "reason")).isEqualTo("signature_valid");
    assertThat(found.get("patched").flatMap(value -> value.asBoolean())).contains(true);
    assertThat(found("mutation: pods\n", lines).get("patched").flatMap(value -> value.asBoolean()))
        .contains(kind.equals("Pod"));
  }

  @Test
  void theFinalObjectMustBePinned() {
    String signed = "endpoint: validate, trust: {default: {digest: \"$A\"}}, image: ";
    assertThat(word(found("", signed + "\"r.io/plain:1\""), "reason")).isEqualTo("not_pinned");
    assertThat(word(found("", signed + "\"r.io/plain:1@$A\""), "reason"))
        .isEqualTo("signature_valid");
  }

  @Test
  void aTrustRootThatIsRevokedSignsNothing() throws IOException {
    String id = new RevokedKey(Path.of("docs/examples/policy/default.pub")).fingerprint();
    String signed = "image: \"r.io/plain:1\", trust: {default: {digest: \"$A\"}}";
    assertThat(word(found("revoked: {keyIds: [\"" + id + "\"]}\n", signed), "reason"))
        .isEqualTo("key_not_trusted");
    assertThat(word(found("revoked: {keyIds: [\"" + "0".repeat(64) + "\"]}\n", signed), "reason"))
        .isEqualTo("signature_valid");
  }

  @Test
  void theRuleAndWhoWasAskedAreTold() {
    JsonObject found = found("", "image: \"r.io/all:1\", trust: {ci: {digest: \"$A\"}}");
    assertThat(word(found, "rule")).isEqualTo("r.io/all:*");
    assertThat(found.get("index").orElseThrow().asLong()).hasValue(7);
    assertThat(JsonText.compact(found.get("validator").orElseThrow()))
        .isEqualTo("[\"default\",\"ci\"]");
  }

  @Test
  void aSlowMachineIsNoSlowNotary() {
    hurry = true;
    JsonObject found = found("", "image: \"r.io/plain:1\", trust: {default: {digest: \"$A\"}}");
    assertThat(word(found, "reason")).isEqualTo("signature_valid");
  }
}
