package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whoever has the disk and not the key neither hides entries nor has retention remove them. */
class ForgedDiskTest extends RetentionRig {
  private static final LogKeys.Found[] NONE = {};

  private static String tombstone(int first) {
    return new Tombstone(
            LogRig.ORIGIN,
            first,
            new Checkpoint(LogRig.ORIGIN, 1500, Hash.OF_NOTHING),
            NOW,
            Tombstone.Reason.AGE)
        .text();
  }

  private static void assertToldToReaders(Path log, String why, LogKeys.Found... keys) {
    List<LogKeys.Found> trusted = keys.length == 0 ? List.of(LogKeys.beside(log)) : List.of(keys);
    assertThatThrownBy(() -> LogRecords.of(log, trusted))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
    assertThat(ProvenRecord.find(log, "id-7", trusted))
        .isInstanceOfSatisfying(
            ProvenRecord.Result.Unproven.class, found -> assertThat(found.why()).contains(why));
  }

  @Test
  @DisplayName("OPS-05: an unsigned or foreign tombstone hides no entry from queries and exports")
  void tombstoneOfAStranger() throws IOException {
    Path log = log(1500);
    Path file = log.resolve(Tombstone.FILE);
    Files.writeString(file, tombstone(1024) + "\n— " + LogRig.ORIGIN + " AAAAAAAA\n");
    assertToldToReaders(log, "tombstone: forged", NONE);
    try (AuditLog foreign = LogRig.open(Files.createDirectories(dir.resolve("its/log")))) {
      Files.write(file, foreign.sign(tombstone(1024)));
    }
    assertToldToReaders(log, "tombstone: forged", NONE);
    Files.writeString(file, "nothing was ever here\n");
    assertToldToReaders(log, "tombstone: altered", NONE);
    Files.delete(file);
    assertThat(LogRecords.of(log).orElseThrow().find("id-7")).isPresent();
  }

  @Test
  @DisplayName("OPS-05: with another key beside the log a tombstone of that key hides nothing")
  void keyOfAStranger() throws IOException {
    Path log = log(1500);
    LogKeys.Found own = LogKeys.read(LogRig.key(log));
    Path its = Files.createDirectories(dir.resolve("its/log"));
    try (AuditLog foreign = LogRig.open(its)) {
      Files.write(log.resolve(Tombstone.FILE), foreign.sign(tombstone(1024)));
    }
    Files.write(log.resolve(LogKeys.PUBLIC), Files.readAllBytes(its.resolve(LogKeys.PUBLIC)));
    assertToldToReaders(log, "whether the tombstone is true", NONE);
    assertToldToReaders(log, "tombstone: forged", own);
    Files.delete(log.resolve("tile/entries/000"));
    assertThat(InclusionProof.of(log, 7, List.of(own)))
        .isEqualTo(new InclusionProof.Result.Unproven("entry 7 is missing"));
  }

  @Test
  @DisplayName("a checkpoint of one log signed by the key of another proves nothing")
  void keyOfAnotherLog() throws IOException {
    Path log = log(300);
    Path its = Files.createDirectories(dir.resolve("its/log"));
    LogKey theirs;
    try (AuditLog foreign = openAs(its, "assayer/test/replica-1")) {
      theirs = foreign.key();
      String text = SignedNote.read(Files.readAllBytes(log.resolve("checkpoint"))).get().text();
      Files.write(log.resolve("checkpoint"), foreign.sign(text));
    }
    assertThat(InclusionProof.of(log, 7, List.of(new LogKeys.Found.Named(theirs))))
        .isEqualTo(
            new InclusionProof.Result.Unproven(
                "the checkpoint of assayer/test/replica-0 is signed by the key of"
                    + " assayer/test/replica-1"));
  }

  private static AuditLog openAs(Path log, String origin) {
    try {
      return AuditLog.open(LogRig.settings(log, origin, LogRig.QUICK), new LogRig.Told());
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  @Test
  @DisplayName("OPS-05: files with holes make the log not too large, and nothing is removed")
  void holes() throws IOException {
    Path log = log(1500);
    RetentionRule rule = new RetentionRule(ALL.age(), 1L << 20);
    Path blobs = Files.createDirectories(log.resolve("blobs/sha256"));
    for (Path file : List.of(blobs.resolve("ab".repeat(32)), log.resolve("tile/entries/003.p/8"))) {
      Files.createDirectories(file.resolveSibling(""));
      lengthen(file);
    }
    assertThat(apply(log, rule, ROOMY)).isZero();
    lengthen(log.resolve("tile/entries/003"));
    assertThat(apply(log, rule, ROOMY)).isZero();
    assertThat(log.resolve("tile/entries/000")).exists();
    assertThat(apply(log, new RetentionRule(ALL.age(), 10_000), ROOMY)).isEqualTo(768);
  }

  private static void lengthen(Path file) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 31);
    }
  }

  @Test
  @DisplayName("OPS-05: entries whose time is edited to long ago stay, and it is told")
  void editedTime() throws IOException {
    Path log = log(1500);
    Path bundle = log.resolve("tile/entries/001");
    byte[] written = Files.readAllBytes(bundle);
    byte[] edited =
        new String(written, StandardCharsets.ISO_8859_1)
            .replace("\"2026-", "\"2016-")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(edited).isNotEqualTo(written);
    Files.write(bundle, edited);
    LogRig.Told told = new LogRig.Told();
    try (AuditLog open = LogRig.open(log, told)) {
      // Only the first bundle is old enough.
      Retention retention = retention(open, log, new DiskStorage(), age(1200), ROOMY);
      assertThat(retention.apply()).isEqualTo(256);
      assertThat(retention.apply()).isZero();
      assertThat(open.health().holds()).isFalse();
    }
    assertThat(bundle).hasBinaryContent(edited);
    assertThat(told.tampered).hasValue(1);
  }

  @Test
  @DisplayName("OPS-05: retention goes past a damaged and a missing bundle; both are told for good")
  void pastDamage() throws IOException {
    Path log = log(1500);
    Path altered = log.resolve("tile/entries/000");
    byte[] bytes = Files.readAllBytes(altered);
    bytes[40] ^= 1;
    Files.write(altered, bytes);
    Files.delete(log.resolve("tile/entries/002"));
    LogRig.Told told = new LogRig.Told();
    try (AuditLog open = LogRig.open(log, told)) {
      // Bundles 1 and 3 are old enough, so what stands before them was too.
      assertThat(retention(open, log, new DiskStorage(), age(400), ROOMY).apply()).isEqualTo(1024);
      assertThat(open.health().holds()).isFalse();
    }
    assertThat(told.tampered.get()).isPositive();
    assertThat(altered).hasBinaryContent(bytes);
    assertThat(log.resolve("tile/entries/001")).doesNotExist();
    assertThat(log.resolve("tile/entries/003")).doesNotExist();
    assertThat(log.resolve("tile/entries/004")).exists();
    assertThat(first(log).text()).startsWith("entry 0: altered");
    // The entry that announces it names them, under every later checkpoint.
    assertThat(Files.readString(log.resolve("tile/entries/005.p/221"), StandardCharsets.ISO_8859_1))
        .contains("\"damaged\":[\"tile/entries/000\",\"tile/entries/002\"]");
    LogRig.Told again = new LogRig.Told();
    try (AuditLog open = LogRig.open(log, again)) {
      assertThat(retention(open, log, new DiskStorage(), age(400), ROOMY).apply()).isZero();
      assertThat(open.health().holds()).as("after a restart").isFalse();
    }
    assertThat(again.tampered.get()).isPositive();
    Files.delete(altered);
    assertThat(RetentionRig.sound(log).lost())
        .as("nothing that is left is damaged, and it is told all the same")
        .containsExactly("tile/entries/000", "tile/entries/002");
  }

  @Test
  @DisplayName("OPS-05: whoever damages young bundles has nothing removed that is not old enough")
  void damageRemovesNothing() throws IOException {
    Path log = log(1500);
    for (String bundle : List.of("001", "002", "003")) {
      Files.write(log.resolve("tile/entries").resolve(bundle), new byte[5000]);
    }
    // By age only the first goes; behind what is damaged stands nothing that is old enough.
    assertThat(apply(log, age(1200), ROOMY)).isEqualTo(256);
    assertThat(log.resolve("tile/entries/002")).exists();
    // By size what is not proven counts nothing.
    long all = Files.size(log.resolve("tile/entries/004"));
    assertThat(apply(log, new RetentionRule(ALL.age(), 2 * all), ROOMY)).isZero();
    assertThat(log.resolve("tile/entries/004")).exists();
  }

  @Test
  @DisplayName("OPS-05: a bundle laid where others were removed takes no long record with it")
  void laidBehindTheTombstone() throws IOException {
    Path log = cut(2);
    Blobs.Reference blob = Blobs.keep(log, LogRig.bytes("x".repeat(70_000)), new DiskStorage());
    String entry =
        "{\"schema\":\"assayer.decision.ref/1\",\"blob\":{\"sha256\":\""
            + blob.sha256()
            + "\",\"length\":70000}}";
    List<byte[]> laid = IntStream.range(0, 256).mapToObj(_ -> LogRig.bytes(entry)).toList();
    Files.write(log.resolve("tile/entries/000"), Bundle.of(laid));
    assertThat(apply(log, ALL, ROOMY)).isZero();
    assertThat(log.resolve(blob.file())).exists();
    assertThat(first(log).text()).startsWith("entry 0: altered");
  }

  @Test
  @DisplayName("a clock that was set years ahead before the start removes no more than a day")
  void clockAhead() throws IOException {
    Path log = log(3000);
    try (AuditLog open = LogRig.open(log)) {
      Retention retention =
          new Retention(
              open,
              LogRig.settings(log),
              new DiskStorage(),
              new LogRig.Told(),
              new RetentionRule(Duration.ofDays(90), 1L << 40),
              ROOMY,
              InstantSource.fixed(NOW.plus(Duration.ofDays(3650))));
      // The first bundle, and those whose last entries are of the 24 hours behind its last one.
      assertThat(retention.apply()).isEqualTo(256 + 5 * 256);
      assertThat(retention.apply()).isZero();
    }
    assertThat(sound(log).removed().map(Tombstone::first)).isEqualTo(Optional.of(1536L));
  }

  @Test
  @DisplayName("what waits for a checkpoint is an eighth of the heap at most")
  void unpublished() {
    assertThat(GrowingTree.most(256L << 20)).isEqualTo(32L << 20);
    assertThat(GrowingTree.most(1L << 40)).isEqualTo(256L << 20);
  }
}
