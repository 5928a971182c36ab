package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that shares no code with us reads our logs, and refuses what we refuse. */
class ThirdPartyReaderTest {
  private static final Path READER = Path.of("src/test/resources/audit/read_log.py");

  @TempDir private Path dir;

  private record Ran(int code, String out) {}

  private static Ran read(Path log) throws IOException, InterruptedException {
    String key = Files.readString(log.resolve("key.pub")).strip();
    Process reader =
        new ProcessBuilder("python3", READER.toString(), log.toString(), key)
            .redirectErrorStream(true)
            .start();
    String out = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(reader.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ran(reader.exitValue(), out.strip());
  }

  @Test
  void itFindsTheRootAndTheSignatureAsWeDo() throws Exception {
    Assumptions.assumeTrue(Programs.find("python3").isPresent(), "python3 is not installed");
    for (int size : new int[] {0, 1, 256, 600}) {
      Path log = LogRig.logOf(dir.resolve("log-" + size), size);
      assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
      VerifyResult.Sound sound = (VerifyResult.Sound) LogRig.verify(log);
      assertThat(read(log)).isEqualTo(new Ran(0, size + " " + sound.head().root().base64()));
    }
  }

  @Test
  void itRefusesAnAlteredEntryAndAForgedSignature() throws Exception {
    Assumptions.assumeTrue(Programs.find("python3").isPresent(), "python3 is not installed");
    Path log = LogRig.logOf(dir.resolve("log"), 300);
    Path bundle = log.resolve("tile/entries/000");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[1000] ^= 1;
    Files.write(bundle, bytes);
    assertThat(read(log)).matches(ran -> ran.code() == 1 && ran.out().contains("AssertionError"));
    bytes[1000] ^= 1;
    Files.write(bundle, bytes);
    Path checkpoint = log.resolve("checkpoint");
    Files.writeString(checkpoint, Files.readString(checkpoint).replace("\n300\n", "\n299\n"));
    assertThat(read(log)).matches(ran -> ran.code() == 1 && ran.out().contains("signature"));
  }
}
