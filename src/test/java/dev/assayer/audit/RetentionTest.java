package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What retention removes is told from what somebody else removed, whatever happens meanwhile. */
class RetentionTest extends RetentionRig {

  @Test
  @DisplayName("by age whole bundles go, a signed tombstone says so, and the log still verifies")
  void byAge() throws IOException {
    Path log = log(1500);
    Path kept = Files.copy(log.resolve("checkpoint"), dir.resolve("kept"));
    assertThat(apply(log, age(900), ROOMY)).isEqualTo(512);
    assertThat(log.resolve("tile/entries/001")).doesNotExist();
    assertThat(log.resolve("tile/entries/002")).exists();
    Tombstone removed = sound(log).removed().orElseThrow();
    assertThat(removed.first()).isEqualTo(512);
    assertThat(removed.reason()).isEqualTo(Tombstone.Reason.AGE);
    assertThat(removed.at().size()).isEqualTo(1501);
    assertThat(LogRig.verify(log, kept)).isInstanceOf(VerifyResult.Sound.class);
    List<LogKeys.Found> keys = List.of(LogKeys.read(LogRig.key(log)));
    assertThat(InclusionProof.of(log, 700, keys)).isInstanceOf(InclusionProof.Result.Proven.class);
    assertThat(InclusionProof.of(log, 7, keys))
        .isEqualTo(new InclusionProof.Result.Unproven("entry 7 was removed by retention"));
    LogRecords records = LogRecords.of(log).orElseThrow();
    assertThat(records.find("id-600")).isPresent();
    assertThat(records.find("id-7")).isEmpty();
    int[] count = {0};
    records.forEach(_ -> ++count[0] > 0);
    assertThat(count[0]).as("announcements are no decisions").isEqualTo(1500 - 512);
  }

  @Test
  @DisplayName("an unsigned tombstone laid into the folder makes retention remove nothing")
  void laidIntoTheFolder() throws IOException {
    Path log = log(1500);
    String text =
        new Tombstone(
                LogRig.ORIGIN,
                1024,
                new Checkpoint(LogRig.ORIGIN, 1500, Hash.OF_NOTHING),
                NOW,
                Tombstone.Reason.AGE)
            .text();
    Files.writeString(log.resolve("tombstone"), text + "\n— " + LogRig.ORIGIN + " AAAAAAAA\n");
    assertThat(apply(log, ALL, ROOMY)).isZero();
    assertThat(log.resolve("tile/entries/000")).exists();
    assertThat(log.resolve("tile/entries/003")).exists();
  }

  @Test
  @DisplayName("by size the oldest go until the rest is small enough; the last bundle stays")
  void bySize() throws IOException {
    Path log = log(1500);
    long bundle = Files.size(log.resolve("tile/entries/003"));
    // Beside the entries stand up to two copies of the last, partial bundle.
    long removed = apply(log, new RetentionRule(ALL.age(), 4 * bundle), ROOMY);
    assertThat(removed).isIn(512L, 768L);
    assertThat(sound(log).removed().orElseThrow().reason()).isEqualTo(Tombstone.Reason.SIZE);
    assertThat(apply(log, new RetentionRule(ALL.age(), 1), ROOMY)).isEqualTo(1024 - removed);
    assertThat(sound(log).removed().orElseThrow().first()).isEqualTo(1024);
    assertThat(log.resolve("tile/entries/004")).exists();
    assertThat(apply(log, new RetentionRule(ALL.age(), 1), ROOMY)).isZero();
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 2000, 2600);
    }
    assertThat(sound(log).head().size()).isEqualTo(1502 + 600);
  }

  @Test
  @DisplayName("a disk that is nearly full makes retention begin early, but today's entries stay")
  void bySpace() throws IOException {
    Path log = log(3000); // two days
    assertThat(apply(log, ALL, disk(Retention.bound(1L << 41)))).isZero();
    assertThat(apply(log, ALL, disk(1 << 20))).isEqualTo(1536);
    assertThat(sound(log).removed().orElseThrow().reason()).isEqualTo(Tombstone.Reason.SPACE);
    assertThat(apply(log, ALL, disk(0))).isZero();
  }

  @Test
  @DisplayName("a clock that runs away by a year makes nothing old")
  void clock() throws IOException {
    Path log = log(600);
    Instant[] now = {NOW};
    try (AuditLog open = LogRig.open(log)) {
      Retention retention =
          new Retention(
              open,
              LogRig.settings(log),
              new DiskStorage(),
              new LogRig.Told(),
              new RetentionRule(Duration.ofDays(90), 1L << 40),
              ROOMY,
              () -> now[0]);
      now[0] = NOW.plus(Duration.ofDays(365));
      assertThat(retention.apply()).isZero();
    }
  }

  @Test
  @DisplayName("long records go with the entries that refer to them")
  void blobs() throws IOException {
    Path log = dir.resolve("log");
    byte[] record = LogRig.bytes("{\"record\":\"" + "x".repeat(70_000) + "\"}");
    Blobs.Reference blob = Blobs.keep(log, record, new DiskStorage());
    String reference =
        "{\"schema\":\"assayer.decision.ref/1\",\"time\":\""
            + NOW.minus(Duration.ofDays(9))
            + "\",\"blob\":{\"sha256\":\""
            + blob.sha256()
            + "\",\"length\":"
            + blob.length()
            + "}}";
    try (AuditLog open = LogRig.open(log)) {
      LogRig.inOrder(open, List.of(reference));
      LogRig.inOrder(open, IntStream.range(1, 600).mapToObj(i -> entry(i, 600)).toList());
    }
    assertThat(apply(log, age(300), ROOMY)).isEqualTo(256);
    assertThat(log.resolve(blob.file())).doesNotExist();
    var _ = sound(log);
  }

  /** The process ends at the n-th thing that retention asks of the disk. */
  private static final class Ending implements Storage {
    private final DiskStorage disk = new DiskStorage();
    private int left;

    Ending(int left) {
      this.left = left;
    }

    private void step() throws IOException {
      if (left-- <= 0) {
        throw new IOException("the process ended here");
      }
    }

    @Override
    public void folder(Path folder) throws IOException {
      step();
      disk.folder(folder);
    }

    @Override
    public void put(Path file, byte[] content) throws IOException {
      step();
      disk.put(file, content);
    }

    @Override
    public void sync(Path folder) throws IOException {
      step();
      disk.sync(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      disk.delete(file);
    }

    @Override
    public Appending create(Path file) throws IOException {
      step();
      return disk.create(file);
    }
  }

  @Test
  @DisplayName("OPS-06: retention that ends at any step leaves a log that verifies and goes on")
  void crashes() throws IOException {
    Path whole = log(1500);
    boolean ended = true;
    for (int steps = 0; ended; steps++) {
      Path log = LogRig.copy(whole, dir.resolve("crashed-" + steps).resolve("log"));
      Files.copy(LogRig.key(whole), log.resolveSibling("log.key"));
      try (AuditLog open = LogRig.open(log)) {
        Retention dying = retention(open, log, new Ending(steps), age(400), ROOMY);
        ended = false;
        dying.apply();
      } catch (IOException crash) {
        ended = true;
      }
      var _ = sound(log);
      var _ = apply(log, age(400), ROOMY);
      assertThat(sound(log).removed().orElseThrow().first()).as("%d steps", steps).isEqualTo(1024);
      assertThat(log.resolve("tile/entries/003")).doesNotExist();
    }
  }

  @Test
  @DisplayName("OPS-04: a full disk stops retention with its reason, and it goes on later")
  void full() throws IOException {
    Path log = log(1500);
    Storage noRoom =
        new Storage() {
          private final DiskStorage disk = new DiskStorage();

          @Override
          public void folder(Path folder) throws IOException {
            disk.folder(folder);
          }

          @Override
          public void put(Path file, byte[] content) throws IOException {
            throw new IOException("No space left on device");
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
            return disk.create(file);
          }
        };
    try (AuditLog open = LogRig.open(log)) {
      assertThatThrownBy(() -> retention(open, log, noRoom, age(400), ROOMY).apply())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");
      assertThat(retention(open, log, new DiskStorage(), age(400), ROOMY).apply()).isEqualTo(1024);
    }
    assertThat(sound(log).removed()).isPresent();
  }
}
