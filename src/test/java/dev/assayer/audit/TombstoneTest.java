package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tombstone excuses what retention removed, and nothing else. */
class TombstoneTest extends RetentionRig {

  @Test
  @DisplayName("OPS-05: a bundle deleted by hand beside a tombstone is named, not excused")
  void deletedByHand() throws IOException {
    Path log = cut(2);
    Files.delete(log.resolve("tile/entries/003"));
    assertThat(first(log).text()).startsWith("entry 768: missing");
  }

  @Test
  @DisplayName("OPS-05: deleted by hand right behind what retention removed")
  void deletedBehind() throws IOException {
    Path log = cut(2);
    Files.delete(log.resolve("tile/entries/002"));
    assertThat(first(log).text()).startsWith("entry 512: missing");
  }

  @Test
  @DisplayName("OPS-05: a tombstone is edited, or signed with another key")
  void forged() throws IOException {
    Path log = cut(2);
    Path tombstone = log.resolve("tombstone");
    String signed = Files.readString(tombstone);
    Files.writeString(tombstone, signed.replace("first 512", "first 768"));
    Files.delete(log.resolve("tile/entries/002"));
    assertThat(first(log).text()).startsWith("tombstone: forged");
    Files.writeString(tombstone, "removed by the operator, trust me\n");
    assertThat(first(log).text()).startsWith("tombstone: altered");
    Path other = dir.resolve("elsewhere").resolve("log");
    Files.createDirectories(other);
    try (AuditLog open = LogRig.open(other)) {
      String text = SignedNote.read(signed.getBytes(StandardCharsets.UTF_8)).orElseThrow().text();
      Files.write(tombstone, open.sign(text));
    }
    assertThat(first(log).text()).startsWith("tombstone: forged");
  }

  @Test
  @DisplayName("OPS-05: a tombstone for more than the log announced, though validly signed")
  void tooMuch() throws IOException {
    Path log = cut(2);
    try (AuditLog open = LogRig.open(log)) {
      Tombstone more =
          new Tombstone(LogRig.ORIGIN, 768, open.published(), NOW, Tombstone.Reason.AGE);
      Files.write(log.resolve("tombstone"), open.sign(more.text()));
    }
    Files.delete(log.resolve("tile/entries/002"));
    assertThat(first(log).text()).startsWith("tombstone: forged").contains("no entry");
  }

  @Test
  @DisplayName("OPS-05: an older tombstone is put back, or the tombstone is removed")
  void older() throws IOException {
    Path log = cut(1);
    Path old = Files.copy(log.resolve("tombstone"), dir.resolve("old"));
    assertThat(apply(log, age(700), ROOMY)).isEqualTo(512);
    Files.copy(old, log.resolve("tombstone"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(first(log).text()).startsWith("tombstone: rolled back");
    Files.delete(log.resolve("tombstone"));
    assertThat(first(log).text()).startsWith("tombstone: missing").contains("announces");
  }

  @Test
  @DisplayName("OPS-05: the tombstone of another replica")
  void another() throws IOException {
    Path log = cut(2);
    try (AuditLog open = LogRig.open(dir.resolve("other-log"))) {
      Tombstone theirs =
          new Tombstone(
              "assayer/test/replica-1",
              512,
              new Checkpoint("assayer/test/replica-1", 1501, open.published().root()),
              NOW,
              Tombstone.Reason.AGE);
      Files.write(log.resolve("tombstone"), open.sign(theirs.text()));
    }
    assertThat(first(log).text()).startsWith("tombstone: moved");
  }

  @Test
  @DisplayName("OPS-05: where entries are removed, a hash tile altered or deleted is named")
  void tilesBelow() throws IOException {
    Path log = cut(2);
    Path tile = log.resolve("tile/0/001");
    byte[] bytes = Files.readAllBytes(tile);
    bytes[77] ^= 1;
    Files.write(tile, bytes);
    assertThat(first(log).text()).startsWith("tile/0/001: altered");
    Files.delete(tile);
    assertThat(first(log).text()).startsWith("tile/0/001: missing");
  }
}
