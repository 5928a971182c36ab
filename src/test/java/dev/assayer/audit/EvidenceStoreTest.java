package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.audit.LogObserver.Keeping;
import dev.assayer.crypto.Sha;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.PolicyFacts;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of evidence, and that no decision waits or falls for it. */
class EvidenceStoreTest {
  private static final long PLENTY = 1 << 20;

  private final LogRig.Told told = new LogRig.Told();

  @TempDir private Path log;

  static Evidence file(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Evidence("default", "root", 1, Sha.sha256Hex(bytes), bytes);
  }

  static Decision decision(Evidence policy) {
    return decision(policy, "n");
  }

  static Decision decision(Evidence policy, String namespace) {
    return new Decision(
            "id",
            Instant.EPOCH,
            1,
            Duration.ZERO,
            Duration.ZERO,
            new Decision.Service("0.1.0", "c", "r"),
            new Decision.Request(
                "u",
                "c",
                "mutate",
                "CREATE",
                "v1",
                "Pod",
                namespace,
                "p",
                Optional.empty(),
                false,
                "x",
                List.of()),
            Outcome.ALLOWED,
            Verdict.NOT_APPLICABLE,
            Reason.NO_IMAGES,
            "",
            Mode.ENFORCE,
            "sha256:a",
            "sha256:b",
            1,
            Optional.empty(),
            List.of(),
            List.of())
        .under(new PolicyFacts("", "", Optional.of(policy)));
  }

  private static Set<String> keep(EvidenceStore store, Evidence file) {
    return store.keep(decision(file), Deadline.after(Duration.ofSeconds(20)));
  }

  @Test
  void aFileIsWrittenOnceAndFoundAgainAfterARestart() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    Evidence file = file("root 1");
    EvidenceStore store = EvidenceStore.open(log, new Counting(puts), PLENTY, told);
    IntStream.range(0, 50)
        .parallel()
        .forEach(_ -> assertThat(keep(store, file)).containsExactly(file.sha256()));
    assertThat(puts).hasValue(1);
    assertThat(told.evidence)
        .hasSize(50)
        .containsOnlyOnce(Keeping.KEPT)
        .containsOnly(Keeping.KEPT, Keeping.KNOWN);
    assertThat(store.bytes()).isEqualTo(file.content().length);
    EvidenceStore again = EvidenceStore.open(log, new Counting(puts), PLENTY, told);
    assertThat(keep(again, file)).containsExactly(file.sha256());
    assertThat(puts).hasValue(1);
    assertThat(EvidenceStore.read(log, file.sha256()).orElseThrow())
        .isInstanceOfSatisfying(
            EvidenceStore.Found.Whole.class,
            whole -> assertThat(whole.content()).isEqualTo(file.content()));
  }

  @Test
  @DisplayName("a file that was altered while nobody looked is written anew, not named as kept")
  void alteredWhileDown() throws IOException {
    Evidence file = file("root 1");
    keep(EvidenceStore.open(log, new DiskStorage(), PLENTY, told), file);
    Path there = log.resolve(EvidenceStore.file(file.sha256()));
    Files.writeString(there, "root 2");
    assertThat(EvidenceStore.read(log, file.sha256()).orElseThrow())
        .isInstanceOf(EvidenceStore.Found.Altered.class);
    assertThat(keep(EvidenceStore.open(log, new DiskStorage(), PLENTY, told), file)).isNotEmpty();
    assertThat(there).hasContent("root 1");
  }

  @Test
  @DisplayName(
      "OPS-04: at the bound nothing more is kept and the record says so; what is there stays")
  void bounded() throws IOException {
    EvidenceStore store = EvidenceStore.open(log, new DiskStorage(), 10, told);
    assertThat(keep(store, file("123456"))).isNotEmpty();
    assertThat(keep(store, file("1234567"))).isEmpty();
    assertThat(keep(store, file("123456"))).isNotEmpty();
    assertThat(keep(store, file("12345"))).as("for a while nothing is tried").isEmpty();
    assertThat(told.evidence)
        .containsExactly(Keeping.KEPT, Keeping.FULL, Keeping.KNOWN, Keeping.FULL);
    EvidenceStore again = EvidenceStore.open(log, new DiskStorage(), 10, told);
    assertThat(keep(again, file("1234567"))).isEmpty();
    assertThat(DecisionRecord.line(decision(file("1234567"))))
        .contains("\"length\":7,\"kept\":false");
  }

  @Test
  @DisplayName("OPS-04: a full disk: the decision is recorded without evidence, and is not held up")
  void fullDisk() throws IOException {
    EvidenceStore store = EvidenceStore.open(log, new Failing(), PLENTY, told);
    assertThat(keep(store, file("a"))).isEmpty();
    assertThat(keep(store, file("b"))).isEmpty();
    assertThat(told.evidence).containsExactly(Keeping.FAILED, Keeping.FAILED);
  }

  @Test
  @DisplayName("a disk that hangs takes half of the time that is left, never all of it")
  void hangingDisk() throws IOException {
    CountDownLatch free = new CountDownLatch(1);
    EvidenceStore store = EvidenceStore.open(log, new Hanging(free), PLENTY, told);
    Deadline deadline = Deadline.after(Duration.ofSeconds(2));
    assertThat(store.keep(decision(file("a")), deadline)).isEmpty();
    assertThat(deadline.remaining()).isPositive();
    assertThat(told.evidence).containsExactly(Keeping.LATE);
    free.countDown();
    assertThat(keep(store, file("a"))).hasSize(1);
  }

  @Test
  @DisplayName("what a crash left half written is removed, and never counted")
  void halfWritten() throws IOException {
    Evidence file = file("root 1");
    Path there = log.resolve(EvidenceStore.file(file.sha256()));
    Files.createDirectories(there.getParent());
    Path torn = Files.writeString(there.resolveSibling(file.sha256() + ".tmp"), "ro");
    EvidenceStore store = EvidenceStore.open(log, new DiskStorage(), 6, told);
    assertThat(torn).doesNotExist();
    assertThat(keep(store, file)).isNotEmpty();
  }

  @Test
  @DisplayName("no name outside the store is ever read")
  void namesOfFiles() throws IOException {
    Files.writeString(log.resolve("secret"), "s");
    for (String name : List.of("../../secret", "", "ab", "A".repeat(64), "0".repeat(63) + "/")) {
      assertThat(EvidenceStore.read(log, name)).isEmpty();
    }
  }

  /** The disk, with something before each file. */
  private abstract static class Faulty implements Storage {
    private final DiskStorage disk = new DiskStorage();

    abstract void before() throws IOException;

    @Override
    public void folder(Path folder) throws IOException {
      disk.folder(folder);
    }

    @Override
    public void put(Path file, byte[] content) throws IOException {
      before();
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
      return disk.create(file);
    }
  }

  private static final class Counting extends Faulty {
    private final AtomicInteger puts;

    Counting(AtomicInteger puts) {
      this.puts = puts;
    }

    @Override
    void before() {
      puts.incrementAndGet();
    }
  }

  private static final class Failing extends Faulty {
    @Override
    void before() throws IOException {
      throw new IOException("No space left on device");
    }
  }

  private static final class Hanging extends Faulty {
    private final CountDownLatch free;

    Hanging(CountDownLatch free) {
      this.free = free;
    }

    @Override
    void before() throws IOException {
      try {
        free.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }
  }
}
