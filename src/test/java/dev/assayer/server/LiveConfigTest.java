package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.samples.SignedRepository;
import dev.assayer.telemetry.Metrics;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveConfigTest {
  private static final String DENY = policy("false");
  private static final String ALLOW = policy("true");
  private static final DigestPin ANY = new DigestPin(Optional.empty());

  @TempDir private Path folder;
  private final List<Assayer> applied = new ArrayList<>();

  private static String policy(String approve) {
    return """
    apiVersion: assayer.dev/v1
    validators:
      - {name: fixed, type: static, approve: %s}
    policy:
      - {pattern: "*:*"}
    """
        .formatted(approve);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private LiveConfig open(Path file, DigestPin pin) {
    Environment environment = new Environment(InstantSource.system(), "test", "replica", 1);
    return LiveConfig.open(file, pin, _ -> environment, new Metrics(), applied::add);
  }

  private static DigestPin pinOf(Path file) {
    LoadResult.Loaded loaded = (LoadResult.Loaded) new ConfigLoader().load(file);
    return DigestPin.of(Optional.of(loaded.config().policyDigest()));
  }

  private static void poll(LiveConfig live) {
    for (int i = 0; i < 4; i++) {
      live.poll();
    }
  }

  private static Reason decide(LiveConfig live) {
    try (Lease lease = live.lease()) {
      ImageDecision decision =
          lease
              .assayer()
              .verify(
                  "docker.io/acme/app:1",
                  Optional.empty(),
                  Instant.now(),
                  Deadline.after(Duration.ofSeconds(9)));
      return decision.reason();
    }
  }

  @Test
  void aValidChangeComesIntoForceAndNumberingGoesOn() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      assertThat(decide(live)).isEqualTo(Reason.DENIED_BY_POLICY);
      write("assayer.yaml", ALLOW);
      poll(live);
      assertThat(decide(live)).isEqualTo(Reason.POLICY_EXEMPT);
      PolicyStatus status = live.policyStatus();
      assertThat(status.current()).isTrue();
      assertThat(status.generation()).isEqualTo(2);
      assertThat(status.policyDigest()).isEqualTo(live.assayer().config().policyDigest());
      assertThat(applied).hasSize(2).last().isEqualTo(live.assayer());
    }
  }

  @Test
  void aReviewUnderWayKeepsTheConfigurationThatItBeganWith() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY);
        Lease lease = live.lease()) {
      write("assayer.yaml", ALLOW);
      poll(live);
      assertThat(lease.generation()).isEqualTo(1);
      assertThat(lease.assayer()).isNotEqualTo(live.assayer());
      assertThat(live.policyStatus().generation()).isEqualTo(2);
    }
  }

  @Test
  void oneReadingAloneChangesNothingSinceTheFileMayBeHalfWritten() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      write("assayer.yaml", ALLOW.substring(0, 60));
      live.poll();
      write("assayer.yaml", ALLOW);
      live.poll();
      assertThat(live.policyStatus().generation()).isEqualTo(1);
      assertThat(live.policyStatus().current()).isTrue();
      live.poll();
      assertThat(live.policyStatus().generation()).isEqualTo(2);
    }
  }

  @Test
  void aMountedConfigMapIsFollowedThroughItsSwappedLink() throws IOException {
    Path one = Files.createDirectory(folder.resolve("..one"));
    Path two = Files.createDirectory(folder.resolve("..two"));
    Files.writeString(one.resolve("assayer.yaml"), DENY);
    Files.writeString(two.resolve("assayer.yaml"), ALLOW);
    Path data = Files.createSymbolicLink(folder.resolve("..data"), one);
    Path file =
        Files.createSymbolicLink(
            folder.resolve("assayer.yaml"), folder.resolve("..data/assayer.yaml"));
    try (LiveConfig live = open(file, ANY)) {
      Path next = Files.createSymbolicLink(folder.resolve("..tmp"), two);
      Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      poll(live);
      assertThat(decide(live)).isEqualTo(Reason.POLICY_EXEMPT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "policy: [",
        "apiVersion: assayer.dev/v1\npolicy: []\n",
        "apiVersion: assayer.dev/v1\nvalidators: []\npolicy: [{pattern: '*:*', verfy: false}]\n"
      })
  @DisplayName("OPS-10 a policy emptied or broken by hand: the last good one stays and it is told")
  void aBrokenPolicyIsRefused(String broken) throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      write("assayer.yaml", broken);
      poll(live);
      assertThat(decide(live)).isEqualTo(Reason.DENIED_BY_POLICY);
      PolicyStatus status = live.policyStatus();
      assertThat(status.current()).isFalse();
      assertThat(status.detail()).contains("assayer.yaml");
      assertThat(status.generation()).isEqualTo(1);

      write("assayer.yaml", DENY);
      poll(live);
      assertThat(live.policyStatus().current()).isTrue();
      assertThat(live.policyStatus().generation()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "OPS-10 a policy replaced by allow-all while its digest is pinned stays out of force")
  void allowAllIsRefusedByThePin() throws IOException {
    Path file = write("assayer.yaml", DENY);
    DigestPin pin = pinOf(file);
    try (LiveConfig live = open(file, pin)) {
      write("assayer.yaml", ALLOW);
      poll(live);
      assertThat(decide(live)).isEqualTo(Reason.DENIED_BY_POLICY);
      assertThat(live.policyStatus().current()).isFalse();
      assertThat(live.policyStatus().detail())
          .contains(pin.digest().orElseThrow(), DigestPin.VARIABLE);
    }
  }

  @Test
  @DisplayName("OPS-10 a configuration file that is deleted leaves the last good policy in force")
  void aDeletedFileIsRefused() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      Files.delete(file);
      poll(live);
      assertThat(decide(live)).isEqualTo(Reason.DENIED_BY_POLICY);
      assertThat(live.policyStatus().detail()).contains("does not exist");
    }
  }

  @Test
  @DisplayName("OPS-11 a trust root key replaced in its Secret: the pin differs, the old key stays")
  void aReplacedRootKeyIsRefusedByThePin() throws IOException {
    write("root.pub", SignedRepository.create("docker.io/acme/app").pinnedRootPem());
    Path file =
        write(
            "assayer.yaml",
            """
            apiVersion: assayer.dev/v1
            validators:
              - name: default
                type: notaryV1
                host: notary.invalid
                trustRoots: [{name: default, keyFile: root.pub}]
            policy: [{pattern: "*:*"}]
            """);
    DigestPin pin = pinOf(file);
    try (LiveConfig live = open(file, pin)) {
      String roots = live.assayer().config().trustRootDigest();
      write("root.pub", SignedRepository.create("docker.io/acme/app").pinnedRootPem());
      poll(live);
      assertThat(live.policyStatus().current()).isFalse();
      assertThat(live.assayer().config().trustRootDigest()).isEqualTo(roots);
    }
    try (LiveConfig live = open(file, ANY)) {
      String roots = live.assayer().config().trustRootDigest();
      write("root.pub", SignedRepository.create("docker.io/acme/app").pinnedRootPem());
      poll(live);
      assertThat(live.assayer().config().trustRootDigest()).isNotEqualTo(roots);
      assertThat(live.policyStatus().generation()).isEqualTo(2);
    }
  }

  @Test
  void aChangeThatRefersToAFileThatIsStillMissingWorksOnceTheFileIsThere() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      write(
          "assayer.yaml",
          """
          apiVersion: assayer.dev/v1
          validators:
            - name: default
              type: notaryV1
              host: notary.invalid
              trustRoots: [{name: default, keyFile: later.pub}]
          policy: [{pattern: "*:*"}]
          """);
      poll(live);
      assertThat(live.policyStatus().detail()).contains("later.pub", "does not exist");
      write("later.pub", SignedRepository.create("docker.io/acme/app").pinnedRootPem());
      poll(live);
      assertThat(live.policyStatus().current()).isTrue();
      assertThat(live.policyStatus().generation()).isEqualTo(2);
    }
  }

  @Test
  void aStartWithAnotherDigestThanThePinnedOneIsRefusedAndNamesBoth() throws IOException {
    Path other = write("other.yaml", ALLOW);
    Path file = write("assayer.yaml", DENY);
    DigestPin pin = pinOf(other);
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> open(file, pin))
        .withMessageContaining(pin.digest().orElseThrow())
        .withMessageContaining(pinOf(file).digest().orElseThrow());
  }

  @Test
  void aStartWithABrokenFileIsRefusedWithItsFindings() throws IOException {
    Path file = write("assayer.yaml", "apiVersion: assayer.dev/v1\nclutser: x\n");
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> open(file, ANY))
        .withMessageContaining("assayer.yaml:2:")
        .withMessageContaining("clutser");
  }

  @Test
  void thePinTakesADigestWithOrWithoutItsPrefixAndNothingElse() {
    String hex = "ab".repeat(32);
    assertThat(DigestPin.of(Optional.of("sha256:" + hex)).allows("sha256:" + hex)).isTrue();
    assertThat(DigestPin.of(Optional.of(hex.toUpperCase(java.util.Locale.ROOT) + "\n")))
        .isEqualTo(DigestPin.of(Optional.of(hex)));
    assertThat(DigestPin.of(Optional.of(hex)).allows("sha256:" + "ac".repeat(32))).isFalse();
    assertThat(DigestPin.of(Optional.empty()).allows("sha256:" + hex)).isTrue();
    for (String bad : List.of("", "sha256:", "sha512:" + hex, hex.substring(1), hex + "0")) {
      assertThatExceptionOfType(StartRefused.class)
          .isThrownBy(() -> DigestPin.of(Optional.of(bad)))
          .withMessageContaining(DigestPin.VARIABLE);
    }
  }

  @Test
  void whatOnlyARestartChangesIsNamed() throws IOException {
    Path file = write("assayer.yaml", DENY);
    try (LiveConfig live = open(file, ANY)) {
      var started = live.assayer().config();
      write(
          "assayer.yaml",
          DENY
              + """
              webhook: {port: 9443, tls: {certificateFile: a.crt, keyFile: a.key}}
              admin: {address: 127.0.0.1}
              state: {type: valkey, uri: "rediss://v:1", hmacKeyFile: h}
              """);
      poll(live);
      assertThat(RestartOnly.changes(started, live.assayer().config()))
          .hasSize(4)
          .anyMatch(change -> change.startsWith("state is now valkey at v:1 with the key"))
          .anyMatch(change -> change.startsWith("webhook.port is now 9443"))
          .anyMatch(change -> change.startsWith("webhook.tls is now "))
          .anyMatch(change -> change.startsWith("admin is now 127.0.0.1:9090"));
    }
  }
}
