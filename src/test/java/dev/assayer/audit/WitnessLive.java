package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.remote.Courier;
import dev.assayer.testing.NeedsGo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log and a witness that other people wrote. Run by name, {@code -Dtest=WitnessLive}: the witness
 * keeps its state in SQLite, which takes Go two minutes of processor time to compile.
 */
@NeedsGo
class WitnessLive {
  @TempDir private Path dir;
  private final LogRig.Told observer = new LogRig.Told();
  private final List<String> told = observer.outside;

  private static String key(Path log) throws IOException {
    return Files.readString(log.resolve("key.pub")).strip();
  }

  /** What is told of an offer by a process that has just begun. */
  private List<String> offer(Path log, Courier courier, RealWitness witness, String witnessKey)
      throws IOException {
    told.clear();
    LogKey own = LogKey.of(key(log)).orElseThrow();
    WitnessKey theirs = WitnessKey.of(witnessKey).orElseThrow();
    new Publication(log, own, new DiskStorage(), observer)
        .offer(
            List.of(new WitnessPlace(courier, witness.prefix(), theirs)),
            Duration.ofMillis(1),
            true);
    return List.copyOf(told);
  }

  @Test
  @DisplayName("OPS-05: it signs what goes on, and refuses what was rolled back or written anew")
  void signsAndRefuses() throws Exception {
    Path programs = Files.createDirectory(dir.resolve("programs"));
    RealWitness.build(programs);
    Path log = LogRig.logOf(Files.createDirectory(dir.resolve("one")).resolve("log"), 300);
    try (RealWitness witness = RealWitness.start(programs, dir.resolve("w"));
        RealWitness other = RealWitness.start(programs, dir.resolve("other"));
        Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      String theirs = witness.key();
      assertThat(offer(log, courier, witness, theirs)).as("404").containsExactly("witness failed");
      witness.knows(LogRig.ORIGIN, key(log));
      assertThat(offer(log, courier, witness, other.key())).containsExactly("witness failed");
      assertThat(log.resolve("checkpoint.cosigned")).doesNotExist();
      assertThat(offer(log, courier, witness, theirs)).containsExactly("witness published");
      Path early = LogRig.copy(log, log.resolveSibling("early"));
      try (AuditLog open = LogRig.open(log)) {
        LogRig.fill(open, 300, 700);
      }
      witness.stop();
      assertThat(offer(log, courier, witness, theirs)).as("down").containsExactly("witness failed");
      witness.start();
      assertThat(offer(log, courier, witness, theirs)).containsExactly("witness published");
      assertThat(witness.verified(log.resolve("checkpoint.cosigned"), key(log)))
          .startsWith(LogRig.ORIGIN + " 700 ");
      VerifyResult.Sound sound =
          (VerifyResult.Sound)
              LogVerifier.verify(
                  new VerifyRequest(
                      log,
                      List.of(LogKeys.read(LogRig.key(log))),
                      Optional.of(LogRig.ORIGIN),
                      List.of(),
                      List.of(WitnessKey.of(theirs).orElseThrow()),
                      (_, _) -> {}));
      assertThat(sound.cosigned()).extracting(VerifyResult.Cosigned::size).containsExactly(700L);
      LogRig.remove(log);
      LogRig.copy(early, log);
      assertThat(offer(log, courier, witness, theirs))
          .containsExactly("tampered", "witness contradicted");
      LogRig.remove(log);
      try (AuditLog open = LogRig.open(log)) {
        LogRig.fill(open, 5000, 6000);
      }
      assertThat(offer(log, courier, witness, theirs))
          .containsExactly("tampered", "witness contradicted");
    }
  }
}
