package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} says when it cannot start. */
@Timeout(60)
class ServeCommandTest {
  private static final String POLICY =
      """
      validators: [{name: default, type: static, approve: true}]
      policy: [{pattern: "*:*"}]
      """;

  @TempDir Path dir;

  /** The command takes over the log of the whole process. */
  @AfterEach
  void giveTheLogBack() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void withoutAConfigurationItSaysHowToGiveOne() {
    Cli.Ran ran = new Cli().run("serve");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("give --config FILE").hasLineCount(1);
  }

  @Test
  void withoutACertificateItSaysWhichKeyIsMissing() throws IOException {
    Cli.Ran ran = serve("webhook: {address: 127.0.0.1, port: 0}\n" + POLICY);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("webhook.tls").hasLineCount(1);
  }

  @Test
  void withACertificateFileThatIsNotThereItNamesTheFile() throws IOException {
    Cli.Ran ran = serve(tls("absent.crt", "absent.key") + POLICY);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("absent.crt");
  }

  @Test
  void withTheKeyOfAnotherCertificateItSaysSo() throws IOException {
    DemoCa ca = DemoCa.create();
    ServerIdentity other = ca.identity();
    Files.writeString(dir.resolve("tls.crt"), ca.identity().certificatePem());
    Files.writeString(dir.resolve("tls.key"), other.privateKeyPem());
    Cli.Ran ran = serve(tls("tls.crt", "tls.key") + POLICY);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("tls.key").doesNotContain("PRIVATE").hasLineCount(1);
  }

  @Test
  void withAnErrorInTheConfigurationItNamesLineFieldAndRemedy() throws IOException {
    Cli.Ran ran = serve(tls("tls.crt", "tls.key") + POLICY.replace("policy", "polcy"));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("assayer.yaml:4").contains("polcy").contains("policy");
  }

  @Test
  void withAPinThatIsNoDigestItSaysSo() throws IOException {
    Files.writeString(dir.resolve("assayer.yaml"), "apiVersion: assayer.dev/v1\n" + POLICY);
    Cli.Ran ran =
        new Cli()
            .with("ASSAYER_CONFIG_SHA256", "latest")
            .run("serve", "--config", dir.resolve("assayer.yaml").toString());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("ASSAYER_CONFIG_SHA256").hasLineCount(1);
  }

  private static String tls(String certificate, String key) {
    return "webhook: {address: 127.0.0.1, port: 0, tls: {certificateFile: "
        + certificate
        + ", keyFile: "
        + key
        + "}}\n";
  }

  private Cli.Ran serve(String yaml) throws IOException {
    Path file = dir.resolve("assayer.yaml");
    Files.writeString(file, "apiVersion: assayer.dev/v1\n" + yaml);
    return new Cli().run("serve", "--config", file.toString());
  }
}
