package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells what retention has removed from what somebody else has: by the signed tombstone, and by the
 * entry that announced it, which the tree holds.
 */
final class RemovalCheck {
  private final Optional<Tombstone> stated;
  private final boolean isThere;
  private final List<Damage> damages;

  private RemovalCheck(Optional<Tombstone> stated, boolean isThere, List<Damage> damages) {
    this.stated = stated;
    this.isThere = isThere;
    this.damages = damages;
  }

  /**
   * Reads the tombstone of a log.
   *
   * @param by the key that signed the log's checkpoint; a tombstone is signed by the same
   */
  static RemovalCheck of(
      LogReader log, Checkpoint head, Optional<LogKey> by, SignatureVerifier verifier)
      throws IOException {
    Optional<byte[]> bytes = log.tombstone();
    List<Damage> damages = new ArrayList<>();
    if (bytes.isEmpty() || by.isEmpty()) {
      return new RemovalCheck(Optional.empty(), bytes.isPresent(), damages);
    }
    Optional<SignedNote> note = SignedNote.read(bytes.get());
    Optional<Tombstone> found = note.flatMap(one -> Tombstone.of(one.text()));
    if (found.isEmpty()) {
      damages.add(damage(Damage.Kind.ALTERED, "it is no signed statement about removed entries"));
    } else if (!found.get().origin().equals(head.origin())) {
      damages.add(damage(Damage.Kind.MOVED, "it belongs to the log " + found.get().origin()));
    } else if (note.get().judge(List.of(by.get()), verifier)
        instanceof SignedNote.Judged.Bad(String why)) {
      damages.add(damage(Damage.Kind.FORGED, why));
    } else if (found.get().at().size() > head.size()) {
      damages.add(
          new Damage(
              Tile.CHECKPOINT,
              Damage.Kind.ROLLED_BACK,
              "it is of size "
                  + head.size()
                  + ", but the tombstone was made when one of size "
                  + found.get().at().size()
                  + " was signed"));
    }
    return new RemovalCheck(found.filter(_ -> damages.isEmpty()), true, damages);
  }

  private static Damage damage(Damage.Kind kind, String what) {
    return new Damage(Tombstone.FILE, kind, what);
  }

  /** What is wrong with the statement itself, in whatever entries there are. */
  Optional<Damage> damage() {
    return damages.stream().findFirst();
  }

  /** The checkpoint that stood when it was made. */
  Optional<Checkpoint> at() {
    return stated.map(Tombstone::at);
  }

  /** The statement, if there is one that holds. */
  Optional<Tombstone> stated() {
    return stated;
  }

  /** The first entry that must be there. */
  long firstKept() {
    return stated.map(Tombstone::first).orElse(0L);
  }

  /** What is wrong with it, now that the entries were read. */
  List<Damage> judged(TreeCheck tree) {
    List<Damage> found = new ArrayList<>(damages);
    if (!found.isEmpty()) {
      return found;
    }
    Optional<TreeCheck.Announced> announced = tree.announced();
    long last = announced.map(one -> one.says().first()).orElse(0L);
    if (stated.isPresent() && last < firstKept()) {
      found.add(
          damage(
              Damage.Kind.FORGED,
              "no entry of the log announces that those before " + firstKept() + " are removed"));
    }
    long gap = tree.firstGap().orElse(Long.MAX_VALUE);
    if (last > firstKept() && gap == firstKept()) {
      String what = "entry " + announced.get().index() + " announces one for those before " + last;
      found.add(
          isThere
              ? damage(
                  Damage.Kind.ROLLED_BACK, "it is for those before " + firstKept() + "; " + what)
              : damage(Damage.Kind.MISSING, what));
    }
    return found;
  }
}
