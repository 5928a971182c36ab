package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsNeverInFindingsTest {
  private static final KeyPair PAIR = Keys.p256();
  private static final String PRIVATE = Keys.privatePem(PAIR);
  private static final String BODY = PRIVATE.split("\n")[1];

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key",
        "keyFile",
        "certificate",
        "name",
        "unknown",
      })
  void aPrivateKeyPastedIntoATrustRootIsRefusedAndNotShown(String field) {
    String yaml =
        Loads.file(
            "- name: v\n  type: notaryV1\n  host: h\n  trustRoots:\n    - "
                + field
                + ": "
                + Keys.block(PRIVATE, 8),
            "- pattern: x");
    assertNothingShown(yaml, BODY);
  }

  @Test
  void aPrivateKeyPastedIntoAPatternWhichMayBeAnythingIsNotShownElsewhere() {
    String yaml =
        "apiVersion: assayer.dev/v1\npolicy:\n- pattern: 1\n  mode: " + Keys.block(PRIVATE, 4);
    assertNothingShown(yaml, BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth: hunter2",
        "auth: [hunter2]",
        "auth: {pasword: hunter2}",
        "auth: {username: u, password: [hunter2]}",
        "auth: {secretName: s, username: hunter2, password: hunter2}",
        "auth: {realm: 'hunter2://x'}",
        "auth: {realm: 'https://u:hunter2@x'}",
        "host: 'u:hunter2@h'",
        "ca: hunter2",
        "healthCheck: {a: hunter2}",
      })
  void aSecretInTheWrongPlaceIsNotShown(String field) {
    assertNothingShown(
        Loads.file("- {name: v, type: notaryV1, " + field + "}", "- pattern: x"), "hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "url: 'hunter2'",
        "url: 'ftp://chat.example/hunter2'",
        "url: 'https://chat.example/hunter2', urlFile: a",
        "urlFile: a, headers: hunter2",
        "urlFile: a, headers: {A: [hunter2]}",
        "urlFile: a, headers: {A: \"hunter2\\n\"}",
        "urlFile: a, payloadFields: hunter2",
      })
  void theSecretsOfAReceiverAreNotShown(String field) {
    assertNothingShown(
        Loads.MINIMAL + "alerting: {reject: {receivers: [{template: t, " + field + "}]}}",
        "hunter2");
  }

  @Test
  void aSyntaxErrorDoesNotQuoteTheFile() {
    assertNothingShown("password: hunter2\n  x: hunter2\n", "hunter2");
    assertNothingShown("password: \"hunter2", "hunter2");
    assertNothingShown("password: hunter2\npassword: hunter2\n", "hunter2");
  }

  @Test
  void aLoadedConfigurationDoesNotPrintItsPassword() {
    Config config =
        Loads.config(
            Loads.file(
                "- {name: v, type: notaryV1, host: h, auth: {username: u, password: hunter2}}",
                "- pattern: x"));
    assertThat(config.toString()).contains("password=***").doesNotContain("hunter2");
  }

  private static void assertNothingShown(String yaml, String secret) {
    List<Finding> errors = Loads.refusals(yaml);
    assertThat(errors).isNotEmpty();
    assertThat(errors.toString()).doesNotContain(secret);
    assertThat(errors).allSatisfy(error -> assertThat(error.text()).doesNotContain(secret));
  }
}
