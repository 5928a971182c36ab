package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.SignatureVerifier;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that ends at any moment loses nothing that it acknowledged, and never forks. */
class CrashTest {
  @TempDir private Path dir;

  /** A log of 300 signed entries, and six more in as many writes, that only the journal holds. */
  private Path crashed() throws Exception {
    Path log = dir.resolve("log");
    var _ = LogRig.logOf(log, 300);
    Path crashed = dir.resolve("crashed");
    LogSettings slow = LogRig.settings(log, LogRig.ORIGIN, Duration.ofHours(1));
    try (AuditLog open = AuditLog.open(slow, new LogRig.Told())) {
      for (int i = 300; i < 306; i++) {
        LogRig.fill(open, i, i + 1);
      }
      return LogRig.copy(log, crashed);
    }
  }

  private static Recovery recovered(Path log, SignatureVerifier verifier) throws Exception {
    Ed25519Signer signer = LogKeys.signer(LogRig.settings(log), new DiskStorage());
    LogKey key = new LogKey(LogRig.ORIGIN, signer.publicKey());
    return Recovery.of(new LogReader(log), key, verifier).orElseThrow();
  }

  @Test
  @DisplayName("OPS-06: the last writes cut at every byte: whole ones are there, no torn one is")
  void everyByte() throws Exception {
    Path log = crashed();
    Path journal = JournalReader.files(log).getFirst();
    byte[] bytes = Files.readAllBytes(journal);
    List<Long> ends = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (Frame.read(rest).isPresent()) {
      ends.add((long) rest.position());
    }
    assertThat(ends).hasSize(6);
    SignatureVerifier verifier = SignatureVerifier.create();
    for (int length = bytes.length; length >= 0; length--) {
      Files.write(journal, Arrays.copyOf(bytes, length));
      int cut = length;
      long whole = ends.stream().filter(end -> end <= cut).count();
      Recovery found = recovered(log, verifier);
      assertThat(found.replayed()).as("cut at %d", cut).hasSize((int) whole);
      assertThat(found.torn()).isEqualTo(cut - (whole == 0 ? 0 : ends.get((int) whole - 1)));
    }
  }

  @Test
  @DisplayName("OPS-06: after a torn write the log goes on, verifies, and has each entry once")
  void goesOn() throws Exception {
    Path log = crashed();
    Path journal = JournalReader.files(log).getFirst();
    Path kept = Files.copy(log.resolve("checkpoint"), dir.resolve("kept"));
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, bytes.length - 7));
    assertThat(LogRig.verify(log))
        .isInstanceOfSatisfying(
            VerifyResult.Sound.class,
            sound -> {
              assertThat(sound.unsigned()).isEqualTo(5);
              assertThat(sound.torn()).isPositive();
            });
    try (AuditLog open = LogRig.open(log)) {
      assertThat(open.size()).isEqualTo(305);
      LogRig.fill(open, 400, 420);
    }
    assertThat(LogRig.entries(log)).hasSize(325).doesNotHaveDuplicates();
    assertThat(LogRig.verify(log, kept)).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-06: a byte changed in a write that another one followed is damage, not a tear")
  void damaged() throws Exception {
    Path log = crashed();
    Path journal = JournalReader.files(log).getFirst();
    byte[] bytes = Files.readAllBytes(journal);
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    for (int i = 0; i < 5; i++) {
      assertThat(Frame.read(rest)).isPresent();
    }
    SignatureVerifier verifier = SignatureVerifier.create();
    for (int at = 0; at < rest.position(); at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x10;
      Files.write(journal, changed);
      assertThatThrownBy(() -> recovered(log, verifier))
          .as("byte %d", at)
          .isInstanceOf(LogUnusable.class)
          .hasMessageContaining("was damaged at byte");
    }
  }

  @Test
  @DisplayName("OPS-06: tiles were written and the checkpoint over them was not: the journal tells")
  void tilesWithoutCheckpoint() throws Exception {
    Path log = crashed();
    try (AuditLog open = LogRig.open(LogRig.copy(log, dir.resolve("further")))) {
      assertThat(open.size()).isEqualTo(306);
    }
    // The tiles of the newer tree are there, its checkpoint is not: a crash between the two.
    LogRig.remove(log.resolve("tile"));
    LogRig.copy(dir.resolve("further").resolve("tile"), log.resolve("tile"));
    try (AuditLog open = LogRig.open(log)) {
      assertThat(open.size()).isEqualTo(306);
    }
    assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-06: kill -9 of a process that appends: each acknowledged entry is there once")
  void killed() throws Exception {
    Path log = dir.resolve("log");
    Path key = LogRig.key(log);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      Process child =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPath(),
                  Appender.class.getName(),
                  log.toString(),
                  key.toString(),
                  "round-" + round)
              .redirectError(dir.resolve("errors-" + round).toFile())
              .start();
      try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
        int enough = 400 + 150 * round;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged.add(line);
          if (--enough == 0) {
            assertThat(child.toHandle().destroyForcibly()).isTrue();
          }
        }
      }
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue())
          .as(Files.readString(dir.resolve("errors-" + round)))
          .isEqualTo(128 + 9);
      assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
      if (round == 0) {
        Files.copy(log.resolve("checkpoint"), dir.resolve("kept"));
      }
    }
    List<String> entries = LogRig.entries(log);
    assertThat(acknowledged).hasSizeGreaterThan(1500);
    assertThat(entries).doesNotHaveDuplicates().containsAll(acknowledged);
    assertThat(LogRig.verify(log, dir.resolve("kept"))).isInstanceOf(VerifyResult.Sound.class);
  }

  /** Where the classes of a child come from, however the tests are run. */
  private static String classPath() {
    return Stream.of(
            AuditLog.class.getName(),
            Appender.class.getName(),
            "com.fasterxml.jackson.core.JsonFactory",
            "org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters")
        .map(CrashTest::place)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(String name) {
    try {
      return Path.of(
              Class.forName(name).getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (ClassNotFoundException | URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Ends with the test at the latest. */
  static final class Appender {
    private Appender() {}

    /** Appends from eight threads, and prints each entry after it was acknowledged. */
    public static void main(String[] args) throws LogUnusable, IOException {
      LogSettings settings =
          new LogSettings(
              Path.of(args[0]), LogRig.ORIGIN, Optional.of(Path.of(args[1])), true, LogRig.QUICK);
      AuditLog log = AuditLog.open(settings, new LogRig.Told());
      for (int thread = 0; thread < 8; thread++) {
        String name = args[2] + "-" + thread + "-";
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 20_000; i++) {
                String entry = "{\"id\":\"" + name + i + "\"}";
                if (LogRig.append(log, entry) instanceof AppendResult.Written) {
                  System.out.println(entry);
                  System.out.flush();
                }
              }
            });
      }
    }
  }
}
