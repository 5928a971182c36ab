package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Decision;
import dev.assayer.testing.Await;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, read-only, slow, or changed by somebody else. */
class FailingDiskTest {
  @TempDir private Path dir;

  /** A disk whose faults are set while a log is open. */
  private static final class Faulty implements Storage {
    private final DiskStorage disk = new DiskStorage();
    volatile boolean full;
    volatile boolean noTiles;
    volatile boolean syncFails;
    volatile boolean hangs;
    volatile CountDownLatch slow = new CountDownLatch(0);

    @Override
    public void folder(Path folder) throws IOException {
      disk.folder(folder);
    }

    @Override
    public void put(Path file, byte[] content) throws IOException {
      if (full || noTiles && !file.toString().contains("blobs")) {
        throw new IOException("No space left on device");
      }
      disk.put(file, content);
    }

    @Override
    public void sync(Path folder) throws IOException {
      disk.sync(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
      disk.delete(file);
    }

    @Override
    public Appending create(Path file) throws IOException {
      Appending real = disk.create(file);
      return new Appending() {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
          if (full) {
            bytes.limit(bytes.limit() / 2); // half of it arrives
            real.append(bytes);
            throw new IOException("No space left on device");
          }
          real.append(bytes);
        }

        @Override
        public void force() throws IOException {
          hangs = slow.getCount() > 0;
          try {
            slow.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          if (syncFails) {
            throw new IOException("Input/output error");
          }
          real.force();
        }

        @Override
        public void cut(long length) throws IOException {
          real.cut(length);
        }

        @Override
        public boolean isInPlace(long length) throws IOException {
          return real.isInPlace(length);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  private static Deadline patient() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  private AuditLog open(Storage storage, LogObserver told) throws LogUnusable {
    return AuditLog.open(LogRig.settings(dir.resolve("log")), told, storage);
  }

  @Test
  @DisplayName("OPS-04: a full disk fails each record with its reason, and none is torn or doubled")
  void full() throws LogUnusable {
    Faulty disk = new Faulty();
    LogRig.Told told = new LogRig.Told();
    try (AuditLog log = open(disk, told)) {
      LogRig.fill(log, 0, 20);
      disk.full = true;
      assertThat(LogRig.append(log, LogRig.entry(20)))
          .isEqualTo(new AppendResult.Failed("No space left on device"));
      assertThat(log.health().holds()).isFalse();
      assertThat(log.health().detail()).contains("No space left on device");
      assertThat(told.failed).hasValue(1);
      disk.full = false;
      LogRig.fill(log, 21, 40);
      Await.until("well again", () -> log.health().holds());
    }
    assertThat(LogRig.entries(dir.resolve("log")))
        .hasSize(39)
        .doesNotHaveDuplicates()
        .doesNotContain(LogRig.entry(20));
    assertThat(LogRig.verify(dir.resolve("log"))).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-04: fsync that fails is no success, and the log recovers by itself")
  void sync() throws LogUnusable {
    Faulty disk = new Faulty();
    try (AuditLog log = open(disk, new LogRig.Told())) {
      LogRig.fill(log, 0, 5);
      disk.syncFails = true;
      assertThat(LogRig.append(log, LogRig.entry(5))).isInstanceOf(AppendResult.Failed.class);
      assertThat(LogRig.append(log, LogRig.entry(6))).isInstanceOf(AppendResult.Failed.class);
      disk.syncFails = false;
      Await.until("well again", () -> log.health().holds());
      LogRig.fill(log, 7, 9);
    }
    assertThat(LogRig.entries(dir.resolve("log"))).hasSize(7);
  }

  @Test
  @DisplayName("OPS-04: a checkpoint that cannot be written is told; entries stay durable")
  void checkpoints() throws LogUnusable {
    Faulty disk = new Faulty();
    try (AuditLog log = open(disk, new LogRig.Told())) {
      disk.noTiles = true;
      LogRig.fill(log, 0, 300);
      Await.until("told", () -> !log.health().holds());
      assertThat(log.signed()).isZero();
      disk.noTiles = false;
      Await.until("signed", () -> log.signed() == 300);
    }
    assertThat(LogRig.verify(dir.resolve("log"))).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-04: long records that a hanging disk never took leave no files behind")
  void orphans() throws Exception {
    Faulty disk = new Faulty();
    Path log = dir.resolve("log");
    try (DecisionLog open = DecisionLog.open(LogRig.settings(log), new LogRig.Told(), disk)) {
      Decision decision = EvidenceStoreTest.decision(EvidenceStoreTest.file("policy"));
      disk.slow = new CountDownLatch(1);
      String longer = "{\"long\":\"" + "x".repeat(70_000) + "\"}";
      try {
        // A writer that has not begun yet takes nothing in time either.
        while (!disk.hangs) {
          assertThat(
                  open.append(decision, "{\"a\":1}", true, Deadline.after(Duration.ofMillis(50))))
              .isInstanceOf(AppendResult.Failed.class);
        }
        assertThat(open.append(decision, longer, true, Deadline.after(Duration.ofMillis(50))))
            .isInstanceOf(AppendResult.Failed.class);
        assertThat(log.resolve("blobs/sha256")).isEmptyDirectory();
      } finally {
        disk.slow.countDown(); // the log cannot be closed while its disk hangs
      }
      assertThat(open.append(decision, longer, true, Deadline.after(Duration.ofSeconds(20))))
          .isInstanceOf(AppendResult.Written.class);
      assertThat(log.resolve("blobs/sha256")).isNotEmptyDirectory();
    }
  }

  @Test
  @DisplayName("OPS-04: a long record refused since too much waits leaves no file behind")
  void tooMuchWaits() throws Exception {
    Faulty disk = new Faulty();
    Path log = dir.resolve("log");
    LogSettings loose =
        new LogSettings(log, LogRig.ORIGIN, Optional.of(LogRig.key(log)), false, LogRig.QUICK);
    try (DecisionLog open = DecisionLog.open(loose, new LogRig.Told(), disk)) {
      disk.noTiles = true;
      byte[] entry = LogRig.bytes("x".repeat(Tile.MAX_ENTRY));
      long most = GrowingTree.most(Runtime.getRuntime().maxMemory());
      AppendResult result = open.log().append(entry, Optional.empty(), patient());
      for (long bytes = 0; bytes <= most && result instanceof AppendResult.Written; ) {
        result = open.log().append(entry, Optional.empty(), patient());
        bytes += entry.length;
      }
      AppendResult.Failed full = new AppendResult.Failed("too much waits for a checkpoint", true);
      assertThat(open.log().append(entry, Optional.empty(), patient())).isEqualTo(full);
      Decision decision = EvidenceStoreTest.decision(EvidenceStoreTest.file("policy"));
      String longer = "{\"long\":\"" + "x".repeat(70_000) + "\"}";
      assertThat(open.append(decision, longer, true, patient())).isEqualTo(full);
      assertThat(log.resolve("blobs/sha256")).isEmptyDirectory();
    }
  }

  @Test
  @DisplayName("OPS-04: a record whose very head is too long leaves no file behind")
  void headless() throws Exception {
    Path log = dir.resolve("log");
    try (DecisionLog open =
        DecisionLog.open(LogRig.settings(log), new LogRig.Told(), new Faulty())) {
      String namespace = "x".repeat(70_000);
      Decision decision = EvidenceStoreTest.decision(EvidenceStoreTest.file("policy"), namespace);
      assertThat(
              open.append(
                  decision,
                  "{\"namespace\":\"" + namespace + "\"}",
                  true,
                  Deadline.after(Duration.ofSeconds(20))))
          .isInstanceOf(AppendResult.Failed.class);
      assertThat(log.resolve("blobs/sha256")).isEmptyDirectory();
    }
  }

  @Test
  @DisplayName("OPS-04: fsync of five seconds fails what has less time, and takes it back later")
  void slow() throws Exception {
    Faulty disk = new Faulty();
    LogRig.Told told = new LogRig.Told();
    try (AuditLog log = open(disk, told)) {
      LogRig.fill(log, 0, 2);
      disk.slow = new CountDownLatch(1);
      AppendResult late =
          log.append(
              LogRig.bytes(LogRig.entry(2)),
              Optional.of(LogRig.bytes("{\"schema\":\"assayer.withdrawn/1\"}")),
              Deadline.after(Duration.ofMillis(100)));
      assertThat(late)
          .isInstanceOfSatisfying(
              AppendResult.Failed.class,
              failed -> assertThat(failed.why()).contains("did not take the record"));
      assertThat(told.dropped).hasValue(1);
      AppendResult never =
          log.append(
              LogRig.bytes(LogRig.entry(3)),
              Optional.of(LogRig.bytes("{\"never\":1}")),
              Deadline.after(Duration.ofMillis(50)));
      assertThat(never).isInstanceOf(AppendResult.Failed.class);
      disk.slow.countDown();
      Await.until("taken back", () -> log.size() == 4);
    }
    assertThat(LogRig.entries(dir.resolve("log")))
        .hasSize(4)
        .endsWith(LogRig.entry(2), "{\"schema\":\"assayer.withdrawn/1\"}");
  }

  @Test
  @DisplayName("OPS-04: the journal is deleted under the process: denied until all is signed")
  void journalDeleted() throws Exception {
    Path log = dir.resolve("log");
    LogSettings slow = LogRig.settings(log, LogRig.ORIGIN, Duration.ofHours(1));
    try (AuditLog open = AuditLog.open(slow, new LogRig.Told())) {
      LogRig.fill(open, 0, 10);
      LogRig.remove(log.resolve("journal"));
      assertThat(LogRig.append(open, LogRig.entry(10)))
          .isInstanceOfSatisfying(
              AppendResult.Failed.class,
              failed -> assertThat(failed.why()).contains("changed or removed by somebody else"));
      Await.until(
          "goes on", () -> LogRig.append(open, LogRig.entry(11)) instanceof AppendResult.Written);
    }
    assertThat(LogRig.entries(log)).hasSize(11).doesNotHaveDuplicates();
    assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-04: the checkpoint is changed under the process, which is seen and told")
  void checkpointChanged() throws Exception {
    Path log = dir.resolve("log");
    LogRig.Told told = new LogRig.Told();
    try (AuditLog open = LogRig.open(log, told)) {
      LogRig.fill(open, 0, 2);
      Await.until("signed", () -> open.signed() == 2);
      Files.writeString(log.resolve("checkpoint"), "something else");
      LogRig.fill(open, 2, 4);
      Await.until("told", () -> told.tampered.get() == 1);
      assertThat(open.health().holds()).isFalse();
    }
  }

  @Test
  @DisplayName("OPS-04: a folder that cannot be made is refused at the start, in words")
  void noFolder() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() ->
            AuditLog.open(
                new LogSettings(
                    file.resolve("log"),
                    LogRig.ORIGIN,
                    Optional.of(LogRig.key(dir.resolve("log"))),
                    true),
                new LogRig.Told()))
        .isInstanceOf(LogUnusable.class)
        .hasMessageContaining("cannot be opened");
  }
}
