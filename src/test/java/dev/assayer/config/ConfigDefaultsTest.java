package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDefaultsTest {
  private final Config config = Loads.config(Loads.MINIMAL);

  @Test
  void theShortestFileLoadsWithoutFindings() {
    assertThat(Loads.findings(Loads.MINIMAL)).isEmpty();
  }

  @Test
  void listenersHaveTheirDocumentedDefaults() {
    assertThat(config.webhook())
        .isEqualTo(
            new WebhookConfig(
                "0.0.0.0", 8443, Optional.empty(), 256, 33_554_432L, Duration.ofSeconds(10)));
    assertThat(config.admin()).isEqualTo(new Config.Listener("0.0.0.0", 9090));
    assertThat(config.page()).isEqualTo(new Config.Page(true, "127.0.0.1", 9091));
  }

  @Test
  void operationHasItsDocumentedDefaults() {
    assertThat(config.source()).isEqualTo("config.yaml");
    assertThat(config.cluster()).isEqualTo("not specified");
    assertThat(config.audit())
        .isEqualTo(
            new AuditConfig(
                Optional.empty(),
                Optional.empty(),
                true,
                true,
                AuditConfig.Users.KEEP,
                Optional.empty(),
                new AuditConfig.Retention(Duration.ofDays(90), 5_368_709_120L),
                new AuditConfig.Publish(
                    Duration.ofMinutes(1), true, Optional.empty(), Optional.empty())));
    assertThat(config.state()).isEqualTo(new StateConfig.Memory());
    assertThat(config.readiness().notary()).isEqualTo(Config.NotaryGate.GATE);
    assertThat(config.liveness().notary()).isFalse();
    assertThat(config.alerting())
        .isEqualTo(new AlertingConfig(Duration.ofMinutes(5), List.of(), List.of()));
  }

  @Test
  void decisionsHaveTheirDocumentedDefaults() {
    assertThat(config.freshness().timestampMaxAge()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.grace().maxAge()).isZero();
    assertThat(config.detectionMode()).isFalse();
    assertThat(config.mutation()).isEqualTo(Config.Mutation.WORKLOADS);
    assertThat(config.automaticChildApproval().enabled()).isTrue();
    assertThat(config.revoked()).isEqualTo(new Config.Revoked(List.of(), List.of()));
    assertThat(config.namespaces())
        .isEqualTo(
            new NamespacesConfig(
                "assayer.dev/ignore", "assayer.dev/validate", NamespacesConfig.Mode.IGNORE));
    assertThat(config.unknownKinds()).isEqualTo(Config.UnknownKinds.DENY);
    assertThat(config.registries()).isEmpty();
    assertThat(config.reverification())
        .isEqualTo(new Config.Reverification(false, Duration.ofHours(1), false));
    assertThat(config.validators()).isEmpty();
  }

  @Test
  void aNotaryValidatorHasItsDocumentedDefaults() {
    Config one = Loads.config(Loads.file(Loads.notary("n", "r"), "- pattern: x"));
    assertThat(one.validators())
        .singleElement()
        .isEqualTo(
            new NotaryV1Config(
                "n",
                3,
                "notary.example.com",
                one.validators().getFirst().trustRoots(),
                false,
                List.of(),
                Optional.empty(),
                true));
  }

  @Test
  void cosignAndNotationHaveTheirDocumentedDefaults() {
    String yaml =
        Loads.file("- {name: c, type: cosign}\n- {name: n, type: notation}", "- pattern: x");
    assertThat(Loads.config(yaml).validators())
        .containsExactly(
            new CosignConfig("c", 3, List.of(), true, Optional.empty()),
            new NotationConfig("n", 4, NotationConfig.Level.STRICT, List.of()));
  }

  @Test
  void aRuleVerifiesAndEnforcesUnlessItSaysOtherwise() {
    RuleConfig rule =
        Loads.config(Loads.file(Loads.notary("n", "r"), "- pattern: x")).policy().getFirst();
    assertThat(rule.verify()).isTrue();
    assertThat(rule.mode()).isEqualTo(Mode.ENFORCE);
    assertThat(rule.validator()).isEmpty();
    assertThat(rule.trustRoot()).isEmpty();
    assertThat(rule.delegations()).isEmpty();
    assertThat(rule.threshold()).isEmpty();
    assertThat(rule.required()).isEmpty();
    assertThat(rule.allOf()).isEmpty();
    assertThat(rule.anyOf()).isEmpty();
    assertThat(rule.namespaces()).isEmpty();
  }
}
