package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policy tests open no socket: in a process that ends at the first, they run to their end. */
class PolicyTestNetworkTest {
  private static final String EXAMPLE = "docs/examples/policy/tests.yaml";

  @TempDir private Path folder;

  private record Ended(int code, String err) {}

  private Ended run(String... args) throws IOException, InterruptedException {
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Djava.nio.channels.spi.SelectorProvider=" + NoNetwork.Channels.class.getName(),
            "-Djdk.net.hosts.file=" + Files.createFile(folder.resolve("no-names")),
            "-cp",
            System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path", "")),
            NoNetwork.class.getName()));
    command.addAll(Arrays.asList(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(new File(err.toString()))
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theExampleNeedsNoSocket() throws Exception {
    Ended ended = run("policy", "test", EXAMPLE);
    assertThat(ended.err()).doesNotContain("opened");
    assertThat(ended.code()).isZero();
  }

  /** What the test above would look like if it were wrong. */
  @Test
  void theTrapCatchesAVerificationOfTheSameImage() throws Exception {
    Ended ended =
        run(
            "verify",
            "registry.example.com/acme/shop:1.4",
            "--config",
            "docs/examples/policy/assayer.yaml");
    assertThat(ended.err()).contains("opened ");
    assertThat(ended.code()).isEqualTo(NoNetwork.SOCKET);
  }
}
