package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a log was when its last writer ended, however it ended: the tree under the last signed
 * checkpoint, and what the journal holds behind it. Nothing is changed.
 *
 * @param signed the last signed head
 * @param note the bytes of its note
 * @param tree the tree of that size
 * @param bundle the entries of its partial bundle
 * @param replayed entries behind it
 * @param journal the files they came from
 * @param torn bytes of a write that a crash cut off, which nobody was told was done
 */
record Recovery(
    Checkpoint signed,
    String note,
    Frontier tree,
    List<byte[]> bundle,
    List<byte[]> replayed,
    List<Path> journal,
    long torn) {

  /**
   * Reads a log; empty if there is none yet.
   *
   * @throws LogUnusable if it is not the log of this key, was damaged, or goes on otherwise than it
   *     was signed
   */
  static Optional<Recovery> of(LogReader log, LogKey key, SignatureVerifier verifier)
      throws IOException, LogUnusable {
    Optional<byte[]> bytes = log.checkpoint();
    List<Path> journal = JournalReader.files(log.folder());
    if (bytes.isEmpty()) {
      if (log.has("tile") || !journal.isEmpty()) {
        throw unusable(log, "there are entries but no " + Tile.CHECKPOINT);
      }
      return Optional.empty();
    }
    Checkpoint signed = signed(log, bytes.get(), key, verifier);
    List<List<Hash>> partial = partial(log, signed.size());
    Frontier tree = new Frontier(signed.size(), partial);
    if (!tree.root().equals(signed.root())) {
      throw unusable(log, "its last tiles do not make the root that is signed");
    }
    List<Hash> edge = partial.isEmpty() ? List.of() : partial.getFirst();
    List<byte[]> bundle = bundle(log, signed.size(), edge);
    List<byte[]> replayed = new ArrayList<>();
    long torn = replay(log, journal, signed.size(), replayed);
    return Optional.of(
        new Recovery(
            signed,
            new String(bytes.get(), StandardCharsets.UTF_8),
            tree,
            bundle,
            replayed,
            journal,
            torn));
  }

  /**
   * Compares with checkpoints that were kept elsewhere; those of other logs say nothing.
   *
   * @throws LogUnusable if this log does not go on from one of its own
   */
  void goesOnFrom(List<String> kept, LogReader log, LogKey key, LogObserver observer)
      throws LogUnusable {
    LogProver prover = new LogProver(log, key, SignatureVerifier.create(), signed);
    for (String text : kept) {
      if (prover.standing(text) instanceof LogProver.Standing.Contradicts(String why)) {
        observer.tampered(); // who may serve without it does so, but not unseen
        throw unusable(log, why);
      }
    }
  }

  private static Checkpoint signed(
      LogReader log, byte[] bytes, LogKey key, SignatureVerifier verifier) throws LogUnusable {
    SignedNote note =
        SignedNote.read(bytes)
            .orElseThrow(() -> unusable(log, Tile.CHECKPOINT + " is no signed note"));
    Checkpoint head =
        Checkpoint.of(note.text())
            .orElseThrow(() -> unusable(log, Tile.CHECKPOINT + " is no checkpoint"));
    if (!head.origin().equals(key.name())) {
      throw changed(
          log,
          "audit_log_name_changed",
          "it is the log " + head.origin() + ", and this process writes " + key.name(),
          "If the name of the cluster or of the replica was changed by mistake, change it back.");
    }
    if (note.signatures().stream().noneMatch(signed -> signed.keyId() == key.id())) {
      throw changed(
          log,
          "audit_log_key_changed",
          "it is signed by "
              + note.signatures().stream().map(SignedNote.Signed::keyName).toList()
              + ", and the key of this process is "
              + key.text(),
          "If audit.keyFile was changed by mistake, give the old key back.");
    }
    if (note.judge(List.of(key), verifier) instanceof SignedNote.Judged.Bad(String why)) {
      throw unusable(log, why);
    }
    return head;
  }

  /** A log is of one name and one key for good: whoever verifies it later knows no other. */
  private static LogUnusable changed(LogReader log, String code, String what, String otherwise) {
    return new LogUnusable(
        code
            + ": the audit log in "
            + log.folder()
            + " is not continued: "
            + what
            + ". "
            + otherwise
            + " If it was meant, keep this folder and give an empty one (docs/audit.md, Another key"
            + " or name)");
  }

  private static List<List<Hash>> partial(LogReader log, long size)
      throws IOException, LogUnusable {
    List<List<Hash>> levels = new ArrayList<>();
    for (int level = 0; Tile.count(level, size) > 0; level++) {
      int width = Tile.partialWidth(level, size);
      long index = Tile.count(level, size) / Tile.WIDTH;
      if (width == 0) {
        levels.add(List.of());
        continue;
      }
      String name = Tile.hashes(level, index, width);
      levels.add(
          log.tile(level, index, width)
              .orElseThrow(() -> unusable(log, name + " is missing or has a wrong length")));
    }
    return levels;
  }

  private static List<byte[]> bundle(LogReader log, long size, List<Hash> edge)
      throws IOException, LogUnusable {
    if (edge.isEmpty()) {
      return List.of();
    }
    long index = size / Tile.WIDTH;
    List<byte[]> entries =
        log.bundle(index, edge.size())
            .flatMap(found -> found.exactly(edge.size()))
            .orElseThrow(
                () -> unusable(log, Tile.entries(index, edge.size()) + " is missing or cut"));
    for (int i = 0; i < entries.size(); i++) {
      if (!Hash.leaf(entries.get(i)).equals(edge.get(i))) {
        throw unusable(log, "entry " + (index * Tile.WIDTH + i) + " was altered");
      }
    }
    return entries;
  }

  /** Adds the entries behind this size; the number of torn bytes. */
  private static long replay(LogReader log, List<Path> journal, long size, List<byte[]> replayed)
      throws IOException, LogUnusable {
    long torn = 0;
    for (int i = 0; i < journal.size(); i++) {
      Path file = journal.get(i);
      Optional<JournalReader.Contents> read = JournalReader.read(file);
      if (read.isEmpty()) {
        continue;
      }
      JournalReader.Contents contents = read.get();
      for (Frame frame : contents.frames()) {
        if (frame.signed() > size) {
          throw unusable(
              log,
              "its checkpoint is of size "
                  + size
                  + ", but one of size "
                  + frame.signed()
                  + " was signed: an older one was put in its place");
        }
        replay(log, frame, size, replayed);
      }
      boolean last = i == journal.size() - 1;
      boolean needed =
          last ? contents.damaged() : contents.torn() > 0 && first(journal.get(i + 1)) > size;
      if (needed) {
        throw unusable(log, file + " was damaged at byte " + contents.whole());
      }
      torn += last ? contents.torn() : 0;
    }
    return torn;
  }

  private static void replay(LogReader log, Frame frame, long size, List<byte[]> replayed)
      throws LogUnusable {
    for (int i = 0; i < frame.entries().size(); i++) {
      long index = frame.first() + i;
      long expected = size + replayed.size();
      if (index > expected) {
        throw unusable(log, "its journal lacks the entries " + expected + " to " + (index - 1));
      }
      if (index == expected) {
        replayed.add(frame.entries().get(i));
      }
    }
  }

  private static long first(Path file) {
    return Long.parseLong(String.valueOf(file.getFileName()));
  }

  private static LogUnusable unusable(LogReader log, String why) {
    return new LogUnusable(
        "the audit log in "
            + log.folder()
            + " cannot be continued: "
            + why
            + ". Keep this folder as evidence (assayer audit verify says more), and begin a new"
            + " log in an empty one");
  }
}
