package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.testing.NeedsRealNotary;
import dev.assayer.testing.NotaryClient;
import dev.assayer.testing.RealNotary;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server, before and after a real rotation of the root key. */
@NeedsRealNotary
class RootKeyRealNotaryTest {
  private static final String GUN = "registry.example.com/root-key/app";
  private static final String DIGEST = "5".repeat(64);

  @TempDir private Path folder;

  @Test
  void theTrustRootOfARotatedRepositoryLoadsAndVerifies() {
    try (RealNotary notary = RealNotary.start(folder)) {
      String ca = TestFiles.write(folder, "authority.pem", notary.caPem());
      NotaryClient client = notary.client().initLikeDocker(GUN).addTag(GUN, "v1", DIGEST, 527);
      String old = notary.rootPublicKeyPem(GUN);
      client.rotateKey(GUN, "root", false);
      assertThat(notary.rootPublicKeyPem(GUN)).isNotEqualTo(old);

      String[] asked = {"root-key", "-i", GUN, "-s", notary.host(), "--ca", ca};
      Cli.Ran history = new Cli().run(with(asked, "--history", "-o", "json"));
      assertThat(history.code()).as(history.err()).isZero();
      List<String> links =
          Cli.object(history.out())
              .get("history")
              .flatMap(Json::asArray)
              .orElseThrow()
              .values()
              .stream()
              .map(one -> Cli.text(one.asObject().orElseThrow(), "signed_by_previous"))
              .toList();
      assertThat(links).hasSizeGreaterThanOrEqualTo(3).startsWith("first");
      assertThat(links.subList(1, links.size())).containsOnly("verified");

      Cli.Ran printed = new Cli().run(with(asked, "--trust-root", "acme"));
      assertThat(printed.out()).contains("certificate: |").doesNotContain("allowUnboundRoot");
      String config = TestFiles.write(folder, "assayer.yaml", printed.out());
      assertThat(new Cli().run("config", "check", "--strict", config).code()).isZero();
      Cli.Ran verify = new Cli().run("verify", GUN + ":v1", "--config", config);
      assertThat(verify.out()).contains("sha256:" + DIGEST);
      assertThat(verify.code()).isZero();
    }
  }

  private static String[] with(String[] first, String... more) {
    String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
