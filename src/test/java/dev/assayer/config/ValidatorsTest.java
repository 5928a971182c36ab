package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorsTest {

  private static String notary(String fields) {
    return Loads.file("- {name: n, type: notaryV1, " + fields + "}", "- {pattern: x}");
  }

  private static AuthConfig auth(String fields) {
    NotaryV1Config notary =
        (NotaryV1Config)
            Loads.config(notary("host: h, auth: {" + fields + "}")).validators().getFirst();
    return notary.auth().orElseThrow();
  }

  @Test
  void everyFieldOfANotaryValidatorIsReadAsWritten() {
    String ca = Keys.certificatePem(Keys.p256());
    String yaml =
        Loads.file(
            "- name: n\n"
                + "  type: notaryV1\n"
                + "  host: Notary.Example.com:4443\n"
                + "  allowUnboundRoot: true\n"
                + "  healthCheck: false\n"
                + "  ca: "
                + Keys.block(ca + ca, 4),
            "- {pattern: x}");
    assertThat(Loads.config(yaml).validator("n"))
        .get()
        .isInstanceOfSatisfying(
            NotaryV1Config.class,
            notary -> {
              assertThat(notary.host()).isEqualTo("notary.example.com:4443");
              assertThat(notary.allowUnboundRoot()).isTrue();
              assertThat(notary.healthCheck()).isFalse();
              assertThat(notary.ca()).hasSize(2);
            });
  }

  @Test
  void everyWayToAuthenticateIsReadAsWritten() {
    Optional<URI> none = Optional.empty();
    assertThat(auth("secretName: creds"))
        .isEqualTo(new AuthConfig(new AuthConfig.FromSecret("creds"), none));
    assertThat(auth("username: u, password: p"))
        .isEqualTo(new AuthConfig(new AuthConfig.Inline("u", "p"), none));
    assertThat(auth("usernameFile: u, passwordFile: /p"))
        .isEqualTo(
            new AuthConfig(new AuthConfig.FromFiles(Path.of("/nowhere/u"), Path.of("/p")), none));
    assertThat(auth("realm: 'https://auth.example/token'"))
        .isEqualTo(
            new AuthConfig(
                new AuthConfig.Anonymous(), Optional.of(URI.create("https://auth.example/token"))));
  }

  @Test
  void cosignNotationAndStaticAreReadAsWritten() {
    Config config =
        Loads.config(
            Loads.file(
                """
                - {name: c, type: cosign, transparencyLog: {required: false}}
                - {name: n, type: notation, level: permissive}
                - {name: s, type: static, approve: true}
                """,
                "- {pattern: x, validator: s}"));
    assertThat(config.validator("c").orElseThrow())
        .isInstanceOfSatisfying(
            CosignConfig.class, c -> assertThat(c.transparencyLogRequired()).isFalse());
    assertThat(config.validator("n").orElseThrow())
        .isInstanceOfSatisfying(
            NotationConfig.class,
            n -> assertThat(n.level()).isEqualTo(NotationConfig.Level.PERMISSIVE));
    assertThat(config.validator("s")).contains(new StaticConfig("s", 5, true));
    assertThat(config.validator("t")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hst: h | validators[0].host: required field is missing; add host: notary.example.com",
        "host: 'https://notary.example.com/v2' | validators[0].host:"
            + " \"https://notary.example.com/v2\" starts with a scheme; write only the host:"
            + " notary.example.com",
        "host: notary.example.com/v2 | validators[0].host: \"notary.example.com/v2\" holds a path;"
            + " write only the host: notary.example.com",
        "host: 'h:65536' | validators[0].host: \"h:65536\" is not a host; write host or host:port,"
            + " such as notary.example.com:4443",
        "host: 'u:secret@h' | validators[0].host: must be host[:port] without user or password; put"
            + " credentials under auth",
        "host: h, ca: x | validators[0].ca: holds no PEM block (-----BEGIN ...-----); give the CA's"
            + " certificates as PEM CERTIFICATE blocks",
        "host: h, auth: {} | validators[0].auth: names no credentials; add secretName, username and"
            + " password, or usernameFile and passwordFile; or remove auth",
        "host: h, auth: {username: u} | validators[0].auth.password: required field is missing; add"
            + " password beside username",
        "host: h, auth: {passwordFile: u} | validators[0].auth.usernameFile: required field is"
            + " missing; add usernameFile beside passwordFile",
        "host: h, auth: {secretName: s, username: u, password: p} | validators[0].auth: has more"
            + " than one source of credentials: secretName, username and password; keep one of"
            + " them",
        "host: h, auth: {secretName: S_} | validators[0].auth.secretName: \"S_\" is not the name of"
            + " a Secret; use lower-case letters, digits, - and .",
        "host: h, auth: {realm: 'http://a'} | validators[0].auth.realm: must start with https://;"
            + " write the whole address",
        "host: h, auth: {realm: 'https://u:secret@a'} | validators[0].auth.realm: holds a user or"
            + " password; use the fields and files meant for credentials",
        "host: h, auth: {username: u, password: 1234} | validators[0].auth.password: must be a"
            + " string, not a number; put it in quotes",
      })
  void anErrorNamesFieldValueAndRemedy(String fields, String text) {
    assertThat(Loads.errors(notary(fields)))
        .anySatisfy(error -> assertThat(error.split(": ", 2)[1]).isEqualTo(text))
        .noneSatisfy(error -> assertThat(error).containsAnyOf("secret@", "1234"));
  }

  @Test
  void aTypoSuggestsTheNearestField() {
    assertThat(Loads.errors(notary("hst: h")))
        .contains(
            "config.yaml:3:31: validators[0].hst: unknown field \"hst\"; did you mean \"host\"?");
  }

  @Test
  void aStaticValidatorSaysItsAnswer() {
    assertThat(Loads.errors(Loads.file("- {name: s, type: static}", "- {pattern: x}")))
        .containsExactly(
            "config.yaml:3:5: validators[0].approve: required field is missing; add approve:"
                + " false");
  }

  @Test
  void notationThatVerifiesNothingIsNotALevel() {
    assertThat(
            Loads.errors(Loads.file("- {name: n, type: notation, level: skip}", "- {pattern: x}")))
        .containsExactly(
            "config.yaml:3:38: validators[0].level: \"skip\" is not known; use one of strict,"
                + " permissive, audit");
  }
}
