package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decision is found by its id without reading the log. */
class FindRecordTest {
  @TempDir private Path dir;

  private static String id(long millis, int number) {
    String time = String.format(Locale.ROOT, "%012x", millis);
    return time.substring(0, 8)
        + "-"
        + time.substring(8)
        + String.format(Locale.ROOT, "-7000-8000-%012x", number);
  }

  private static byte[] record(String schema, String id) {
    return LogRig.bytes("{\"schema\":\"" + schema + "\",\"record_id\":\"" + id + "\"}");
  }

  /** A log of these entries in this order. */
  private Path log(List<byte[]> entries) throws Exception {
    Path log = dir.resolve("log");
    LogSettings settings =
        new LogSettings(log, LogRig.ORIGIN, Optional.of(LogRig.key(log)), false, LogRig.QUICK);
    try (AuditLog open = AuditLog.open(settings, new LogRig.Told())) {
      for (byte[] entry : entries) {
        assertThat(LogRig.append(open, new String(entry, StandardCharsets.UTF_8)))
            .isInstanceOf(AppendResult.Written.class);
      }
    }
    return log;
  }

  private static List<byte[]> minutes(int count) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(record(DecisionRecord.SCHEMA, id(60_000L * i, i)));
    }
    return entries;
  }

  private static Optional<LogRecords.Found> find(Path log, String id) throws IOException {
    return LogRecords.of(log).orElseThrow().find(id);
  }

  @Test
  @DisplayName("of 2,000 decisions each is found, also with all far bundles gone")
  void onlyTheNeighbourhoodIsRead() throws Exception {
    Path log = log(minutes(2000));
    for (int i = 0; i < 2000; i += 111) {
      assertThat(find(log, id(60_000L * i, i)).orElseThrow().index()).isEqualTo(i);
    }
    // The bundles that a binary search for entry 1950 passes stay; those it has no need of go.
    for (String far : List.of("000", "001", "002")) {
      Files.delete(log.resolve("tile/entries/" + far));
    }
    assertThat(find(log, id(60_000L * 1950, 1950)).orElseThrow().index()).isEqualTo(1950);
  }

  @Test
  @DisplayName("a clock that went back hides no decision, and an unknown id is none")
  void clockWentBack() throws Exception {
    List<byte[]> entries = minutes(900);
    String early = id(1, 7);
    entries.add(700, record(DecisionRecord.SCHEMA, early));
    Path log = log(entries);
    assertThat(find(log, early).orElseThrow().index()).isEqualTo(700);
    assertThat(find(log, id(60_000L * 300, 12))).isEmpty();
    assertThat(find(log, "no uuid")).isEmpty();
  }

  @Test
  @DisplayName("the withdrawal of a decision is seen, and not that of another")
  void withdrawn() throws Exception {
    List<byte[]> entries = minutes(600);
    entries.add(330, record(DecisionRecord.WITHDRAWN_SCHEMA, id(60_000L * 300, 300)));
    Path log = log(entries);
    assertThat(find(log, id(60_000L * 300, 300)).orElseThrow().withdrawn()).isTrue();
    assertThat(find(log, id(60_000L * 301, 301)).orElseThrow().withdrawn()).isFalse();
  }

  private static ProvenRecord.Result prove(Path log, String id) {
    return ProvenRecord.find(log, id, List.of(LogKeys.read(LogRig.key(log))));
  }

  @Test
  @DisplayName("that a decision was taken back is proven too, from the log and from one file")
  void provenWithdrawal() throws Exception {
    List<byte[]> entries = minutes(600);
    String taken = id(60_000L * 300, 300);
    entries.add(330, record(DecisionRecord.WITHDRAWN_SCHEMA, taken));
    Path log = log(entries);
    ProvenRecord found = ((ProvenRecord.Result.Proven) prove(log, taken)).found();
    assertThat(found.withdrawal().orElseThrow().index()).isEqualTo(330);
    ProofBundle bundle = ProofBundle.of(taken, found, Map.of());
    Path file = dir.resolve("proof.json");
    bundle.write(file);
    assertThat(ProofBundle.read(file)).isEqualTo(new ProofBundle.Result.Read(bundle));
    List<LogKeys.Found> keys = List.of(LogKeys.read(LogRig.key(log)));
    assertThat(((ProvenRecord.Result.Proven) bundle.record(keys)).found().withdrawn()).isTrue();
  }

  @Test
  @DisplayName("an entry overwritten by a withdrawal takes no decision back: nothing is proven")
  void forgedWithdrawal() throws Exception {
    String admitted = id(60_000L * 20, 20);
    Path log = log(minutes(100));
    assertThat(prove(log, admitted)).isInstanceOf(ProvenRecord.Result.Proven.class);
    Path bundle = log.resolve(Tile.entries(0, 100));
    List<byte[]> entries = new ArrayList<>(Bundle.read(Files.readAllBytes(bundle)).whole());
    entries.set(25, record(DecisionRecord.WITHDRAWN_SCHEMA, admitted));
    Files.write(bundle, Bundle.of(entries));
    assertThat(prove(log, admitted)).isInstanceOf(ProvenRecord.Result.Unproven.class);
  }

  @Test
  @DisplayName("an earlier withdrawal of another decision in a bundle takes nothing back")
  void withdrawalOfAnother() throws Exception {
    List<byte[]> entries = minutes(40);
    String one = id(60_000L * 10, 10);
    String other = id(60_000L * 11, 11);
    entries.add(20, record(DecisionRecord.WITHDRAWN_SCHEMA, one));
    Path log = log(entries);
    ProvenRecord taken = ((ProvenRecord.Result.Proven) prove(log, one)).found();
    ProvenRecord kept = ((ProvenRecord.Result.Proven) prove(log, other)).found();
    ProvenRecord mixed =
        new ProvenRecord(kept.proof(), kept.longRecord(), kept.record(), taken.withdrawal());
    assertThat(
            ProofBundle.of(other, mixed, Map.of()).record(List.of(LogKeys.read(LogRig.key(log)))))
        .isInstanceOf(ProvenRecord.Result.Unproven.class);
  }

  @Test
  @DisplayName("a proof of each entry while the log is written, as the operator page asks for it")
  void proofsWhileItIsWritten() throws Exception {
    Path log = dir.resolve("live");
    try (AuditLog open = LogRig.open(log)) {
      Thread writer = Thread.ofVirtual().start(() -> LogRig.fill(open, 0, 1500));
      long proven = 0;
      while (writer.isAlive() || proven == 0) {
        long size = open.signed();
        if (size > 0) {
          assertThat(DecisionLog.prove(log, open.key(), size / 2))
              .isInstanceOf(InclusionProof.Result.Proven.class);
          proven++;
        }
      }
      writer.join();
      assertThat(DecisionLog.prove(log, open.key(), 5000))
          .isInstanceOf(InclusionProof.Result.Unproven.class);
      assertThat(DecisionLog.prove(log, open.key(), -1))
          .isInstanceOf(InclusionProof.Result.Unproven.class);
    }
    try (Stream<Path> files = Files.list(log)) {
      assertThat(files).isNotEmpty();
    }
  }
}
