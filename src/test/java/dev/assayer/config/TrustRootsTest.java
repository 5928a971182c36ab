package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustRootsTest {
  private static final KeyPair PAIR = Keys.p256();
  private static final String KEY = Keys.publicPem(PAIR);
  private static final String CERTIFICATE = Keys.certificatePem(PAIR);

  @TempDir Path directory;

  private static String root(String field, String pem) {
    return file("notaryV1\n  host: h", field + ": " + Keys.block(pem, 8));
  }

  private static String file(String type, String material) {
    return Loads.file(
        "- name: v\n  type: " + type + "\n  trustRoots:\n    - name: r\n      " + material,
        "- pattern: x");
  }

  private static RootMaterial material(String yaml) {
    return Loads.config(yaml).validators().getFirst().trustRoots().getFirst().material();
  }

  private static String refusal(String yaml) {
    return Loads.refusals(yaml).stream()
        .map(finding -> finding.field() + ": " + finding.problem())
        .reduce((a, b) -> a + "\n" + b)
        .orElseThrow();
  }

  @Test
  void aKeyAndACertificateAreLoaded() {
    assertThat(material(root("key", KEY)))
        .isInstanceOfSatisfying(
            RootMaterial.Key.class,
            key -> assertThat(key.key().spki()).isEqualTo(PAIR.getPublic().getEncoded()));
    assertThat(material(root("certificate", CERTIFICATE)))
        .isInstanceOfSatisfying(
            RootMaterial.Certificate.class,
            it -> assertThat(it.key().spki()).isEqualTo(PAIR.getPublic().getEncoded()));
  }

  @Test
  void aKeyFileIsRelativeToTheConfigurationFile() throws IOException {
    Files.createDirectories(directory.resolve("keys"));
    Files.writeString(directory.resolve("keys/a.pub"), KEY.replace("\n", "\r\n"));
    Path config = directory.resolve("config.yaml");
    Files.writeString(config, file("notaryV1\n  host: h", "keyFile: keys/a.pub"));
    assertThat(new ConfigLoader().load(config))
        .isInstanceOfSatisfying(
            LoadResult.Loaded.class,
            loaded ->
                assertThat(loaded.config().validators().getFirst().trustRoots().getFirst())
                    .extracting(TrustRoot::material)
                    .isInstanceOf(RootMaterial.Key.class));
  }

  @Test
  void aKeyFileThatCannotBeUsedIsAnError() throws IOException {
    Files.write(directory.resolve("der"), PAIR.getPublic().getEncoded());
    Files.writeString(directory.resolve("private"), Keys.privatePem(PAIR));
    String start = "validators[0].trustRoots[0].keyFile: ";
    for (List<String> each :
        List.of(
            List.of("absent", "file \"absent\" does not exist"),
            List.of(".", "file \".\" is not a regular file"),
            List.of("der", "file \"der\" is not text"),
            List.of("private", "trust root \"r\" is refused: holds a private key"))) {
      LoadResult result =
          new ConfigLoader()
              .load(
                  file("notaryV1\n  host: h", "keyFile: " + each.getFirst()),
                  directory,
                  "config.yaml");
      assertThat(((LoadResult.Refused) result).errors())
          .singleElement()
          .satisfies(error ->
              assertThat(error.field() + ": " + error.problem())
                  .startsWith(start + each.getLast()));
    }
  }

  @Test
  void keylessIdentitiesAndIdentitiesOfCertificatesAreLoaded() {
    assertThat(material(file("cosign", "keyless: {issuer: 'https://i', subject: s}")))
        .isEqualTo(new RootMaterial.Keyless("https://i", "s"));
    assertThat(
            material(
                file(
                    "notation",
                    "identities: ['x509.subject: O=Acme']\n      certificate: "
                        + Keys.block(CERTIFICATE, 8))))
        .isInstanceOfSatisfying(
            RootMaterial.Certificate.class,
            it -> assertThat(it.identities()).containsExactly("x509.subject: O=Acme"));
  }

  @Test
  void exactlyOneKindOfMaterialIsGiven() {
    assertThat(refusal(file("notaryV1\n  host: h", "keyFile: a\n      certificate: b")))
        .isEqualTo("validators[0].trustRoots[0]: has keyFile and certificate");
    assertThat(
            refusal(
                Loads.file("- {name: v, type: cosign, trustRoots: [{name: r}]}", "- {pattern: x}")))
        .isEqualTo(
            "validators[0].trustRoots[0]: trusts nothing: a trust root needs one of key, keyFile,"
                + " certificate, keyless");
    assertThat(refusal(file("notaryV1\n  host: h", "keyless: {issuer: i, subject: s}")))
        .contains("validators[0].trustRoots[0].keyless: unknown field \"keyless\"");
  }

  @Test
  void certificatesAndKeysAreNotConfused() {
    assertThat(refusal(root("key", CERTIFICATE)))
        .isEqualTo(
            "validators[0].trustRoots[0].key: trust root \"r\" holds a certificate where a public"
                + " key is expected");
    assertThat(refusal(root("certificate", KEY)))
        .isEqualTo(
            "validators[0].trustRoots[0].certificate: trust root \"r\" holds a public key where a"
                + " certificate is expected");
  }

  @Test
  void aKeyThatThePolicyForbidsNamesTheRootAndWhy() {
    assertThat(refusal(root("key", Keys.publicPem(Keys.rsa(1024)))))
        .isEqualTo(
            "validators[0].trustRoots[0].key: trust root \"r\" is refused: the RSA key has 1024"
                + " bits; allowed are 2048 to 8192");
  }

  @Test
  void textAroundOneBlockIsRefused() {
    String start = "validators[0].trustRoots[0].key: trust root \"r\" is refused: ";
    assertThat(refusal(root("key", KEY + KEY))).startsWith(start + "holds 2 PEM blocks");
    assertThat(refusal(root("key", KEY + "trailing"))).startsWith(start + "line 5");
    assertThat(refusal(root("key", KEY.replace("BEGIN", "B\u0415GIN")))).startsWith(start);
    assertThat(refusal(root("key", "\ufeff" + KEY))).startsWith(start + "starts with a byte order");
    assertThat(refusal(root("key", "nothing"))).startsWith(start);
  }

  @Test
  void namesOfValidatorsAndRootsAreDistinctAndPlain() {
    assertThat(refusal(Loads.file(Loads.notary("n", "r", "r"), "- {pattern: x, trustRoot: r}")))
        .isEqualTo(
            "validators[0].trustRoots[1].name: trust root \"r\" stands twice, first in line 7");
    assertThat(
            refusal(
                Loads.file(
                    Loads.notary("n", "r") + Loads.notary("n", "r"),
                    "- {pattern: x, validator: n}")))
        .isEqualTo("validators[1].name: validator \"n\" stands twice, first in line 3");
    assertThat(refusal(Loads.file("- {name: '*', type: static, approve: true}", "- {pattern: x}")))
        .isEqualTo("validators[0].name: \"*\" cannot be the name of a validator");
  }
}
