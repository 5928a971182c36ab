package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case appends one line, the fifth, to a file that is fine without it. */
class SectionErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cluster: 5 | 5:10: cluster: must be a string, not a number; put it in quotes",
        "cluster: true | 5:10: cluster: must be a string, not a boolean; put it in quotes",
        "cluster: '' | 5:10: cluster: is empty; remove the field or give it a value",
        "cluster: | 5:9: cluster: has no value; remove the field or give it a value",
        "cluster: [a] | 5:10: cluster: must be a string, not a list; write one value",
        "clutser: a | 5:1: clutser: unknown field \"clutser\"; did you mean \"cluster\"?",
        "webhook: {adress: a} | 5:11: webhook.adress: unknown field \"adress\"; did you mean"
            + " \"address\"?",
        "webhook: {tlsConfig: a} | 5:11: webhook.tlsConfig: unknown field \"tlsConfig\"; did you"
            + " mean \"tls\"?",
        "admin: {path: a} | 5:9: admin.path: unknown field \"path\"; known here: address, port",
        "admin: {metrics: a} | 5:9: admin.metrics: unknown field \"metrics\"; known here: address,"
            + " port",
        "webhook: on | 5:10: webhook: must be a mapping, not a string; write fields below it, as"
            + " name: value",
        "webhook: {port: '8443'} | 5:17: webhook.port: must be a number, not a string; use a whole"
            + " number from 0 to 65535",
        "webhook: {port: 65536} | 5:17: webhook.port: 65536 is out of range; use a whole number"
            + " from 0 to 65535",
        "webhook: {port: -1} | 5:17: webhook.port: -1 is out of range; use a whole number from 0 to"
            + " 65535",
        "webhook: {port: 1.5} | 5:17: webhook.port: 1.5 is out of range; use a whole number from 0"
            + " to 65535",
        "webhook: {port: 99999999999999999999} | 5:17: webhook.port: 99999999999999999999 is out of"
            + " range; use a whole number from 0 to 65535",
        "webhook: {maxConcurrent: 0} | 5:26: webhook.maxConcurrent: 0 is out of range; use a whole"
            + " number from 1 to 100000",
        "webhook: {maxInFlightBytes: 32MB} | 5:29: webhook.maxInFlightBytes: \"32MB\" is not a"
            + " size; write bytes, such as 1000, 32Mi, 5Gi",
        "webhook: {maxInFlightBytes: 9999999999Gi} | 5:29: webhook.maxInFlightBytes:"
            + " \"9999999999Gi\" is not a size; write bytes, such as 1000, 32Mi, 5Gi",
        "webhook: {maxInFlightBytes: 1Mi} | 5:29: webhook.maxInFlightBytes: 1Mi is too small; use"
            + " at least 4194304 bytes",
        "webhook: {budget: 31s} | 5:19: webhook.budget: 31s is out of range; use a duration from 1s"
            + " to 30s",
        "webhook: {tls: {keyFile: k}} | 5:16: webhook.tls.certificateFile: required field is"
            + " missing; add certificateFile: tls.crt",
        "audit: {required: yes} | 5:19: audit.required: must be true or false, not a string"
            + " \"yes\"; write true or false without quotes",
        "audit: {fsync: 1} | 5:16: audit.fsync: must be true or false, not a number \"1\"; write"
            + " true or false without quotes",
        "audit: {retention: {age: 90}} | 5:26: audit.retention.age: \"90\" is not a duration; write"
            + " a number and a unit, such as 500ms, 30s, 6h, 90d",
        "freshness: {timestampMaxAge: 1w} | 5:30: freshness.timestampMaxAge: \"1w\" is not a"
            + " duration; write a number and a unit, such as 500ms, 30s, 6h, 90d",
        "freshness: {timestampMaxAge: 999999999999999999d} | 5:30: freshness.timestampMaxAge:"
            + " \"999999999999999999d\" is not a duration; write a number and a unit, such as"
            + " 500ms, 30s, 6h, 90d",
        "freshness: {timestampMaxAge: 25h} | 5:30: freshness.timestampMaxAge: 25h is out of range;"
            + " use a duration from 0s to 1d",
        "grace: {maxAge: [1h]} | 5:17: grace.maxAge: must be a duration, not a list; write a number"
            + " and a unit, such as 500ms, 30s, 6h, 90d",
        "reverification: {interval: 30s} | 5:28: reverification.interval: 30s is out of range; use a"
            + " duration from 1m to 7d",
        "reverification: {enable: true} | 5:18: reverification.enable: unknown field \"enable\";"
            + " did you mean \"enabled\"?",
        "state: {type: redis} | 5:15: state.type: \"redis\" is not known; use one of memory,"
            + " kubernetes, valkey",
        "state: valkey | 5:8: state: \"valkey\" is not known; use one of memory, kubernetes",
        "state: {type: valkey} | 5:8: state.uri: required field is missing; add uri:"
            + " rediss://valkey.example.com:6379",
        "state: {type: valkey, uri: 'rediss://v/x'} | 5:28: state.uri: has a path that is no number"
            + " of a database; write rediss://host:port or rediss://host:port/0",
        "state: {type: valkey, uri: 'rediss://v', username: u} | 5:8: state.passwordFile: required"
            + " field is missing; add passwordFile beside username",
        "state: {type: memory, uri: a} | 5:23: state.uri: unknown field \"uri\"; known here: type",
        "readiness: {notary: Gate} | 5:21: readiness.notary: \"Gate\" is not known; use one of"
            + " gate, any, report",
        "detectionMode: 'false' | 5:16: detectionMode: must be true or false, not a string"
            + " \"false\"; write true or false without quotes",
        "mutation: pod | 5:11: mutation: \"pod\" is not known; use one of workloads, pods, none",
        "unknownKinds: allow | 5:15: unknownKinds: \"allow\" is not known; use one of deny, exempt",
        "revoked: {digests: [sha256:ab]} | 5:21: revoked.digests[0]: \"sha256:ab\" is not a digest;"
            + " write sha256: and 64 lower-case hexadecimal characters",
        "revoked: {keyIds: [x]} | 5:20: revoked.keyIds[0]: \"x\" is not a key id; write the 64"
            + " lower-case hexadecimal characters",
        "namespaces: {ignoreLabel: a b} | 5:27: namespaces.ignoreLabel: \"a b\" is not the key of a"
            + " label; write one such as assayer.dev/ignore",
        "registries: a | 5:13: registries: must be a list, not a string; write [a, b], or one \"-"
            + " \" line for each element",
        "registries: ['https://r.example/v2'] | 5:14: registries[0]: \"https://r.example/v2\""
            + " starts with a scheme; write only the host: r.example",
        "registries: ['r.example/team'] | 5:14: registries[0]: \"r.example/team\" holds a path;"
            + " write only the host: r.example",
        "registries: ['r_x'] | 5:14: registries[0]: \"r_x\" is not a host; write host or host:port,"
            + " such as notary.example.com:4443",
        "registries: ['r:0'] | 5:14: registries[0]: \"r:0\" is not a host; write host or host:port,"
            + " such as notary.example.com:4443",
        "alerting: {reject: {receivers: [{url: 'https://a'}]}} | 5:33:"
            + " alerting.reject.receivers[0].template: required field is missing; add template:"
            + " slack",
        "alerting: {reject: {receivers: [{template: ecs}]}} | 5:33: alerting.reject.receivers[0].url:"
            + " required field is missing; add url: https://… or urlFile: FILE",
        "alerting: {reject: {receivers: [{template: ecs, url: 'https://a', urlFile: b}]}} | 5:33:"
            + " alerting.reject.receivers[0]: has both url and urlFile; keep one of them",
        "alerting: {reject: {receivers: [{template: ecs, url: 'ftp://a'}]}} | 5:54:"
            + " alerting.reject.receivers[0].url: must start with http:// or https://; write the"
            + " whole address",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, priority: 6}]}} | 5:71:"
            + " alerting.reject.receivers[0].priority: 6 is out of range; use a whole number from 1"
            + " to 5",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, headers: {'a b': c}}]}} | 5:71:"
            + " alerting.reject.receivers[0].headers: \"a b\" is not the name of a header; use"
            + " letters, digits and hyphens",
        "alerting: {window: 8d} | 5:20: alerting.window: 8d is out of range; use a duration from 0s"
            + " to 7d",
        "alerting: {templates: nowhere} | 5:23: alerting.templates: there is no folder"
            + " \"/nowhere/nowhere\"; name a folder that holds NAME.json files",
        "alerting: {reject: {receivers: [{template: nosuch, urlFile: b}]}} | 5:44:"
            + " alerting.reject.receivers[0].template: there is no template \"nosuch\"; use one of"
            + " slack, opsgenie, keybase, msteams, pagerduty, ecs, or give the folder of your own as"
            + " alerting.templates",
        "alerting: {reject: {receivers: [{template: ../ecs, urlFile: b}]}} | 5:44:"
            + " alerting.reject.receivers[0].template: \"../ecs\" is not the name of a template; use"
            + " up to 64 letters, digits, - and _, without the ending .json",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, name: A}]}} | 5:67:"
            + " alerting.reject.receivers[0].name: \"A\" is not the name of a receiver; use up to 63"
            + " lower-case letters, digits and hyphens",
        "alerting: {admit: {receivers: [{template: ecs, urlFile: b, name: a}]}, reject: {receivers:"
            + " [{template: ecs, urlFile: b, name: a}]}} | 5:127: alerting.reject.receivers[0].name:"
            + " receiver \"a\" is already defined in line 5; choose another name",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, headers: {Host: x}}]}} | 5:71:"
            + " alerting.reject.receivers[0].headers: header \"Host\" is set by the HTTP client;"
            + " remove it",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, headers: {A: x}, headerFiles:"
            + " {a: f}}]}} | 5:92: alerting.reject.receivers[0].headerFiles: header \"a\" is given"
            + " twice; keep one of them",
        "alerting: {reject: {receivers: [{template: ecs, urlFile: b, caFile: f}]}} | 5:69:"
            + " alerting.reject.receivers[0].caFile: the file does not exist; name a readable file,"
            + " relative to the configuration file's directory",
      })
  void anErrorNamesPlaceFieldValueAndRemedy(String line, String text) {
    assertThat(Loads.errors(Loads.MINIMAL + line)).containsExactly("config.yaml:" + text);
  }

  @Test
  void theRecordHoldsThePartsOfTheText() {
    assertThat(Loads.refusals(Loads.MINIMAL + "webhook: {budget: 31s}"))
        .containsExactly(
            new Finding(
                Severity.ERROR,
                "config.yaml",
                5,
                19,
                "webhook.budget",
                "31s",
                "31s is out of range",
                "use a duration from 1s to 30s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "assayer.example.com",
        "127.0.0.256",
        "127.0.0",
        "127.0.0.01",
        "128.0.0.1",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "[::1]"
      })
  void theOperatorPageIsBoundToLoopbackOnly(String address) {
    assertThat(Loads.errors(Loads.MINIMAL + "page: {address: \"" + address + "\"}\n"))
        .singleElement()
        .asString()
        .contains("page.address")
        .contains(address)
        .contains("is no loopback address")
        .contains("use 127.0.0.1 or ::1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.0.255", "::1", "localhost"})
  void theOperatorPageMayUseAnyLoopbackAddress(String address) {
    assertThat(Loads.findings(Loads.MINIMAL + "page: {address: \"" + address + "\"}\n")).isEmpty();
  }

  @Test
  void allErrorsAreReportedInFileOrder() {
    assertThat(
            Loads.errors(
                """
                apiVersion: assayer.dev/v1
                page: {port: a}
                policy:
                  - pattern: 5
                  - {}
                mutation: x
                extra: 1
                """))
        .extracting(text -> text.split(":", 3)[1])
        .containsExactly("2", "4", "5", "6", "7");
  }

  @Test
  void atMostAHundredErrorsAreReportedAndTheRestIsSaid() {
    StringBuilder yaml = new StringBuilder(Loads.MINIMAL);
    for (int i = 0; i < 150; i++) {
      yaml.append("field").append(i).append(": 1\n");
    }
    assertThat(Loads.errors(yaml.toString()))
        .hasSize(101)
        .last()
        .isEqualTo(
            "config.yaml: holds more than 100 errors; correct those shown and load it again");
  }

  @Test
  void aFileWithoutVersionOrOfAnotherIsRefused() {
    assertThat(Loads.errors("policy: [{pattern: x, verify: false}]"))
        .containsExactly(
            "config.yaml:1:1: apiVersion: required field is missing; add apiVersion:"
                + " assayer.dev/v1 as the first line");
    assertThat(Loads.errors("apiVersion: assayer.dev/v2\nwhatever: 1"))
        .containsExactly(
            "config.yaml:1:13: apiVersion: \"assayer.dev/v2\" is not supported; use"
                + " assayer.dev/v1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application: {validators: [], policy: []}",
        "notaries: [{name: a}]",
        "validators: [{name: a, type: notaryv1, host: h}]",
        "validators: [{name: a, type: cosign, auth: {secret_name: s}}]",
        "policy: [{pattern: a, with: {trustRoot: b}}]",
      })
  void aConnaisseurFileIsRecognised(String yaml) {
    List<Finding> findings =
        switch (Loads.load(yaml)) {
          case LoadResult.Loaded(_, List<Finding> doubts) -> doubts;
          case LoadResult.Refused(List<Finding> errors) -> errors;
        };
    assertThat(findings).extracting(Finding::text).noneMatch(text -> text.contains("apiVersion"));
  }

  @Test
  void aReceiverThatMustBeToldNeedsTimeBesideTheVerification() {
    String insisting =
        """
        alerting: {admit: {receivers: [{template: slack, url: "https://a.example/x", failAdmission: true}]}}
        """;
    assertThat(Loads.errors(Loads.MINIMAL + "webhook: {budget: 1900ms}\n" + insisting))
        .singleElement()
        .asString()
        .contains("failAdmission", "webhook.budget", "2s or more");
    assertThat(Loads.load(Loads.MINIMAL + "webhook: {budget: 2s}\n" + insisting))
        .isInstanceOf(LoadResult.Loaded.class);
  }
}
