package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each case is one rule over the same validators. */
class RuleErrorsTest {
  private static final String VALIDATORS =
      Loads.notary("notary", "r", "s")
          + Loads.cosign("ci", "a", "b", "c")
          + "- {name: allow, type: static, approve: true}\n- {name: gh, type: notation}\n";

  @DisplayName("REF-11 verify as a string, misspelt or otherwise unclear is a load error")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{verify: false} | policy[0].pattern: required field is missing; add pattern: \"*:*\"",
        "{pattern: 5, verify: false} | policy[0].pattern: must be a string, not a number; put it in"
            + " quotes",
        "{pattern: true, verify: false} | policy[0].pattern: must be a string, not a boolean; put"
            + " it in quotes",
        "{pattern: null, verify: false} | policy[0].pattern: has no value; remove the field or give"
            + " it a value",
        "{pattern: x, verify: 'false'} | policy[0].verify: must be true or false, not a string"
            + " \"false\"; write true or false without quotes",
        "{pattern: x, verify: no, validator: allow} | policy[0].verify: must be true or false, not"
            + " a string \"no\"; write true or false without quotes",
        "{pattern: x, verify: False, validator: allow} | policy[0].verify: must be true or false,"
            + " not a string \"False\"; write true or false without quotes",
        "{pattern: x, verify: 0, validator: allow} | policy[0].verify: must be true or false, not a"
            + " number \"0\"; write true or false without quotes",
        "{pattern: x, verfy: false, validator: allow} | policy[0].verfy: unknown field \"verfy\";"
            + " did you mean \"verify\"?",
        "{pattern: x, validator: Notary} | policy[0].validator: validator \"Notary\" is not"
            + " configured; did you mean \"notary\"?",
        "{pattern: x, validator: zzz} | policy[0].validator: validator \"zzz\" is not configured;"
            + " known here: notary, ci, allow, gh",
        "{pattern: x, validator: notary, trustRoot: rs} | policy[0].trustRoot: validator \"notary\""
            + " has no trust root \"rs\"; did you mean \"r\"?",
        "{pattern: x, validator: notary, trustRoot: [r, other]} | policy[0].trustRoot[1]: validator"
            + " \"notary\" has no trust root \"other\"; known here: r, s",
        "{pattern: x, validator: notary, trustRoot: [r, r]} | policy[0].trustRoot[1]: \"r\" stands"
            + " twice; remove one of them",
        "{pattern: x, validator: notary, trustRoot: [r, '*']} | policy[0].trustRoot[1]: \"*\""
            + " stands in a list; write trustRoot: \"*\" for all trust roots",
        "{pattern: x, validator: notary, trustRoot: {a: b}} | policy[0].trustRoot: must be a name,"
            + " a list of names or \"*\", not a mapping; write a name",
        "{pattern: x, validator: allow, trustRoot: r} | policy[0].trustRoot: validator \"allow\" is"
            + " static and has no trust roots; remove trustRoot",
        "{pattern: x, verify: false, validator: notary, trustRoot: t} | policy[0].trustRoot:"
            + " validator \"notary\" has no trust root \"t\"; known here: r, s",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [Lou]} |"
            + " policy[0].delegations[0]: \"Lou\" is not the name of a delegation; use lower-case"
            + " letters, digits, - and _, in components separated by /",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [a//b]} |"
            + " policy[0].delegations[0]: \"a//b\" is not the name of a delegation; use lower-case"
            + " letters, digits, - and _, in components separated by /",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [targets/]} |"
            + " policy[0].delegations[0]: \"targets/\" is not the name of a delegation; use"
            + " lower-case letters, digits, - and _, in components separated by /",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [lou, targets/lou]} |"
            + " policy[0].delegations[1]: delegation \"lou\" stands twice; remove one: a role"
            + " counts once",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [lou, max], threshold: 3} |"
            + " policy[0].threshold: impossible threshold: 3 of 2 delegations; use 1 to 2",
        "{pattern: x, validator: notary, trustRoot: r, delegations: [lou], threshold: 0} |"
            + " policy[0].threshold: 0 is out of range; use a whole number from 1 to 10000",
        "{pattern: x, validator: notary, trustRoot: [r, s], threshold: 1} | policy[0].threshold:"
            + " threshold counts delegations, and the rule names none; add delegations, or remove"
            + " threshold",
        "{pattern: x, validator: notary, trustRoot: r, required: [r]} | policy[0].required[0]:"
            + " required is of cosign, and validator \"notary\" is notaryV1; remove required, or"
            + " name a cosign validator",
        "{pattern: x, validator: ci, trustRoot: '*', threshold: 4} | policy[0].threshold:"
            + " impossible threshold: 4 of 3 trust roots; use 1 to 3",
        "{pattern: x, validator: ci, trustRoot: [a, b], required: [c]} | policy[0].required[0]:"
            + " trust root \"c\" is not one of this rule's; known here: a, b",
        "{pattern: x, validator: ci, trustRoot: a, delegations: [lou]} | policy[0].delegations[0]:"
            + " delegations are of notaryV1, and validator \"ci\" is cosign; remove delegations, or"
            + " name a notaryV1 validator",
        "{pattern: x, validator: allow, threshold: 1} | policy[0].threshold: threshold is of"
            + " notaryV1 and cosign, and validator \"allow\" is static; remove threshold",
        "{pattern: x, validator: allow, allOf: [ci, notary], trustRoot: '*'} | policy[0]: has"
            + " validator and allOf; keep one of them",
        "{pattern: x, allOf: [ci, notary], anyOf: [allow, ci], trustRoot: '*'} | policy[0]: has"
            + " allOf and anyOf; keep one of them",
        "{pattern: x, allOf: [allow]} | policy[0].allOf: names only one validator; name at least"
            + " two, or write validator: allow",
        "{pattern: x, allOf: [allow, allow, ci], trustRoot: '*'} | policy[0].allOf[1]: \"allow\""
            + " stands twice; remove one of them",
        "{pattern: x, anyOf: [allow, nobody]} | policy[0].anyOf[1]: validator \"nobody\" is not"
            + " configured; known here: notary, ci, allow, gh",
        "{pattern: x, anyOf: [allow, ci], trustRoot: '*', delegations: [lou]} |"
            + " policy[0].delegations[0]: delegations cannot stand beside anyOf; remove them",
        "{pattern: x, allOf: [allow, ci], trustRoot: '*', threshold: 1} | policy[0].threshold:"
            + " threshold cannot stand beside allOf; remove it",
        "{pattern: x, validator: allow, namespaces: []} | policy[0].namespaces: is an empty list;"
            + " remove the field or name some",
        "{pattern: x, validator: allow, namespaces: [Shop]} | policy[0].namespaces[0]: \"Shop\""
            + " cannot match a namespace; use lower-case letters, digits, - and *",
        "{pattern: x, validator: allow, mode: detection} | policy[0].mode: \"detection\" is not"
            + " known; use one of enforce, warn, audit",
        "x | policy[0]: must be a mapping, not a string; write fields below it, as name: value",
      })
  void anErrorNamesFieldValueAndRemedy(String rule, String text) {
    assertThat(Loads.errors(Loads.file(VALIDATORS, "- " + rule)))
        .singleElement()
        .satisfies(error -> assertThat(error.split(": ", 2)[1]).isEqualTo(text));
  }

  @Test
  void aPolicyIsNeverEmptyOrMissing() {
    String start = "apiVersion: assayer.dev/v1\n";
    assertThat(Loads.errors(start))
        .containsExactly(
            "config.yaml:1:1: policy: required field is missing; add policy: with at least one"
                + " rule");
    assertThat(Loads.errors(start + "policy:"))
        .containsExactly(
            "config.yaml:2:8: policy: has no value; remove the field or give it a value");
    assertThat(Loads.errors(start + "policy: []"))
        .containsExactly(
            "config.yaml:2:9: policy: holds no rule; add one such as - pattern: \"*:*\"");
    assertThat(Loads.errors(start + "policy: {}"))
        .containsExactly(
            "config.yaml:2:9: policy: must be a list, not a mapping; write [a, b], or one \"- \""
                + " line for each element");
  }

  @Test
  void theNameOfADelegationIsBounded() {
    assertThat(DelegationNames.valid("a".repeat(246))).isTrue();
    assertThat(DelegationNames.valid("a".repeat(247))).isFalse();
  }

  @Test
  void aBrokenValidatorIsReportedOnceAndNotAgainByItsRules() {
    assertThat(
            Loads.errors(
                Loads.file(
                    "- {name: n, type: notary, host: h}\n- {name: m, type: static, approve: 1}",
                    "- {pattern: x, validator: n}\n- {pattern: y}\n- {pattern: z, allOf: [n, m]}")))
        .containsExactly(
            "config.yaml:3:21: validators[0].type: type \"notary\" is not known; did you mean"
                + " \"notaryV1\"?",
            "config.yaml:4:38: validators[1].approve: must be true or false, not a number \"1\";"
                + " write true or false without quotes");
  }
}
