package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Says how checkpoints that others keep stand to a log, from its tiles. */
public final class LogProver {
  private final LogReader log;
  private final LogKey key;
  private final SignatureVerifier verifier;
  private final Checkpoint head;

  LogProver(LogReader log, LogKey key, SignatureVerifier verifier, Checkpoint head) {
    this.log = log;
    this.key = key;
    this.verifier = verifier;
    this.head = head;
  }

  /** How a checkpoint stands to this log. */
  public sealed interface Standing {
    /** The log goes on from it. */
    record Before() implements Standing {}

    /** It is none that this log signed: it says nothing. */
    record Foreign(String why) implements Standing {}

    /** This log signed it, and is shorter or another now; {@code why} is one clause. */
    record Contradicts(String why) implements Standing {}
  }

  /** How a checkpoint that was kept elsewhere stands to the log. */
  public Standing standing(String text) {
    Optional<SignedNote> note = SignedNote.read(text.getBytes(StandardCharsets.UTF_8));
    Optional<Checkpoint> kept = note.flatMap(found -> Checkpoint.of(found.text()));
    if (kept.isEmpty()) {
      return new Standing.Foreign("it is no checkpoint");
    }
    if (!kept.get().origin().equals(head.origin())) {
      return new Standing.Foreign("it is of " + kept.get().origin());
    }
    if (note.get().judge(List.of(key), verifier) instanceof SignedNote.Judged.Bad(String why)) {
      return new Standing.Foreign(why);
    }
    return follows(kept.get());
  }

  private Standing follows(Checkpoint kept) {
    if (kept.size() > head.size()) {
      return new Standing.Contradicts(
          "the log has "
              + head.size()
              + " entries, but a checkpoint over "
              + kept.size()
              + " was published: entries were removed, or the log was put back");
    }
    try {
      Hash root = kept.size() == 0 ? Hash.OF_NOTHING : log.tree(head.size()).over(0, kept.size());
      return root.equals(kept.root())
          ? new Standing.Before()
          : new Standing.Contradicts(
              "its first "
                  + kept.size()
                  + " entries are not those that a published checkpoint was signed over: the log"
                  + " was rewritten");
    } catch (UncheckedIOException unreadable) {
      return new Standing.Contradicts(
          "the checkpoint of size "
              + kept.size()
              + " cannot be compared: "
              + unreadable.getCause());
    }
  }

  /** The proof that this log goes on from a tree of that size (RFC 6962 section 2.1.2). */
  List<Hash> consistency(long from) {
    return from == 0 || from == head.size()
        ? List.of()
        : Proofs.consistency(from, head.size(), log.tree(head.size()));
  }
}
