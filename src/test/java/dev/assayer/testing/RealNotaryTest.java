package dev.assayer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Notary starts, signs and serves; and the manners of it that we rely on. */
@NeedsRealNotary
class RealNotaryTest {
  private static final String DIGEST = NotaryScenarios.digest("harness");

  @TempDir private static Path directory;
  private static RealNotary notary;

  @BeforeAll
  static void start() {
    notary = RealNotary.start(directory);
  }

  @AfterAll
  static void stop() {
    notary.close();
  }

  @Test
  void aTagThatTheClientSignedIsListedAndServed() {
    String gun = "registry.example.com/harness/signed";
    NotaryClient client = notary.client().initLikeDocker(gun).addTag(gun, "v1", DIGEST, 527);
    assertThat(client.list(gun)).contains("v1").contains(DIGEST).contains("527");
    byte[] targets = notary.served(gun).required("targets.json");
    assertThat(TrustFiles.at(TrustFiles.signed(targets), "targets").names()).containsExactly("v1");
    assertThat(notary.rootPublicKeyPem(gun)).startsWith("-----BEGIN PUBLIC KEY-----");
  }

  @Test
  void anUnknownRepositoryIsA404WithAJsonBody() {
    var answer =
        notary
            .served("any")
            .get("GET", "/v2/registry.example.com/harness/none/_trust/tuf/timestamp.json");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("METADATA_NOT_FOUND");
  }

  @Test
  void filesAreServedByHashAndByVersionAndADelegationBothPlainAndEscaped() {
    String gun = "registry.example.com/harness/addressed";
    NotaryClient client = notary.client().initLikeDocker(gun);
    var identity = SignerKeys.delegation(client.home(), "releases", SignerKeys.KeyKind.EC_P256);
    client.importKey(identity, "releases").delegate(gun, "targets/releases", identity);
    client.addTag(gun, "v1", DIGEST, 527, "targets/releases");
    ServedTrustData served = notary.served(gun);
    for (String role : List.of("root", "timestamp", "snapshot", "targets", "targets/releases")) {
      byte[] plain = served.required(role + ".json");
      String sha256 = TrustFiles.sha256(plain);
      String sha512 = TrustFiles.hex("SHA-512", plain);
      assertThat(served.file(role + '.' + sha256 + ".json")).as(role).hasValue(plain);
      assertThat(served.file(role + '.' + sha512 + ".json")).as(role + " by sha512").isEmpty();
    }
    assertThat(served.file("1.root.json")).isPresent();
    assertThat(served.file("3.root.json")).isEmpty();
    assertThat(served.file("targets%2Freleases.json"))
        .hasValue(served.required("targets/releases.json"));
  }

  @Test
  void headIsNotAnswered() {
    String gun = "registry.example.com/harness/head";
    notary.client().init(gun);
    String path = "/v2/" + gun + "/_trust/tuf/root.json";
    assertThat(notary.served(gun).get("GET", path).statusCode()).isEqualTo(200);
    assertThat(notary.served(gun).get("HEAD", path).statusCode()).isEqualTo(404);
  }

  @Test
  void theClientRefusesToSignOutsideADelegationsPaths() {
    String gun = "registry.example.com/harness/paths";
    NotaryClient client = notary.client().initLikeDocker(gun);
    var identity = SignerKeys.delegation(client.home(), "lou", SignerKeys.KeyKind.EC_P256);
    client.importKey(identity, "lou").delegate(gun, "targets/lou", List.of("v1"), identity);
    assertThatThrownBy(() -> client.addTag(gun, "latest", DIGEST, 527, "targets/lou"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Could not add all targets");
    client.reset(gun).addTag(gun, "v1", DIGEST, 527, "targets/lou");
    assertThat(client.list(gun, "targets/lou")).contains("v1").doesNotContain("latest");
  }

  @Test
  void aSecondServerBesideThisOneHasPortsOfItsOwn(@TempDir Path other) {
    try (RealNotary second = RealNotary.start(other)) {
      assertThat(second.host()).isNotEqualTo(notary.host());
      second.client().init("registry.example.com/harness/second");
      assertThat(notary.served("registry.example.com/harness/second").file("root.json")).isEmpty();
    }
  }
}
