package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.samples.SignedRepository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration as it is kept with decisions. */
class KeptPolicyTest {
  @TempDir private Path dir;

  private static String quoted(String pem) {
    return "\"" + pem.replace("\n", "\\n") + "\"";
  }

  private Config everything() throws Exception {
    SignedRepository repository = SignedRepository.create("registry.example/app");
    Files.writeString(dir.resolve("root.pem"), repository.pinnedRootPem());
    Files.writeString(dir.resolve("password"), "s3cret-canary");
    String yaml =
        """
        apiVersion: assayer.dev/v1
        cluster: 'Zürich "eins" – 😀'
        detectionMode: true
        mutation: pods
        unknownKinds: exempt
        automaticChildApproval: {enabled: false}
        revoked: {digests: ["sha256:%s"], keyIds: ["%s"]}
        namespaces: {mode: validate}
        audit: {directory: /var/lib/assayer/audit}
        validators:
          - name: default
            type: notaryV1
            host: notary.example:4443
            allowUnboundRoot: true
            trustRoots: [{name: a, keyFile: root.pem}, {name: b, certificate: %s}]
            auth: {username: s3cret-canary, password: s3cret-canary}
          - {name: ci, type: cosign, transparencyLog: {required: false},
             trustRoots: [{name: k, keyless: {issuer: "https://i.example", subject: s}}]}
          - {name: partner, type: notation, level: permissive,
             trustRoots: [{name: n, certificate: %s, identities: ["x509.subject: O=Acme"]}]}
          - {name: open, type: static, approve: true}
        policy:
          - {pattern: "*:*", trustRoot: [a, b], delegations: [lou], threshold: 1}
          - {pattern: "a.example/*:myFile", verify: false, namespaces: [shop, "team-*"]}
          - {pattern: "b.example/*:*", allOf: [default, open], mode: audit}
        alerting:
          reject: {receivers: [{template: slack, url: "https://x.example/s3cret-canary"}]}
        """
            .formatted(
                "a".repeat(64),
                "b".repeat(64),
                quoted(repository.rootCertificatePem()),
                quoted(repository.rootCertificatePem()));
    LoadResult result = new ConfigLoader().load(yaml, dir, "assayer.yaml");
    assertThat(result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).config();
  }

  @Test
  void whatDecidesAboutImagesComesBackAsItWas() throws Exception {
    Config config = everything();
    byte[] document = KeptPolicy.of(config);
    Optional<Config> read = KeptPolicy.read(document);
    assertThat(read).as(new String(document, StandardCharsets.UTF_8)).isPresent();
    Config again = read.get();
    assertThat(again.trustRootDigest()).isEqualTo(config.trustRootDigest());
    assertThat(again.cluster()).isEqualTo(config.cluster());
    assertThat(again.detectionMode()).isTrue();
    assertThat(again.revoked()).isEqualTo(config.revoked());
    assertThat(again.namespaces()).isEqualTo(config.namespaces());
    assertThat(again.policy())
        .extracting(RuleConfig::asConfigured)
        .isEqualTo(config.policy().stream().map(RuleConfig::asConfigured).toList());
    assertThat(again.policy())
        .extracting(RuleConfig::resolution)
        .isEqualTo(config.policy().stream().map(RuleConfig::resolution).toList());
    assertThat(KeptPolicy.of(again)).isEqualTo(document);
  }

  @Test
  @DisplayName("no password, no receiver of alerts and no path of this machine is in it")
  void withoutSecrets() throws Exception {
    assertThat(new String(KeptPolicy.of(everything()), StandardCharsets.UTF_8))
        .doesNotContain("s3cret-canary")
        .doesNotContain("/var/lib")
        .doesNotContain(dir.toString());
  }

  @Test
  @DisplayName("a hostile policy that names a file of the reader's machine is not read at all")
  void namesNoFile() throws Exception {
    Path named = Files.writeString(dir.resolve("key.pem"), "x");
    String text = new String(KeptPolicy.of(everything()), StandardCharsets.UTF_8);
    String hostile = text.replaceFirst("\"key\":\"[^\"]*\"", "\"keyFile\":\"" + named + "\"");
    assertThat(hostile).isNotEqualTo(text);
    for (String bad : new String[] {hostile, text + " ", "", "{}", "a: &a [*a]"}) {
      assertThat(KeptPolicy.read(bad.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
  }
}
