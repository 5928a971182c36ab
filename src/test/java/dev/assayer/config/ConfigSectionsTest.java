package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigSectionsTest {

  private static Config with(String sections) {
    return Loads.config(Loads.MINIMAL + sections);
  }

  @Test
  void theWebhookIsReadAsWritten() {
    Config config =
        with(
            """
            webhook:
              address: 127.0.0.1
              port: 9443
              tls: {certificateFile: tls.crt, keyFile: /keys/tls.key, clientCaFile: ca.pem}
              maxConcurrent: 7
              maxInFlightBytes: 8Mi
              budget: 4s
            """);
    assertThat(config.webhook())
        .isEqualTo(
            new WebhookConfig(
                "127.0.0.1",
                9443,
                Optional.of(
                    new WebhookConfig.Tls(
                        Path.of("/nowhere/tls.crt"),
                        Path.of("/keys/tls.key"),
                        Optional.of(Path.of("/nowhere/ca.pem")))),
                7,
                8_388_608L,
                Duration.ofSeconds(4)));
  }

  @Test
  void otherListenersAreReadAsWritten() {
    Config config = with("admin: {address: '::1', port: 1}\npage: {address: h, port: 65535}\n");
    assertThat(config.admin()).isEqualTo(new Config.Listener("::1", 1));
    assertThat(config.page()).isEqualTo(new Config.Listener("h", 65_535));
  }

  @Test
  void theAuditLogIsReadAsWritten() {
    Config config =
        with(
            """
            cluster: staging-eu
            audit:
              directory: log
              keyFile: log.key
              required: false
              fsync: false
              retention: {age: 36h, size: 1000000000}
            """);
    assertThat(config.cluster()).isEqualTo("staging-eu");
    assertThat(config.audit())
        .isEqualTo(
            new AuditConfig(
                Optional.of(Path.of("/nowhere/log")),
                Optional.of(Path.of("/nowhere/log.key")),
                false,
                false,
                new AuditConfig.Retention(Duration.ofHours(36), 1_000_000_000L)));
  }

  @Test
  void everyKindOfStateIsReadAsWritten() {
    assertThat(with("state: {type: memory}").state()).isEqualTo(new StateConfig.Memory());
    assertThat(with("state: memory").state()).isEqualTo(new StateConfig.Memory());
    assertThat(with("state: kubernetes").state())
        .isEqualTo(new StateConfig.Kubernetes(Optional.empty()));
    assertThat(with("state: {type: kubernetes, hmacKeyFile: h}").state())
        .isEqualTo(new StateConfig.Kubernetes(Optional.of(Path.of("/nowhere/h"))));
    assertThat(
            with("state: {type: valkey, uri: 'rediss://v:6379/1', passwordFile: p, hmacKeyFile: h}")
                .state())
        .isEqualTo(
            new StateConfig.Valkey(
                URI.create("rediss://v:6379/1"),
                Optional.of(Path.of("/nowhere/p")),
                Optional.of(Path.of("/nowhere/h"))));
  }

  @Test
  void everyModeOfOperationIsReadAsWritten() {
    String digest = "sha256:" + "ab".repeat(32);
    Config config =
        with(
            """
            freshness: {timestampMaxAge: 500ms}
            readiness: {notary: any}
            grace: {maxAge: 6h}
            detectionMode: true
            mutation: pods
            automaticChildApproval: {enabled: false}
            revoked: {digests: ["%s"], keyIds: ["%s"]}
            liveness: {notary: true}
            namespaces: {ignoreLabel: a.example/no, validateLabel: yes-please, mode: validate}
            unknownKinds: exempt
            registries: [Registry.example.com, "10.0.0.1:5000", "[::1]:5000"]
            """
                .formatted(digest, "cd".repeat(32)));
    assertThat(config.freshness().timestampMaxAge()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.readiness().notary()).isEqualTo(Config.NotaryGate.ANY);
    assertThat(config.grace().maxAge()).isEqualTo(Duration.ofHours(6));
    assertThat(config.detectionMode()).isTrue();
    assertThat(config.mutation()).isEqualTo(Config.Mutation.PODS);
    assertThat(config.automaticChildApproval().enabled()).isFalse();
    assertThat(config.revoked())
        .isEqualTo(new Config.Revoked(List.of(digest), List.of("cd".repeat(32))));
    assertThat(config.liveness().notary()).isTrue();
    assertThat(config.namespaces())
        .isEqualTo(
            new NamespacesConfig("a.example/no", "yes-please", NamespacesConfig.Mode.VALIDATE));
    assertThat(config.unknownKinds()).isEqualTo(Config.UnknownKinds.EXEMPT);
    assertThat(config.registries())
        .containsExactly("registry.example.com", "10.0.0.1:5000", "[::1]:5000");
    assertThat(with("mutation: none").mutation()).isEqualTo(Config.Mutation.NONE);
    assertThat(with("readiness: {notary: report}").readiness().notary())
        .isEqualTo(Config.NotaryGate.REPORT);
  }

  @Test
  void receiversAreReadAsWrittenAndKeepTheirSecretsOutOfText() {
    Config config =
        with(
            """
            alerting:
              admit:
                receivers: [{template: a, urlFile: address}]
              reject:
                receivers:
                  - template: slack
                    url: https://hooks.example.com/services/T0/SeCrEt
                    priority: 5
                    headers: {Authorization: Bearer SeCrEt}
                    payloadFields: {channel: x, nested: {n: 1.50, t: true, l: [null]}}
                    failAdmission: true
            """);
    assertThat(config.alerting().admit())
        .containsExactly(
            new AlertingConfig.Receiver(
                "a",
                new AlertingConfig.UrlFile(Path.of("/nowhere/address")),
                3,
                Map.of(),
                JsonObject.builder().build(),
                false));
    AlertingConfig.Receiver slack = config.alerting().reject().getFirst();
    assertThat(slack.target())
        .isEqualTo(
            new AlertingConfig.Url(URI.create("https://hooks.example.com/services/T0/SeCrEt")));
    assertThat(slack.priority()).isEqualTo(5);
    assertThat(slack.headers()).isEqualTo(Map.of("Authorization", "Bearer SeCrEt"));
    assertThat(slack.payloadFields())
        .hasToString("{\"channel\":\"x\",\"nested\":{\"n\":1.50,\"t\":true,\"l\":[null]}}");
    assertThat(slack.failAdmission()).isTrue();
    assertThat(config.toString()).doesNotContain("SeCrEt");
  }

  @Test
  void whatIsNotBuiltYetIsAcceptedWithOneWarningForEachSection() {
    assertThat(
            Loads.findings(
                Loads.MINIMAL
                    + """
                    webhook: {port: 1}
                    admin: {port: 1}
                    page: {port: 1}
                    audit: {required: false, fsync: false}
                    state: {type: kubernetes}
                    readiness: {notary: any}
                    grace: {maxAge: 1s}
                    automaticChildApproval: {enabled: true}
                    liveness: {notary: true}
                    namespaces: {mode: validate}
                    alerting: {}
                    registries: [a.example]
                    validators:
                      - {name: a, type: notaryV1, host: h, auth: {secretName: s}}
                      - {name: c, type: cosign}
                      - {name: n, type: notation}
                    """))
        .hasSize(11)
        .contains(
            "config.yaml:7:7: page: has no effect in this version; keep it for a later"
                + " version, or remove it",
            "config.yaml:18:59: validators[0].auth.secretName: has no effect in this version;"
                + " keep it for a later version, or remove it",
            "config.yaml:19:21: validators[1].type: validators of this type are not built yet:"
                + " images that need it are denied config_error; keep such rules in a test"
                + " environment");
  }

  @Test
  void whatIsWrittenLikeItsDefaultIsNotWarnedAbout() {
    assertThat(
            Loads.findings(
                Loads.MINIMAL
                    + """
                    state: {type: memory}
                    grace: {maxAge: 0s}
                    automaticChildApproval: {enabled: false}
                    liveness: {notary: false}
                    registries: []
                    validators: []
                    """))
        .isEmpty();
  }
}
