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
    Config config = with("admin: {address: '::1', port: 1}\npage: {address: '::1', port: 65535}\n");
    assertThat(config.admin()).isEqualTo(new Config.Listener("::1", 1));
    assertThat(config.page()).isEqualTo(new Config.Page(true, "::1", 65_535));
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
              users: omit
              usersKeyFile: users.key
              retention: {age: 36h, size: 1000000000}
              publish:
                interval: 30s
                configMap: false
                webhook: {url: "https://keeper.example/log"}
                witness:
                  url: https://witness.example/w
                  key: witness.example+3a1ae2b5+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g
            """);
    assertThat(config.cluster()).isEqualTo("staging-eu");
    assertThat(config.audit())
        .isEqualTo(
            new AuditConfig(
                Optional.of(Path.of("/nowhere/log")),
                Optional.of(Path.of("/nowhere/log.key")),
                false,
                false,
                AuditConfig.Users.OMIT,
                Optional.of(Path.of("/nowhere/users.key")),
                new AuditConfig.Retention(Duration.ofHours(36), 1_000_000_000L),
                new AuditConfig.Publish(
                    Duration.ofSeconds(30),
                    false,
                    Optional.of(
                        new AuditConfig.Place(URI.create("https://keeper.example/log"), List.of())),
                    Optional.of(
                        new AuditConfig.Witness(
                            new AuditConfig.Place(
                                URI.create("https://witness.example/w"), List.of()),
                            "witness.example+3a1ae2b5"
                                + "+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g")))));
  }

  @Test
  void everyKindOfStateIsReadAsWritten() {
    assertThat(with("state: {type: memory}").state()).isEqualTo(new StateConfig.Memory());
    assertThat(with("state: memory").state()).isEqualTo(new StateConfig.Memory());
    assertThat(with("state: kubernetes").state())
        .isEqualTo(new StateConfig.Kubernetes(StateConfig.MOUNTED_KEY));
    assertThat(with("state: {type: kubernetes, hmacKeyFile: h}").state())
        .isEqualTo(new StateConfig.Kubernetes(Path.of("/nowhere/h")));
    assertThat(
            with("state: {type: valkey, uri: 'rediss://v:6379/1', passwordFile: p, hmacKeyFile: h}")
                .state())
        .isEqualTo(
            new StateConfig.Valkey(
                URI.create("rediss://v:6379/1"),
                Optional.empty(),
                Optional.of(Path.of("/nowhere/p")),
                List.of(),
                Path.of("/nowhere/h")));
  }

  @Test
  void valkeyHasTheKeyThatTheChartMountsWhereNoneIsNamed() {
    assertThat(
            with("state: {type: valkey, uri: 'valkeys://v', username: u, passwordFile: p}").state())
        .isEqualTo(
            new StateConfig.Valkey(
                URI.create("valkeys://v"),
                Optional.of("u"),
                Optional.of(Path.of("/nowhere/p")),
                List.of(),
                StateConfig.MOUNTED_KEY));
  }

  @Test
  void sharedStateWithoutTlsIsWarnedAbout() {
    String named = Loads.MINIMAL + "cluster: prod\n";
    assertThat(Loads.findings(named + "state: {type: valkey, uri: 'redis://v:1'}\n"))
        .singleElement()
        .asString()
        .contains("state.uri")
        .contains("is without TLS")
        .endsWith("use rediss://");
  }

  @Test
  void clustersWithoutANameThatMayShareAServerAreWarnedAbout() {
    String shared = "state: {type: valkey, uri: 'rediss://v:1'}\n";
    assertThat(Loads.findings(Loads.MINIMAL + shared))
        .singleElement()
        .asString()
        .contains("state.uri")
        .contains("several clusters")
        .endsWith("set cluster to a name of its own");
    assertThat(Loads.findings(Loads.MINIMAL + "cluster: prod\n" + shared)).isEmpty();
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
            reverification: {enabled: true, interval: 30m, policyReports: true}
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
    assertThat(config.reverification())
        .isEqualTo(new Config.Reverification(true, Duration.ofMinutes(30), true));
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
                receivers: [{template: keybase, urlFile: address}]
              reject:
                receivers:
                  - template: slack
                    url: https://hooks.example.com/services/T0/SeCrEt
                    priority: 5
                    headers: {Authorization: Bearer SeCrEt}
                    headerFiles: {X-Token: token}
                    payloadFieldFiles: {routing_key: key}
                    payloadFields: {channel: x, nested: {n: 1.50, t: true, l: [null]}}
                    failAdmission: true
            """);
    assertThat(config.alerting().admit())
        .containsExactly(
            new AlertingConfig.Receiver(
                "admit-keybase",
                AlertingConfig.Category.ADMIT,
                new AlertingConfig.Shipped("keybase"),
                new AlertingConfig.UrlFile(Path.of("/nowhere/address")),
                3,
                Map.of(),
                Map.of(),
                List.of(),
                JsonObject.builder().build(),
                Map.of(),
                false));
    AlertingConfig.Receiver slack = config.alerting().reject().getFirst();
    assertThat(slack.target())
        .isEqualTo(
            new AlertingConfig.Url(URI.create("https://hooks.example.com/services/T0/SeCrEt")));
    assertThat(slack.priority()).isEqualTo(5);
    assertThat(slack.headers()).isEqualTo(Map.of("Authorization", "Bearer SeCrEt"));
    assertThat(slack.name()).isEqualTo("reject-slack");
    assertThat(slack.headerFiles()).isEqualTo(Map.of("X-Token", Path.of("/nowhere/token")));
    assertThat(slack.payloadFieldFiles()).isEqualTo(Map.of("routing_key", Path.of("/nowhere/key")));
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
                    audit: {retention: {age: 24h}}
                    state: {type: kubernetes, hmacKeyFile: not-there}
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
        .hasSize(3)
        .contains(
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
