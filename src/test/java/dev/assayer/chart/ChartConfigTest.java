package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.Finding;
import dev.assayer.config.HmacKey;
import dev.assayer.config.LoadResult;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.StateConfig;
import dev.assayer.config.StaticConfig;
import dev.assayer.crypto.Sha;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.TufKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rendered configuration is one that Assayer takes, under the digest that the chart pins. */
class ChartConfigTest {
  /** What this version takes without effect; the chart offers it for the versions that have it. */
  private static final String NO_EFFECT_YET = "has no effect in this version";

  /** In a Secret, so that it is there in the pod only; a copy stands for it. */
  private static final String CA_FILE = "/etc/assayer/valkey/ca.crt";

  private static final String OWN_CA = "own-ca.crt";

  @TempDir Path directory;

  static List<Path> valueSets() throws IOException {
    return Chart.valueSets();
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void itLoadsWithoutAWarningUnderThePinnedDigest(Path values) throws IOException {
    Chart chart = Chart.with(values);
    LoadResult.Loaded loaded = load(chart);
    assertThat(loaded.findings().stream().map(Finding::text))
        .allSatisfy(text -> assertThat(text).contains(NO_EFFECT_YET));
    String text = chart.configuration().at("/data/assayer.yaml").asText();
    String pinned = chart.variable("ASSAYER_CONFIG_SHA256");
    if (text.contains(CA_FILE)) {
      // The file of the authorities is not part of it, and so only its name makes a difference.
      assertThat(pinned).isEqualTo(Sha.sha256Hex(text.getBytes(StandardCharsets.UTF_8)));
      pinned = Sha.sha256Hex(text.replace(CA_FILE, OWN_CA).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(loaded.config().policyDigest()).isEqualTo("sha256:" + pinned);
  }

  @Test
  void aValkeyIsReachedWithItsPasswordUnderItsOwnAuthoritiesAndNoOtherPort() throws IOException {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/valkey-values.yaml"));
    assertThat(load(chart).config().state())
        .isInstanceOfSatisfying(
            StateConfig.Valkey.class,
            valkey -> {
              assertThat(valkey.passwordFile()).contains(Path.of("/etc/assayer/valkey/password"));
              assertThat(valkey.ca()).hasSize(1);
              assertThat(valkey.hmacKeyFile()).isEqualTo(StateConfig.MOUNTED_KEY);
            });
    JsonNode pod = chart.workload().at("/spec/template/spec");
    JsonNode secret =
        Chart.each(pod.path("volumes"))
            .filter(volume -> volume.path("name").asText().equals("valkey"))
            .map(volume -> volume.path("secret"))
            .findFirst()
            .orElseThrow();
    assertThat(secret.path("secretName").asText()).isEqualTo("valkey-password");
    assertThat(secret.path("items").toString())
        .isEqualTo(
            "[{\"key\":\"pw\",\"path\":\"password\"},{\"key\":\"ca.crt\",\"path\":\"ca.crt\"}]");
    assertThat(Chart.each(pod.at("/containers/0/volumeMounts")))
        .anyMatch(mount -> mount.path("mountPath").asText().equals("/etc/assayer/valkey"));
    assertThat(
            Chart.each(chart.one("NetworkPolicy", Chart.NAME).at("/spec/egress/1/ports"))
                .map(port -> port.path("port").asInt()))
        .containsExactly(443, 6443, 6380);
    assertThat(chart.has("Secret", Chart.NAME + "-state")).as("the key is given").isFalse();
  }

  @Test
  void authoritiesWithoutTheSecretThatHoldsThemAreRefused() throws IOException {
    Path values = directory.resolve("values.yaml");
    Files.writeString(values, "valkey: {caKey: ca.crt}");
    assertThatThrownBy(() -> Chart.with(values)).hasMessageContaining("valkey.caKey");
  }

  @Test
  void theKeyOfSharedStateCanBeReadByTheReplicasUserAndIsLongEnough() {
    Chart chart = Chart.rendered();
    JsonNode pod = chart.workload().at("/spec/template/spec");
    JsonNode secret =
        Chart.each(pod.path("volumes"))
            .filter(volume -> volume.path("name").asText().equals("state"))
            .map(volume -> volume.path("secret"))
            .findFirst()
            .orElseThrow();
    assertThat(secret.path("defaultMode").asInt()).as("readable by the group").isEqualTo(0440);
    assertThat(pod.at("/securityContext/fsGroup").asInt()).isEqualTo(65532);
    String key = chart.one("Secret", Chart.NAME + "-state").at("/data/hmac.key").asText();
    assertThat(Base64.getDecoder().decode(key)).hasSizeGreaterThanOrEqualTo(HmacKey.MIN_BYTES);
  }

  private LoadResult.Loaded load(Chart chart) throws IOException {
    JsonNode data = chart.configuration().path("data");
    for (Map.Entry<String, JsonNode> file : data.properties()) {
      Files.writeString(
          directory.resolve(file.getKey()), file.getValue().asText().replace(CA_FILE, OWN_CA));
    }
    Files.writeString(directory.resolve(OWN_CA), DemoCa.create().pem());
    LoadResult result = new ConfigLoader().load(directory.resolve("assayer.yaml"));
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    return (LoadResult.Loaded) result;
  }

  @Test
  void theDefaultPolicyVerifiesEverythingButKubernetesAndTrustsNobody() throws IOException {
    Config config = load(Chart.rendered()).config();
    assertThat(config.policy())
        .extracting(RuleConfig::pattern)
        .containsExactly("*:*", "registry.k8s.io/*:*");
    assertThat(config.policy().getFirst().resolution()).isInstanceOf(Resolution.Resolved.class);
    assertThat(config.policy().getLast().resolution()).isEqualTo(new Resolution.Exempt());
    assertThat(config.validators())
        .singleElement()
        .isInstanceOfSatisfying(
            StaticConfig.class, validator -> assertThat(validator.approve()).isFalse());
    assertThat(config.detectionMode()).isFalse();
  }

  @Test
  void replicasShareStateByDefaultUnderAKeyThatIsMounted() throws IOException {
    assertThat(load(Chart.rendered()).config().state())
        .isEqualTo(new StateConfig.Kubernetes(Path.of("/etc/assayer/state/hmac.key")));
  }

  @Test
  void anotherConfigurationHasAnotherNameAndSoHasAnotherKeyFile() {
    String before = Chart.name(Chart.rendered().configuration());
    String other = Chart.name(Chart.with("config.cluster", "b").configuration());
    assertThat(other).isNotEqualTo(before).startsWith(Chart.NAME + "-config-");
    assertThat(Chart.name(Chart.with("files.a\\.pub", "x").configuration())).isNotEqualTo(before);
    assertThat(Chart.rendered().configuration().path("immutable").asBoolean()).isTrue();
  }

  @Test
  void theDigestCoversKeyFilesInTheOrderOfTheirNames() throws IOException {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/notary-values.yaml"));
    String pinned = chart.variable("ASSAYER_CONFIG_SHA256");
    load(chart);
    Files.writeString(directory.resolve("acme.pub"), anotherKey());
    LoadResult changed = new ConfigLoader().load(directory.resolve("assayer.yaml"));
    assertThat(((LoadResult.Loaded) changed).config().policyDigest())
        .as("a replaced key file is not what was pinned")
        .isNotEqualTo("sha256:" + pinned);
  }

  @Test
  void aKeyFileThatHelmCannotReadIsRefusedByName() throws IOException {
    Path values = directory.resolve("values.yaml");
    Files.writeString(
        values,
        """
        config:
          validators:
            - {name: default, type: notaryV1, host: n.example, trustRoots: [{name: default, keyFile: lost.pub}]}
        """);
    assertThatThrownBy(() -> Chart.with(values))
        .hasMessageContaining("lost.pub")
        .hasMessageContaining("files");
  }

  @Test
  void aValkeyWithoutAPasswordIsRefused() throws IOException {
    Path values = directory.resolve("values.yaml");
    Files.writeString(values, "config: {state: {type: valkey, uri: 'rediss://v'}}");
    assertThatThrownBy(() -> Chart.with(values)).hasMessageContaining("valkey.existingSecret");
  }

  @Test
  void theExampleForDockerHubLoadsAndSaysWhenItEnds() throws IOException {
    Path example = Chart.HOME.resolve("examples/docker-hub-notary.yaml");
    Path key = Files.writeString(directory.resolve("key.pem"), anotherKey());
    Chart chart =
        Chart.rendered(
            command -> command.withValuesFile(example).setFile("files.docker-official\\.pub", key));
    assertThat(load(chart).findings().stream().map(Finding::text))
        .allSatisfy(text -> assertThat(text).contains(NO_EFFECT_YET));
    assertThat(Files.readString(example)).contains("2026-12-08");
  }

  @Test
  void examplesAreTheOnesThatAreTested() throws IOException {
    try (Stream<Path> files = Files.list(Chart.HOME.resolve("examples"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("docker-hub-notary.yaml");
    }
  }

  private static String anotherKey() {
    return TufKey.bare(KeyKind.ECDSA_P256).publicKeyPem();
  }
}
