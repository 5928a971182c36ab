package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is written, closed, opened again, and read. */
class AuditLogTest {
  @TempDir private Path dir;

  private Path log() {
    return dir.resolve("log");
  }

  @Test
  void whatIsAppendedIsThereInOrderAndVerifies() {
    try (AuditLog log = LogRig.open(log())) {
      for (int i = 0; i < 600; i++) {
        assertThat(LogRig.append(log, LogRig.entry(i)))
            .isInstanceOfSatisfying(
                AppendResult.Written.class, at -> assertThat(at.leaf()).isNotNull());
      }
    }
    assertThat(LogRig.entries(log()))
        .containsExactlyElementsOf(IntStream.range(0, 600).mapToObj(LogRig::entry).toList());
    assertThat(LogRig.verify(log()))
        .isInstanceOfSatisfying(
            VerifyResult.Sound.class,
            sound -> {
              assertThat(sound.head().size()).isEqualTo(600);
              assertThat(sound.head().origin()).isEqualTo(LogRig.ORIGIN);
              assertThat(sound.unsigned()).isZero();
            });
  }

  @Test
  void theFilesAreThoseOfTlogTilesAndNoOthersAreLeft() {
    var _ = LogRig.logOf(log(), 600);
    assertThat(log().resolve("checkpoint")).exists();
    assertThat(log().resolve("tile/0/000")).hasSize(8192);
    assertThat(log().resolve("tile/0/001")).hasSize(8192);
    assertThat(log().resolve("tile/0/002.p/88")).hasSize(88 * 32);
    assertThat(log().resolve("tile/1/000.p/2")).hasSize(64);
    assertThat(log().resolve("tile/entries/000")).exists();
    assertThat(log().resolve("tile/entries/002.p/88")).exists();
    assertThat(log().resolve("tile/0/000.p")).doesNotExist();
    assertThat(log().resolve("tile/entries/000.p")).doesNotExist();
  }

  @Test
  void theNamesOfLargeIndexesAreThoseOfTheSpecification() {
    assertThat(Tile.hashes(0, 1_234_067, Tile.WIDTH)).isEqualTo("tile/0/x001/x234/067");
    assertThat(Tile.entries(1000, 3)).isEqualTo("tile/entries/x001/000.p/3");
    assertThat(Tile.partialWidth(0, 70_000)).isEqualTo(112);
    assertThat(Tile.partialWidth(1, 70_000)).isEqualTo(17);
    assertThat(Tile.partialWidth(2, 70_000)).isEqualTo(1);
  }

  @Test
  void aLogGoesOnAfterARestartUnderTheSameTree() throws Exception {
    for (int part = 0; part < 5; part++) {
      try (AuditLog log = LogRig.open(log())) {
        assertThat(log.size()).isEqualTo(part * 130L);
        LogRig.fill(log, part * 130, part * 130 + 130);
      }
      Path kept = Files.copy(log().resolve("checkpoint"), dir.resolve("kept-" + part));
      assertThat(kept).exists();
    }
    Path[] kept =
        IntStream.range(0, 5).mapToObj(n -> dir.resolve("kept-" + n)).toArray(Path[]::new);
    assertThat(LogRig.verify(log(), kept)).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  void aCheckpointFollowsTheEntriesWithoutAnyMoreOfThem() {
    try (AuditLog log = LogRig.open(log())) {
      LogRig.fill(log, 0, 3);
      Await.until("signed", () -> log.signed() == 3);
      assertThat(LogRig.verify(log())).isInstanceOf(VerifyResult.Sound.class);
    }
  }

  @Test
  void aSecondProcessOnTheSameFolderIsRefused() {
    try (AuditLog _ = LogRig.open(log())) {
      assertThatThrownBy(() -> AuditLog.open(LogRig.settings(log()), new LogRig.Told()))
          .isInstanceOf(LogUnusable.class)
          .hasMessageContaining("another process writes the audit log");
    }
    try (AuditLog again = LogRig.open(log())) {
      assertThat(again.size()).isZero();
    }
  }

  @Test
  void theLogOfAnotherReplicaIsNotContinued() {
    var _ = LogRig.logOf(log(), "assayer/test/replica-1", 3);
    assertThatThrownBy(() -> AuditLog.open(LogRig.settings(log()), new LogRig.Told()))
        .isInstanceOf(LogUnusable.class)
        .hasMessageStartingWith("audit_log_name_changed: ")
        .hasMessageContaining("the log assayer/test/replica-1")
        .hasMessageContaining("writes assayer/test/replica-0")
        .hasMessageContaining("docs/audit.md");
  }

  @Test
  void aLogOfAnotherKeyIsNotContinued() throws Exception {
    var _ = LogRig.logOf(log(), 3);
    String[] line = Files.readString(log().resolve("key.pub")).split("\\+", 3);
    String old = line[0] + '+' + line[1];
    Files.delete(LogRig.key(log()));
    assertThatThrownBy(() -> AuditLog.open(LogRig.settings(log()), new LogRig.Told()))
        .isInstanceOf(LogUnusable.class)
        .hasMessageStartingWith("audit_log_key_changed: ")
        .hasMessageContaining(old)
        .hasMessageContaining("audit.keyFile");
  }

  @Test
  void aKeyThatCannotSignIsRefusedInWords() throws Exception {
    var _ = Files.writeString(LogRig.key(log()), "nonsense");
    assertThatThrownBy(() -> AuditLog.open(LogRig.settings(log()), new LogRig.Told()))
        .isInstanceOf(LogUnusable.class)
        .hasMessageContaining("audit.keyFile");
  }

  @Test
  void withoutAKeyFileOneIsMadeThatOnlyTheOwnerReads() throws Exception {
    LogSettings settings =
        new LogSettings(log(), LogRig.ORIGIN, Optional.empty(), true, Duration.ofMillis(20));
    try (AuditLog log = AuditLog.open(settings, new LogRig.Told())) {
      LogRig.fill(log, 0, 2);
    }
    assertThat(Files.getPosixFilePermissions(log().resolve("key.pem"))).hasSize(2);
    try (AuditLog log = AuditLog.open(settings, new LogRig.Told())) {
      assertThat(log.size()).isEqualTo(2);
    }
  }

  @Test
  void theLongestEntryFitsAndALongerOneIsRefused() {
    try (AuditLog log = LogRig.open(log())) {
      assertThat(LogRig.append(log, "x".repeat(65_535))).isInstanceOf(AppendResult.Written.class);
      assertThatThrownBy(() -> LogRig.append(log, "x".repeat(65_536)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(LogRig.verify(log())).isInstanceOf(VerifyResult.Sound.class);
  }
}
