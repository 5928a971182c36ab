package dev.assayer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignatureMethod;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of theupdateframework/notary, where it is installed, judges our format. */
class TheRealNotaryClientReadsOurServerTest {
  private static final Path NOTARY = Path.of("/usr/bin/notary");
  private static final String GUN = "registry.example.com/acme/app";
  private static final String DIGEST_A = "sha256:" + "ab".repeat(32);
  private static final String DIGEST_B = "sha256:" + "cd".repeat(32);

  @TempDir Path directory;
  private final NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private final SignedRepository repository = SignedRepository.create(GUN);

  @BeforeEach
  void serve() throws IOException {
    assumeTrue(Files.isExecutable(NOTARY), "the notary client is not installed");
    Files.writeString(directory.resolve("ca.pem"), server.caPem());
    server.add(repository);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void it_lists_the_tags_of_the_targets_role() throws Exception {
    repository.targets().target("1.4", DIGEST_A, 528);
    repository.publish();

    assertThat(notary("list", GUN)).contains("1.4").contains("ab".repeat(32)).contains("528");
    assertThat(notary("lookup", GUN, "1.4")).contains("sha256:" + "ab".repeat(32));
  }

  @Test
  void it_lists_a_delegation_with_its_own_threshold_and_nested_ones() throws Exception {
    TufKey lou = TufKey.x509(KeyKind.ECDSA_P256, "lou");
    TufKey max = TufKey.x509(KeyKind.RSA_2048, "max");
    repository.delegate("targets/releases", lou, max).threshold(2).target("1.4", DIGEST_A, 528);
    repository.delegate("targets/releases/eu", lou).target("1.5", DIGEST_B, 529);
    repository.publish();

    assertThat(notary("list", GUN, "-r", "targets/releases"))
        .contains("1.4", "ab".repeat(32), "targets/releases")
        .contains("1.5", "cd".repeat(32), "targets/releases/eu");
    assertThat(notary("delegation", "list", GUN)).contains("targets/releases");
  }

  @Test
  void it_follows_rotations_of_all_keys_and_signed_again_tags() throws Exception {
    repository.targets().target("1.4", DIGEST_A, 528).target("1.3", DIGEST_A, 528);
    repository.publish();
    assertThat(notary("list", GUN)).contains("ab".repeat(32));

    repository.role(SignedRepository.ROOT).keys(TufKey.x509(KeyKind.ECDSA_P384, GUN));
    repository.role(SignedRepository.SNAPSHOT).keys(TufKey.bare(KeyKind.ED25519));
    repository
        .role(SignedRepository.TIMESTAMP)
        .keys(TufKey.bare(KeyKind.RSA_2048).withMethod(SignatureMethod.RSAPKCS1V15));
    repository
        .targets()
        .keys(TufKey.bare(KeyKind.RSA_2048))
        .target("1.4", DIGEST_B, 529)
        .removeTarget("1.3");
    repository.publish();

    assertThat(notary("list", GUN))
        .contains("1.4", "cd".repeat(32))
        .doesNotContain("1.3")
        .doesNotContain("ab".repeat(32));
  }

  @Test
  void it_refuses_what_our_hooks_make() throws Exception {
    repository.targets().target("1.4", DIGEST_A, 528).signers(TufKey.bare(KeyKind.ECDSA_P256));
    repository.publish();

    assertThat(notary("list", GUN))
        .contains("did not meet threshold")
        .doesNotContain("ab".repeat(32));
  }

  @Test
  void it_passes_our_token_authentication() throws Exception {
    server.gatekeeper().requireToken();
    repository.targets().target("1.4", DIGEST_A, 528);
    repository.publish();

    assertThat(notary("list", GUN)).contains("1.4");
    assertThat(server.requests()).anyMatch(line -> line.startsWith("GET /token?"));
  }

  private String notary(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                NOTARY.toString(),
                "-s",
                "https://" + server.baseHost(),
                "-d",
                directory.resolve("trust").toString(),
                "--tlscacert",
                directory.resolve("ca.pem").toString()));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }
}
