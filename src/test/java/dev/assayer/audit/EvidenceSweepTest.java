package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.audit.LogObserver.Keeping;
import dev.assayer.decision.Evidence;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What evidence goes after retention, and above all what stays. */
class EvidenceSweepTest extends RetentionRig {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Evidence OLD = EvidenceStoreTest.file("only old entries name it");
  private static final Evidence BOTH = EvidenceStoreTest.file("old and kept entries name it");
  private static final Evidence LAST = EvidenceStoreTest.file("the newest entry names it");
  private static final Evidence LONG = EvidenceStoreTest.file("a long record names it");

  private final LogRig.Told told = new LogRig.Told();

  private static String naming(int number, Evidence file) {
    return entry(number, 1500)
        .replace(
            "\"record_id\"",
            "\"policy\":{\"sha256\":\""
                + file.sha256()
                + "\",\"length\":24,\"kept\":true},\"record_id\"");
  }

  /** 1501 entries, of which the first 512 are removed. */
  private Path swept() throws IOException {
    Path log = dir.resolve("log");
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      entries.add(
          switch (i) {
            case 3 -> naming(i, OLD);
            case 7, 700 -> naming(i, BOTH);
            case 1499 -> naming(i, LAST);
            default -> entry(i, 1500);
          });
    }
    try (AuditLog open = LogRig.open(log)) {
      LogRig.inOrder(open, entries);
      byte[] record = naming(800, LONG).getBytes(StandardCharsets.UTF_8);
      Blobs.Reference there = Blobs.keep(log, record, new DiskStorage());
      byte[] head = DecisionRecord.reference(EvidenceStoreTest.decision(LAST), there);
      LogRig.inOrder(open, List.of(new String(head, StandardCharsets.UTF_8)));
    }
    EvidenceStore store = store(log);
    for (Evidence file : List.of(OLD, BOTH, LAST, LONG)) {
      keep(store, file);
    }
    assertThat(apply(log, age(900), ROOMY)).isEqualTo(512);
    return log;
  }

  private EvidenceStore store(Path log) throws IOException {
    return EvidenceStore.open(log, new DiskStorage(), 1 << 20, told);
  }

  private static void keep(EvidenceStore store, Evidence file) {
    assertThat(store.keep(EvidenceStoreTest.decision(file), Deadline.after(Duration.ofSeconds(20))))
        .containsExactly(file.sha256());
  }

  private static Path at(Path log, Evidence file) {
    return log.resolve(EvidenceStore.file(file.sha256()));
  }

  private static int sweep(Path log, EvidenceStore store, Duration idle) throws IOException {
    try (AuditLog open = LogRig.open(log)) {
      return new EvidenceSweep(open, new LogReader(log), store, idle).apply();
    }
  }

  @Test
  @DisplayName("only what no kept entry names goes, its room is free again, and the log verifies")
  void goes() throws IOException {
    Path log = swept();
    EvidenceStore store = store(log);
    long before = store.bytes();
    assertThat(sweep(log, store, AT_ONCE)).isEqualTo(1);
    assertThat(at(log, OLD)).doesNotExist();
    for (Evidence kept : List.of(BOTH, LAST, LONG)) {
      assertThat(at(log, kept)).exists();
    }
    assertThat(store.bytes()).isEqualTo(before - OLD.content().length);
    assertThat(sound(log).removed().orElseThrow().first()).isEqualTo(512);
    assertThat(sweep(log, store, AT_ONCE)).isZero();
    keep(store, OLD);
    assertThat(at(log, OLD)).exists();
  }

  @Test
  @DisplayName("what a decision has just asked for stays: its record is on the way")
  void onTheWay() throws IOException {
    Path log = swept();
    EvidenceStore store = store(log);
    keep(store, OLD);
    assertThat(sweep(log, store, EvidenceSweep.IDLE)).isZero();
    assertThat(store.evict(OLD.sha256(), EvidenceSweep.IDLE)).isFalse();
    assertThat(at(log, OLD)).exists();
  }

  @Test
  @DisplayName("a file that was asked for between the look at it and its removal stays")
  void askedMeanwhile() throws IOException {
    Path log = swept();
    EvidenceStore store = store(log);
    assertThat(store.idle(AT_ONCE)).contains(OLD.sha256());
    keep(store, OLD);
    assertThat(store.evict(OLD.sha256(), Duration.ofMinutes(1))).isFalse();
    assertThat(at(log, OLD)).exists();
    assertThat(told.evidence).endsWith(Keeping.KNOWN);
  }

  @Test
  @DisplayName("where kept entries cannot be read nothing is removed")
  void unreadable() throws IOException {
    Path log = swept();
    Files.delete(log.resolve("tile/entries/003"));
    EvidenceStore store = store(log);
    try (AuditLog open = LogRig.open(log)) {
      EvidenceSweep sweep = new EvidenceSweep(open, new LogReader(log), store, AT_ONCE);
      assertThatThrownBy(sweep::apply).isInstanceOf(NoSuchFileException.class);
    }
    assertThat(at(log, OLD)).exists();
  }

  @Test
  @DisplayName("a long record that is gone takes no evidence with it")
  void withoutItsRecord() throws IOException {
    Path log = swept();
    try (var files = Files.list(log.resolve("blobs/sha256"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    EvidenceStore store = store(log);
    assertThatThrownBy(() -> sweep(log, store, AT_ONCE)).isInstanceOf(NoSuchFileException.class);
    assertThat(at(log, LONG)).exists();
  }

  @Test
  @DisplayName("a tombstone that somebody else wrote frees nothing")
  void forged() throws IOException {
    Path log = swept();
    String text = Files.readString(log.resolve("tombstone"));
    assertThat(text).contains("\nfirst 512\n");
    Files.writeString(log.resolve("tombstone"), text.replace("first 512", "first 1280"));
    EvidenceStore store = store(log);
    assertThatThrownBy(() -> sweep(log, store, AT_ONCE)).isInstanceOf(NoSuchFileException.class);
    assertThat(at(log, BOTH)).exists();
  }
}
