package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed loads as it is, and pins what verifies. */
class RootKeyTrustRootTest {
  private static final String GUN = "docker.io/acme/app";
  private static final String DIGEST = "sha256:" + "5".repeat(64);

  @TempDir private Path folder;
  private final NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private final SignedRepository repository = SignedRepository.create(GUN);
  private String ca = "";
  private String timeout = "9s";

  @BeforeEach
  void sign() {
    repository.targets().target("1.4", DIGEST, 527);
    repository.publish();
    server.add(repository);
    ca = TestFiles.write(folder, "ca.pem", server.caPem());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Cli.Ran trustRoot(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "root-key", "-i", GUN, "-s", server.baseHost(), "--ca", ca, "--timeout", timeout));
    args.addAll(List.of(more));
    return new Cli().run(args.toArray(String[]::new));
  }

  private void rootKeys(TufKey... keys) {
    repository.role(SignedRepository.ROOT).keys(keys);
    repository.publish();
  }

  /** Loads without a warning, and verifies the signed tag. */
  private void works(Cli.Ran printed) {
    assertThat(printed.code()).as(printed.err()).isZero();
    String config = TestFiles.write(folder, "assayer.yaml", printed.out());
    Cli.Ran check = new Cli().run("config", "check", "--strict", config);
    assertThat(check.code()).as(check.out()).isZero();
    Cli.Ran verify = new Cli().run("verify", GUN + ":1.4", "--config", config);
    assertThat(verify.code()).as(verify.out() + verify.err()).isZero();
    assertThat(verify.out()).contains(DIGEST);
  }

  @Test
  void theCertificateOfTheRepositoryIsPinned() {
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.out())
        .contains(
            "certificate: |\n", "# certificate for \"docker.io/acme/app\"", "- name: \"default\"")
        .doesNotContain("allowUnboundRoot");
    assertThat(ran.err()).contains("nothing was verified");
    works(ran);
  }

  @Test
  void theNameIsTheCallers() {
    Cli.Ran ran = trustRoot("--trust-root", "acme/app@2026");
    assertThat(ran.out()).contains("- name: \"acme/app@2026\"", "trustRoot: [\"acme/app@2026\"]");
    works(ran);
  }

  @Test
  void aBareKeyNeedsAllowUnboundRootAndSaysWhatThatMeans() {
    rootKeys(TufKey.bare(KeyKind.ECDSA_P256));
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.out()).contains("key: |\n", "allowUnboundRoot: true");
    assertThat(ran.err()).contains("allowUnboundRoot is set", "another repository's files");
    works(ran);
  }

  @Test
  void severalKeysThatSignedAreAllPinned() {
    repository.role(SignedRepository.ROOT).threshold(2);
    rootKeys(TufKey.x509(KeyKind.ECDSA_P256, GUN), TufKey.x509(KeyKind.ECDSA_P384, GUN));
    Cli.Ran ran = trustRoot("--trust-root", "acme");
    assertThat(ran.out()).contains("trustRoot: [\"acme\",\"acme-2\"]");
    works(ran);
  }

  @Test
  void aKeyThatDidNotSignOrSpeaksForOthersIsLeftOut() {
    TufKey ours = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    TufKey silent = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    TufKey foreign = TufKey.x509(KeyKind.ECDSA_P256, "docker.io/acme/other");
    repository.role(SignedRepository.ROOT).signers(ours, foreign);
    rootKeys(ours, silent, foreign);
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.out()).contains(ours.id()).doesNotContain(silent.id(), foreign.id());
    assertThat(ran.err()).contains("2 of the 3 root keys are left out");
    works(ran);
  }

  @Test
  void aRootOfAnotherRepositoryGivesNothingToPin() {
    rootKeys(TufKey.x509(KeyKind.ECDSA_P256, "docker.io/acme/other"));
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("[gun_mismatch]", "there is nothing to pin");
  }

  @Test
  void programsGetItInsideTheObject() {
    Cli.Ran ran = trustRoot("--trust-root", "-o", "json");
    assertThat(Cli.text(Cli.object(ran.out()), "configuration"))
        .startsWith("# The root keys of docker.io/acme/app as localhost:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\nvalidators: []", "\u001b[2J", "\"", "]]>", "#", ""})
  void aNameThatCannotBeOneIsRefused(String name) {
    Cli.Ran ran = trustRoot("--trust-root=" + name);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("--trust-root: ").doesNotContain("\u001b");
    assertThat(trustRoot("--trust-root", "x".repeat(100_000)).err().length()).isLessThan(2_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker.io/acme/*\ninjected: true", "docker.io/acme/\u001b[2J*"})
  void aCommonNameCannotWriteIntoTheFile(String commonName) {
    TufKey ours = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    rootKeys(ours, TufKey.x509(KeyKind.ECDSA_P256, commonName));
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.out()).doesNotContain("\ninjected", "\u001b");
    works(ran);
    assertThat(trustRoot().out()).doesNotContain("\ninjected", "\u001b");
    assertThat(trustRoot("-o", "json").out()).hasLineCount(1);
  }

  @Test
  void credentialsArePrintedAsFilesAndNeverThemselves() {
    String password = TestFiles.write(folder, "password", "hunter2\n");
    String realm = "https://" + server.addressHost() + "/token";
    server.gatekeeper().requireToken("dana", "hunter2");
    server.gatekeeper().realm(realm);
    String[] known = {"--trust-root", "--username", "dana", "--password-file", password};
    Cli.Ran without = trustRoot(known);
    assertThat(without.code()).isEqualTo(3);
    assertThat(without.err()).contains("[redirect_blocked]").doesNotContain("hunter2");

    String[] all = Arrays.copyOf(known, known.length + 2);
    all[known.length] = "--realm";
    all[known.length + 1] = realm;
    Cli.Ran ran = trustRoot(all);
    assertThat(ran.out())
        .contains(
            "realm: \"" + realm + "\"",
            "usernameFile: notary-username",
            "passwordFile: \"" + password + "\"")
        .doesNotContain("hunter2");
    TestFiles.write(folder, "notary-username", "dana\n");
    works(ran);
  }

  @Test
  void aPasswordFromStdinIsAFileInTheConfiguration() {
    Cli.Ran ran =
        new Cli()
            .stdin("hunter2\n")
            .run(
                "root-key",
                "-i",
                GUN,
                "-s",
                server.baseHost(),
                "--ca",
                ca,
                "--username",
                "dana",
                "--password-file",
                "-",
                "--trust-root");
    assertThat(ran.out()).contains("passwordFile: \"notary-password\"").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://x/token",
        "auth.example.com",
        "https://u:p@x/",
        "https://",
        "https://x/#a"
      })
  void aTokenServerIsAnHttpsAddress(String realm) {
    Cli.Ran ran = trustRoot("--realm", realm);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("is no token server: write https://host[:port]/path");
  }

  @Test
  void historyAndTrustRootAreTwoAnswers() {
    Cli.Ran ran = trustRoot("--history", "--trust-root");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("give one of them");
  }

  @Test
  void eachFaultOfTheServerHasItsReason() {
    timeout = "2s";
    String path = NotaryServer.path(GUN, "root.json");
    record Row(Fault fault, int code, String reason) {}
    Map<String, String> elsewhere = Map.of("Location", "https://localhost:1/root.json");
    byte[] junk = "<html>".getBytes(StandardCharsets.UTF_8);
    for (Row row :
        List.of(
            new Row(Fault.status(401), 3, "auth_failed"),
            new Row(Fault.status(403), 3, "auth_failed"),
            new Row(Fault.status(429), 3, "rate_limited"),
            new Row(Fault.status(500), 3, "upstream_error"),
            new Row(Fault.hang(), 3, "upstream_timeout"),
            new Row(Fault.endless(0), 3, "too_large"),
            new Row(Fault.endless(2 << 20), 3, "too_large"),
            new Row(Fault.truncated(junk, 9999), 3, "upstream_"),
            new Row(Fault.reply(302, elsewhere, new byte[0]), 3, "redirect_blocked"),
            new Row(Fault.reply(200, Map.of(), junk), 1, "metadata_malformed"),
            new Row(Fault.status(404), 1, "no_trust_data"))) {
      server.fault(path, row.fault());
      Cli.Ran ran = trustRoot("--trust-root");
      assertThat(ran.code()).as(row.reason() + ran.err()).isEqualTo(row.code());
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err()).contains("assayer: [" + row.reason());
      server.clearFaults();
    }
  }

  @Test
  void aCertificateForManyRepositoriesIsNotTakenSilentlyForOne() {
    rootKeys(TufKey.x509(KeyKind.ECDSA_P256, "docker.io/acme/*"));
    Cli.Ran ran = trustRoot("--trust-root");
    assertThat(ran.err())
        .contains("a root key's certificate is for \"docker.io/acme/*\"", "another repository");
    works(ran);
    rootKeys(TufKey.x509(KeyKind.ECDSA_P256, GUN));
    assertThat(trustRoot("--trust-root").err()).doesNotContain("another repository");
  }
}
