package dev.assayer.audit;

import static dev.assayer.audit.Damage.Kind.ROLLED_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of what somebody with the disk, and without the key, may do to a log. */
class TamperingsTest {
  private static final int SIZE = 1100;
  private static final int OLDER = 1000;
  private static final int LONG = 5;

  @TempDir private static Path shared;
  @TempDir private Path dir;

  @BeforeAll
  static void make() throws IOException {
    Path log = shared.resolve("log");
    byte[] record = LogRig.bytes("{\"record\":\"" + "x".repeat(70_000) + "\"}");
    Blobs.Reference blob = Blobs.keep(log, record, new DiskStorage());
    String reference =
        "{\"schema\":\"assayer.decision.ref/1\",\"blob\":{\"sha256\":\""
            + blob.sha256()
            + "\",\"length\":"
            + blob.length()
            + "}}";
    fill(log, LogRig.ORIGIN, number -> number == LONG ? reference : LogRig.entry(number), 0, OLDER);
    LogRig.copy(log, shared.resolve("older"));
    fill(log, LogRig.ORIGIN, LogRig::entry, OLDER, SIZE);
    Path replica = shared.resolve("replica");
    fill(replica, "assayer/test/replica-1", number -> LogRig.entry(5000 + number), 0, SIZE);
    Path impostor = shared.resolve("elsewhere").resolve("impostor");
    Files.createDirectories(impostor);
    fill(impostor, LogRig.ORIGIN, number -> LogRig.entry(7000 + number), 0, SIZE);
    LogRig.copy(impostor, shared.resolve("impostor"));
  }

  private static void fill(Path log, String origin, IntFunction<String> entry, int from, int to) {
    LogSettings settings =
        new LogSettings(log, origin, Optional.of(LogRig.key(log)), false, LogRig.QUICK);
    try (AuditLog open = AuditLog.open(settings, new LogRig.Told())) {
      LogRig.inOrder(open, IntStream.range(from, to).mapToObj(entry).toList());
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  static List<Tampering> cases() {
    return Stream.concat(EntryTamperings.all().stream(), TreeTamperings.all().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void found(Tampering tampering) throws IOException {
    Path folder = LogRig.copy(shared.resolve("log"), dir.resolve("log"));
    Files.copy(LogRig.key(shared.resolve("log")), folder.resolveSibling("log.key"));
    tampering.deed().on(new TamperedLog(folder, shared));
    VerifyResult result = LogRig.verify(folder);
    assertThat(result).isInstanceOf(VerifyResult.Damaged.class);
    Damage first = ((VerifyResult.Damaged) result).damages().getFirst();
    assertThat(first.place()).as(first.text()).isEqualTo(tampering.place());
    assertThat(first.kind()).as(first.text()).isEqualTo(tampering.kind());
  }

  @Test
  @DisplayName("OPS-05: the table has more than fifty, and the log before them verifies")
  void table() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(50);
    Path folder = LogRig.copy(shared.resolve("log"), dir.resolve("log"));
    Files.copy(LogRig.key(shared.resolve("log")), folder.resolveSibling("log.key"));
    assertThat(LogRig.verify(folder)).isInstanceOf(VerifyResult.Sound.class);
  }

  @Test
  @DisplayName("OPS-05: the whole log put back to an older state is found by a kept checkpoint")
  void putBack() throws IOException {
    Path folder = LogRig.copy(shared.resolve("older"), dir.resolve("log"));
    Files.copy(LogRig.key(shared.resolve("log")), folder.resolveSibling("log.key"));
    assertThat(LogRig.verify(folder)).isInstanceOf(VerifyResult.Sound.class);
    assertThat(LogRig.verify(folder, shared.resolve("log").resolve("checkpoint")))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged -> {
              Damage first = damaged.damages().getFirst();
              assertThat(first.place()).isEqualTo("entry 1000");
              assertThat(first.kind()).isEqualTo(ROLLED_BACK);
            });
  }
}
