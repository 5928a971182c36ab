package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code assayer serve} as a process of its own: how it ends. */
@Timeout(120)
class ServeProcessTest {
  @TempDir private Path folder;
  private Process process;

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private void serve(int webhookPort) throws IOException {
    ServerIdentity identity = DemoCa.create().identity();
    Files.writeString(folder.resolve("tls.crt"), identity.certificatePem());
    Files.writeString(folder.resolve("tls.key"), identity.privateKeyPem());
    Path config = folder.resolve("assayer.yaml");
    Files.writeString(
        config,
        """
        apiVersion: assayer.dev/v1
        cluster: test
        webhook:
          address: 127.0.0.1
          port: %d
          tls: {certificateFile: tls.crt, keyFile: tls.key}
        admin: {address: 127.0.0.1, port: 0}
        validators: [{name: default, type: static, approve: false}]
        policy: [{pattern: "*:*"}]
        """
            .formatted(webhookPort));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.assayer.cli.Main",
                "serve",
                "--config",
                config.toString())
            .redirectOutput(out().toFile())
            .redirectError(err().toFile())
            .start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private void awaitLogged(String message) throws IOException, InterruptedException {
    while (!Files.readString(out()).contains(message)) {
      assertThat(process.isAlive()).as(Files.readString(err())).isTrue();
      Thread.sleep(50);
    }
  }

  @Test
  void whatIsSaidWhileRequestsAreDrainedIsInTheLog() throws Exception {
    serve(0);
    awaitLogged("\"message\":\"ready\"");
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    List<String> log = Files.readAllLines(out());
    assertThat(log).anyMatch(line -> line.contains("draining: the process ends"));
    assertThat(log.getLast()).contains("all requests were answered; ending");
  }

  @Test
  void aTakenPortEndsTheProcessInsteadOfLookingReady() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      serve(taken.getLocalPort());
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).isEqualTo(ExitCode.USAGE);
    assertThat(Files.readString(err()))
        .contains("the webhook listener cannot start", "in use", "choose another webhook.address");
    assertThat(Files.readString(out())).doesNotContain("\"message\":\"ready\"");
  }
}
