package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.NotaryServer;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.SignedRepository;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootKeyCommandTest {
  @TempDir private Path folder;
  private final NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private String ca = "";
  private String pinned = "";

  @BeforeEach
  void sign() {
    SignedRepository repository = SignedRepository.create("docker.io/acme/app");
    repository.publish();
    server.add(repository);
    pinned = repository.pinnedRootPem();
    ca = TestFiles.write(folder, "ca.pem", server.caPem());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Cli.Ran rootKey(String... args) {
    Stream<String> first = Stream.of("root-key", "--ca", ca, "--timeout", "9s");
    return new Cli().run(Stream.concat(first, Stream.of(args)).toArray(String[]::new));
  }

  @Test
  void theKeyIsPrintedReadyToBePinned() {
    Cli.Ran ran = rootKey("-i", "acme/app:1", "-s", server.baseHost());
    assertThat(ran.err()).contains("nothing was verified").doesNotContain("retires");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .matches(
            "(?s)KeyID: [0-9a-f]{64}\nKey: -----BEGIN PUBLIC KEY-----\n.*-----END PUBLIC KEY-----\n")
        .contains(pinned.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://%s", "https://%s/", "%s"})
  void theServerMayBeWrittenAsAnAddress(String form) {
    assertThat(rootKey("-i", "acme/app", "-s", form.formatted(server.baseHost())).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "https://a/b",
        "user@host",
        "host:0",
        "host:99999",
        "a b",
        "",
        "ftp://x",
        "https://"
      })
  void anythingElseIsNoServer(String written) {
    Cli.Ran ran = rootKey("-i", "acme/app", "--server=" + written);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("\"" + written + "\" is no server", "host[:port]");
  }

  @Test
  void theNameThatConnaisseurUsesWorksToo() {
    Cli.Ran ran =
        new Cli().run("get-root-key", "-i", "acme/app", "-s", server.baseHost(), "--ca", ca);
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("KeyID: ");
  }

  @Test
  void programsReadOneObject() {
    Cli.Ran ran = rootKey("-i", "acme/app", "-s", server.baseHost(), "-o", "json");
    JsonObject object = Cli.object(ran.out());
    assertThat(object.names())
        .containsExactly(
            "image", "repository", "server", "version", "expires", "threshold", "keys");
    assertThat(Cli.text(object, "repository")).isEqualTo("docker.io/acme/app");
    JsonObject key =
        object
            .get("keys")
            .orElseThrow()
            .asArray()
            .orElseThrow()
            .values()
            .getFirst()
            .asObject()
            .orElseThrow();
    assertThat(key.names())
        .containsExactly(
            "key_id", "algorithm", "key", "common_names", "certificate", "since", "signed");
    assertThat(Cli.text(key, "key").strip()).isEqualTo(pinned.strip());
  }

  @Test
  void aRepositoryThatIsNotThereHasNoKey() {
    Cli.Ran ran = rootKey("-i", "acme/other", "-s", server.baseHost());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("assayer: [no_trust_data] ");
  }

  @Test
  void aServerThatIsDownOrNotTrustedGivesNoAnswer() {
    String host = server.baseHost();
    Cli.Ran foreign = new Cli().run("root-key", "-i", "acme/app", "-s", host);
    assertThat(foreign.code()).isEqualTo(3);
    assertThat(foreign.err()).startsWith("assayer: [tls_failed] ");
    server.stop();
    Cli.Ran down = rootKey("-i", "acme/app", "-s", host);
    assertThat(down.code()).isEqualTo(3);
    assertThat(down.err()).startsWith("assayer: [upstream_unreachable] ").doesNotContain("\tat ");
  }

  @Test
  void theDefaultServerComesWithTheDateOfItsEnd() {
    String help = new Cli().run("root-key", "--help").out();
    assertThat(help).contains("Default: notary.docker.io");
    Cli.Ran ran = new Cli().run("root-key", "-i", "acme/app", "--timeout", "1ms");
    assertThat(ran.err()).contains("assayer: warning: notary.docker.io", "2026-12-08", "-s SERVER");
    assertThat(ran.code()).isEqualTo(3);
  }

  @Test
  void mistakesNameOptionValueAndRemedy() {
    assertThat(rootKey().err()).contains("Missing required option: '--image=IMAGE'");
    assertThat(rootKey("-i", "ACME").err()).contains("-i", "upper-case");
    assertThat(rootKey("-i", "a", "-s", "x", "--username", "u").err()).contains("--password-file");
    Cli.Ran noCa = new Cli().run("root-key", "-i", "a", "-s", "x", "--ca", "/none/ca.pem");
    assertThat(noCa.code()).isEqualTo(2);
    assertThat(noCa.err()).contains("--ca", "/none/ca.pem");
    String empty = TestFiles.write(folder, "empty.pem", "");
    Cli.Ran badCa = new Cli().run("root-key", "-i", "a", "-s", "x", "--ca", empty);
    assertThat(badCa.code()).isEqualTo(2);
    assertThat(badCa.err()).contains("--ca", "empty.pem");
  }

  @Test
  void aPasswordIsNeverShown() {
    String secret = TestFiles.write(folder, "password", "hunter2\n");
    Cli.Ran ran =
        new Cli()
            .with("ASSAYER_DEBUG", "1")
            .run(
                "root-key",
                "-i",
                "a",
                "-s",
                "localhost:1",
                "--username",
                "u",
                "--password-file",
                secret);
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out() + ran.err()).doesNotContain("hunter2");
  }
}
