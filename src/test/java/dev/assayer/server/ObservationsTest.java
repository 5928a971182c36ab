package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.page.Dependencies;
import dev.assayer.remote.BreakerState;
import dev.assayer.remote.Call;
import dev.assayer.remote.CallResult;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.TufKey;
import dev.assayer.telemetry.Configured;
import dev.assayer.telemetry.Metrics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservationsTest {
  private static final String HOST = "notary.example.com:4443";

  private final Metrics metrics = new Metrics();
  private final Dependencies dependencies = new Dependencies();
  private final Observations observations =
      new Observations(metrics, dependencies, InstantSource.system());

  @Test
  void factsAreWhatTheConfigurationSays() {
    Configured facts = Observations.facts(config(), 3);
    assertThat(facts.generation()).isEqualTo(3);
    assertThat(facts.policyDigest()).startsWith("sha256:");
    assertThat(facts.validators())
        .containsExactly(
            new Configured.Validator("default", "notaryV1", List.of("one", "two")),
            new Configured.Validator("allow", "static", List.of()));
    assertThat(facts.upstreams())
        .containsExactlyInAnyOrder(
            new Configured.Upstream(HOST, "notary"),
            new Configured.Upstream("auth.example.com", "token"));
    assertThat(facts.rules())
        .contains(new Configured.Rule(true, "audit"), new Configured.Rule(false, "enforce"))
        .hasSize(7);
  }

  @Test
  void aRepositoryIsNamedOnlyByAPatternWithoutWildcardsThatCanMatchIt() {
    assertThat(Observations.facts(config(), 1).repositories())
        .containsExactly("docker.io/acme/app", "registry.example:5000/team/api");
  }

  @Test
  void everyResultOfACallHasItsSeries() {
    observations.configured(config(), 1);
    for (CallResult result : CallResult.values()) {
      observations.called(
          new Call(
              HOST, result, Optional.of(Duration.ofMillis(3)), Optional.of(Duration.ofSeconds(2))));
    }
    List<String> requests =
        lines("assayer_trust_upstream_requests_total{").stream()
            .filter(line -> line.contains(HOST))
            .toList();
    assertThat(requests).hasSameSizeAs(CallResult.values()).allMatch(line -> line.endsWith(" 1.0"));
    assertThat(lines("assayer_clock_skew_seconds{")).singleElement().asString().endsWith(" 2.0");
  }

  @Test
  void breakersAndCertificatesOfHostsAreTold() {
    observations.configured(config(), 1);
    observations.breaker(HOST, BreakerState.HALF_OPEN);
    observations.certificate(HOST, Instant.ofEpochSecond(2_000_000_000));
    assertThat(lines("assayer_trust_upstream_breaker_state{upstream=\"" + HOST))
        .singleElement()
        .asString()
        .endsWith(" 1.0");
    assertThat(lines("assayer_trust_upstream_tls_not_after_timestamp_seconds{"))
        .singleElement()
        .asString()
        .endsWith(" 2.0E9");
  }

  private List<String> lines(String start) {
    return new String(metrics.scrape(Optional.empty()).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(start))
        .toList();
  }

  private static Config config() {
    String key = TufKey.bare(KeyKind.ECDSA_P256).publicKeyPem().indent(10);
    String yaml =
        """
        apiVersion: assayer.dev/v1
        validators:
          - name: default
            type: notaryV1
            host: notary.example.com:4443
            auth: {username: robot, password: secret, realm: "https://AUTH.example.com:443/token"}
            trustRoots:
              - name: one
                key: |
        KEY
              - name: two
                key: |
        KEY
          - {name: allow, type: static, approve: true}
        policy:
          - {pattern: "*:*", validator: default, trustRoot: one}
          - {pattern: "docker.io/acme/app:*", validator: default, trustRoot: one}
          - {pattern: "docker.io/acme/app:1.0", validator: default, trustRoot: one, mode: audit}
          - {pattern: "registry.example:5000/team/api", verify: false}
          - {pattern: "docker.io/*/app", verify: false}
          - {pattern: "nginx", verify: false}
          - {pattern: "docker.io/acme/lib*:1", verify: false}
        """
            .replace("KEY\n", key);
    LoadResult result = new ConfigLoader().load(yaml, Path.of("/nowhere"), "test");
    if (result instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }
}
