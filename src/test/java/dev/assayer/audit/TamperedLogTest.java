package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Sha;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that somebody with the disk but without the key can do, found with its place. */
class TamperedLogTest {
  private static final int SIZE = 600;
  @TempDir private static Path sharedDir;
  private static boolean made;

  @TempDir private Path dir;

  @BeforeEach
  void make() {
    if (!made) {
      var _ = LogRig.logOf(sharedDir.resolve("log"), SIZE);
      made = true;
    }
  }

  private Path copy() throws IOException {
    Path log = LogRig.copy(sharedDir.resolve("log"), dir.resolve("log"));
    Files.copy(LogRig.key(sharedDir.resolve("log")), log.resolveSibling("log.key"));
    return log;
  }

  private static void edit(Path log, int bundle, int width, Consumer<List<byte[]>> change)
      throws IOException {
    Path file = log.resolve(Tile.entries(bundle, width));
    List<byte[]> entries = new ArrayList<>(Bundle.read(Files.readAllBytes(file)).whole());
    change.accept(entries);
    Files.write(file, Bundle.of(entries));
  }

  private static void swap(Path one, Path other) throws IOException {
    Path between = one.resolveSibling("between");
    Files.move(one, between);
    Files.move(other, one);
    Files.move(between, other);
  }

  private static void expect(Path log, String place, Damage.Kind kind) {
    assertThat(LogRig.verify(log))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged -> {
              Damage first = damaged.damages().getFirst();
              assertThat(first.text()).startsWith(place + ": ");
              assertThat(first.kind()).as(first.text()).isEqualTo(kind);
            });
  }

  @Test
  @DisplayName("OPS-05: a record altered, removed, inserted or reordered is named by its entry")
  void entries() throws IOException {
    Path log = copy();
    edit(log, 1, 256, all -> all.set(44, LogRig.bytes("{\"schema\":\"forged\"}")));
    expect(log, "entry 300", Damage.Kind.ALTERED);
    LogRig.remove(log);

    log = again();
    edit(log, 1, 256, all -> all.remove(44));
    expect(log, "entry 300", Damage.Kind.MISSING);
    LogRig.remove(log);

    log = again();
    edit(log, 1, 256, all -> all.add(44, LogRig.bytes("{}")));
    expect(log, "entry 300", Damage.Kind.INSERTED);
    LogRig.remove(log);

    log = again();
    edit(log, 1, 256, all -> Collections.swap(all, 44, 45));
    expect(log, "entry 300", Damage.Kind.MOVED);
  }

  private Path again() {
    return LogRig.copy(sharedDir.resolve("log"), dir.resolve("log"));
  }

  @Test
  @DisplayName("OPS-05: two bundles of entries swapped")
  void bundlesSwapped() throws IOException {
    Path log = copy();
    swap(log.resolve("tile/entries/000"), log.resolve("tile/entries/001"));
    expect(log, "entry 0", Damage.Kind.MOVED);
  }

  @Test
  @DisplayName("OPS-05: two tiles of hashes swapped, while the entries are as they were")
  void tilesSwapped() throws IOException {
    Path log = copy();
    swap(log.resolve("tile/0/000"), log.resolve("tile/0/001"));
    expect(log, "tile/0/000", Damage.Kind.ALTERED);
  }

  @Test
  @DisplayName("OPS-05: a tile above is altered or removed")
  void upperTile() throws IOException {
    Path log = copy();
    Path tile = log.resolve("tile/1/000.p/2");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[40] ^= 1;
    Files.write(tile, bytes);
    expect(log, "tile/1/000.p/2", Damage.Kind.ALTERED);
    Files.delete(tile);
    expect(log, "tile/1/000.p/2", Damage.Kind.MISSING);
  }

  @Test
  @DisplayName("OPS-05: the tail is cut off, as a bundle, as a part of one, as a whole")
  void cut() throws IOException {
    Path log = copy();
    Path last = log.resolve("tile/entries/002.p/88");
    byte[] bytes = Files.readAllBytes(last);
    Files.write(last, Arrays.copyOf(bytes, bytes.length - 3));
    expect(log, "entry 599", Damage.Kind.CUT);
    Files.delete(last);
    expect(log, "entry 512", Damage.Kind.MISSING);
    LogRig.remove(log.resolve("tile/entries"));
    expect(log, "entry 0", Damage.Kind.MISSING);
  }

  @Test
  @DisplayName("OPS-05: an entry and its tile are altered together, which the tile above tells")
  void entryAndTile() throws IOException {
    Path log = copy();
    edit(log, 1, 256, all -> all.set(44, LogRig.bytes("{\"forged\":true}")));
    List<Hash> leaves =
        Bundle.read(Files.readAllBytes(log.resolve("tile/entries/001"))).whole().stream()
            .map(Hash::leaf)
            .toList();
    Files.write(log.resolve("tile/0/001"), Hash.tile(leaves));
    assertThat(LogRig.verify(log))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text())
                    .contains("tile/1/000.p/2", "entries 256 to 511"));
  }

  @Test
  @DisplayName("OPS-05: the log of another replica is put in the place of this one")
  void replicasSwapped() throws IOException {
    Path log = copy();
    Path other = LogRig.logOf(dir.resolve("other"), "assayer/test/replica-1", 3);
    LogRig.remove(log);
    Files.move(other, log);
    expect(log, "checkpoint", Damage.Kind.MOVED);
  }

  @Test
  @DisplayName("OPS-05: only the files of another replica's log are put in")
  void tilesOfAnotherReplica() throws IOException {
    Path log = copy();
    Path other = dir.resolve("other");
    try (AuditLog open = LogRig.open(other)) {
      LogRig.fill(open, 1000, 1600);
    }
    LogRig.remove(log.resolve("tile"));
    Files.move(other.resolve("tile"), log.resolve("tile"));
    expect(log, "entries 0 to 599", Damage.Kind.FORGED);
  }

  @Test
  @DisplayName("OPS-05: an old checkpoint is put back beside newer tiles")
  void oldCheckpoint() throws IOException {
    Path log = copy();
    Path old = Files.copy(log.resolve("checkpoint"), dir.resolve("old"));
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, SIZE, SIZE + 20);
    }
    Files.copy(old, log.resolve("checkpoint"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(LogRig.verify(log))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text())
                    .startsWith("checkpoint: rolled back")
                    .contains("620"));
    LogRig.remove(log.resolve("journal"));
    assertThat(LogRig.verify(log))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text()).startsWith("entry 600: inserted"));
    assertThat(assertFailure(log)).contains("cannot be continued").doesNotContain("null");
  }

  /** The writer goes on only from what is signed: what stands behind that was not its own. */
  private static String assertFailure(Path log) throws IOException {
    Files.writeString(log.resolve("checkpoint"), "nonsense");
    try (AuditLog _ = AuditLog.open(LogRig.settings(log), new LogRig.Told())) {
      return "";
    } catch (LogUnusable refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  @DisplayName("OPS-05: the whole log is put back to an older state, and a kept checkpoint tells")
  void rolledBack() throws IOException {
    Path log = copy();
    Path newer = LogRig.copy(log, dir.resolve("newer"));
    try (AuditLog open = LogRig.open(newer)) {
      LogRig.fill(open, SIZE, SIZE + 5);
    }
    Path kept = newer.resolve("checkpoint");
    assertThat(LogRig.verify(newer, kept)).isInstanceOf(VerifyResult.Sound.class);
    assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
    assertThat(LogRig.verify(log, kept))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text())
                    .startsWith("entry 600: rolled back"));
  }

  @Test
  @DisplayName("OPS-05: a record is appended without the key, as an entry or behind the tiles")
  void forged() throws IOException {
    Path log = copy();
    Path bundle = log.resolve("tile/entries/002.p/88");
    edit(log, 2, 88, all -> all.add(LogRig.bytes("{\"forged\":1}")));
    expect(log, "entry 600", Damage.Kind.INSERTED);
    Files.move(bundle, bundle.resolveSibling("89"));
    edit(log, 2, 89, all -> {});
    Files.copy(
        sharedDir.resolve("log").resolve("tile/entries/002.p/88"),
        bundle,
        StandardCopyOption.REPLACE_EXISTING);
    expect(log, "entry 600", Damage.Kind.INSERTED);
  }

  @Test
  @DisplayName("OPS-05: the checkpoint is made to say another size or root")
  void checkpoint() throws IOException {
    Path log = copy();
    Path file = log.resolve("checkpoint");
    String note = Files.readString(file);
    Files.writeString(file, note.replace("\n600\n", "\n512\n"));
    expect(log, "checkpoint", Damage.Kind.FORGED);
    Files.writeString(file, "nothing like it");
    expect(log, "checkpoint", Damage.Kind.ALTERED);
    Files.delete(file);
    expect(log, "checkpoint", Damage.Kind.MISSING);
  }

  @Test
  @DisplayName("OPS-05: a long record that is kept as a file is removed or altered")
  void blob() throws IOException {
    Path log = dir.resolve("log");
    byte[] record = LogRig.bytes("{\"record\":\"" + "x".repeat(70_000) + "\"}");
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 0, 5);
      Blobs.Reference kept = Blobs.keep(log, record, new DiskStorage());
      String entry =
          "{\"schema\":\"assayer.decision.ref/1\",\"blob\":{\"sha256\":\""
              + kept.sha256()
              + "\",\"length\":"
              + kept.length()
              + "}}";
      assertThat(LogRig.append(open, entry)).isInstanceOf(AppendResult.Written.class);
    }
    assertThat(LogRig.verify(log)).isInstanceOf(VerifyResult.Sound.class);
    Path file = log.resolve("blobs/sha256/" + Sha.sha256Hex(record));
    Files.writeString(file, "{}");
    expect(log, "entry 5", Damage.Kind.ALTERED);
    Files.delete(file);
    expect(log, "entry 5", Damage.Kind.MISSING);
  }

  @Test
  @DisplayName("OPS-05: an entry that only the journal holds is altered before it is signed")
  void journal() throws Exception {
    Path log = dir.resolve("log");
    Path crashed = dir.resolve("crashed");
    LogSettings slow = LogRig.settings(log, LogRig.ORIGIN, Duration.ofHours(1));
    try (AuditLog open = AuditLog.open(slow, new LogRig.Told())) {
      for (int i = 0; i < 5; i++) {
        LogRig.fill(open, i, i + 1);
      }
      var _ = LogRig.copy(log, crashed);
    }
    Path file = JournalReader.files(crashed).getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[40] ^= 1;
    Files.write(file, bytes);
    assertThat(LogRig.verify(crashed))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged -> assertThat(damaged.damages().getFirst().place()).startsWith("journal/"));
  }
}
