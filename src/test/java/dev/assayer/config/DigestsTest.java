package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
  private static final String WITH_FILE =
      Loads.file(
          "- {name: n, type: notaryV1, host: h, trustRoots: [{name: r, keyFile: a.pub}]}",
          "- {pattern: x}");

  @TempDir Path directory;

  @BeforeEach
  void aKeyFile() throws IOException {
    Files.writeString(directory.resolve("a.pub"), Loads.KEY);
  }

  private Config load(String yaml) {
    LoadResult result = new ConfigLoader().load(yaml, directory, "config.yaml");
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).config();
  }

  private static String sha256(String text) throws GeneralSecurityException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aFileThatRefersToNoOtherHasItsOwnSha256() throws GeneralSecurityException {
    assertThat(load(Loads.MINIMAL).policyDigest()).isEqualTo(sha256(Loads.MINIMAL));
  }

  @Test
  void filesReferredToCountWithNameAndLength() throws GeneralSecurityException {
    assertThat(load(WITH_FILE).policyDigest())
        .isEqualTo(
            sha256(
                "config %d\n%s\na.pub %d\n%s\n"
                    .formatted(WITH_FILE.length(), WITH_FILE, Loads.KEY.length(), Loads.KEY)));
  }

  @Test
  void aKeyFileThatIsReplacedChangesBothDigests() throws IOException {
    Config before = load(WITH_FILE);
    Files.writeString(directory.resolve("a.pub"), Keys.publicPem(Keys.p256()));
    Config after = load(WITH_FILE);
    assertThat(after.policyDigest()).isNotEqualTo(before.policyDigest());
    assertThat(after.trustRootDigest()).isNotEqualTo(before.trustRootDigest());
  }

  @Test
  void aTrustedRootFileThatIsReplacedChangesThePolicyDigest() throws IOException {
    String yaml =
        Loads.file("- {name: c, type: cosign, trustedRootFile: root.json}", "- {pattern: x}");
    Files.writeString(directory.resolve("root.json"), "{}");
    String before = load(yaml).policyDigest();
    Files.writeString(directory.resolve("root.json"), "{ }");
    assertThat(load(yaml).policyDigest()).isNotEqualTo(before);
  }

  @Test
  void theTrustRootDigestIgnoresOrderAndEverythingElse() {
    String n = Loads.notary("n", "r");
    String c = Loads.cosign("c", "s");
    String rule = "- {pattern: x, verify: false}";
    String digest = load(Loads.file(n + c, rule)).trustRootDigest();
    assertThat(load(Loads.file(c + n, rule + "\n# comment")).trustRootDigest()).isEqualTo(digest);
    assertThat(load(Loads.file(n + c.replace("name: s", "name: t"), rule)).trustRootDigest())
        .isNotEqualTo(digest);
    assertThat(load(Loads.file(n + c.replace("name: c", "name: d"), rule)).trustRootDigest())
        .isNotEqualTo(digest);
  }

  @Test
  void differentKeylessIdentitiesNeverShareADigest() {
    assertThat(keyless("ab", "c")).isNotEqualTo(keyless("a", "bc"));
    assertThat(keyless("a 1:b", "c")).isNotEqualTo(keyless("a", "b 1:c"));
  }

  private String keyless(String issuer, String subject) {
    return load(Loads.file(
            "- {name: c, type: cosign, trustRoots: [{name: r, keyless: {issuer: '"
                + issuer
                + "', subject: '"
                + subject
                + "'}}]}",
            "- {pattern: x}"))
        .trustRootDigest();
  }
}
