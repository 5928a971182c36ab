package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * That an entry is under a signed checkpoint: verified here, and to be verified by others.
 *
 * @param head the signed head
 * @param key the key that signed it
 * @param index the entry
 * @param leaf its hash
 * @param path the hashes beside its way to the root, from below
 * @param checkpoint the signed head as text, with its signatures
 * @param entry the entry; nobody changes it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record InclusionProof(
    Checkpoint head,
    LogKey key,
    long index,
    Hash leaf,
    List<Hash> path,
    String checkpoint,
    byte[] entry) {

  /** A proof, or why there is none. */
  public sealed interface Result {
    /** It holds. */
    record Proven(InclusionProof proof) implements Result {}

    /** It cannot be made, or does not hold; {@code why} is a clause. */
    record Unproven(String why) implements Result {}
  }

  /** Proves the entry at this index with the tiles of a log and these keys. */
  public static Result of(Path directory, long index, List<LogKeys.Found> keys) {
    LogReader log = new LogReader(directory);
    SignatureVerifier verifier = SignatureVerifier.create();
    try {
      Optional<byte[]> checkpoint = log.checkpoint();
      if (checkpoint.isEmpty()) {
        return new Result.Unproven("there is no signed checkpoint");
      }
      return switch (SignedHead.of(checkpoint.get(), keys, verifier)) {
        case SignedHead.Bad(String why) -> new Result.Unproven(why);
        case SignedHead.Good signed -> made(log, signed, index, verifier);
      };
    } catch (IOException | UncheckedIOException unreadable) {
      return new Result.Unproven("the log cannot be read: " + unreadable.getMessage());
    }
  }

  /**
   * Verifies a proof that came from elsewhere.
   *
   * @param checkpoint a signed head
   * @param path the hashes beside the way of the entry, from below
   */
  static Result given(
      byte[] checkpoint, List<LogKeys.Found> keys, long index, byte[] entry, List<Hash> path) {
    return switch (SignedHead.of(checkpoint, keys, SignatureVerifier.create())) {
      case SignedHead.Bad(String why) -> new Result.Unproven(why);
      case SignedHead.Good(Checkpoint head, LogKey by, String text) ->
          proven(new InclusionProof(head, by, index, Hash.leaf(entry), path, text, entry));
    };
  }

  private static Result proven(InclusionProof proof) {
    return Proofs.includes(
            proof.leaf(), proof.index(), proof.path(), proof.head().size(), proof.head().root())
        ? new Result.Proven(proof)
        : new Result.Unproven(
            "entry " + proof.index() + " is not what the checkpoint was signed over");
  }

  private static Result made(
      LogReader log, SignedHead.Good signed, long index, SignatureVerifier verifier)
      throws IOException {
    Checkpoint head = signed.head();
    if (index < 0 || index >= head.size()) {
      return new Result.Unproven("no checkpoint covers entry " + index + " yet");
    }
    int width = (int) Math.min(Tile.WIDTH, head.size() - index / Tile.WIDTH * Tile.WIDTH);
    List<byte[]> entries =
        log.bundle(index / Tile.WIDTH, width).map(Bundle.Entries::whole).orElse(List.of());
    int at = (int) (index % Tile.WIDTH);
    if (at >= entries.size()) {
      return new Result.Unproven(
          index < RemovalCheck.of(log, head, Optional.of(signed.by()), verifier).firstKept()
              ? "entry " + index + " was removed by retention"
              : "entry " + index + " is missing");
    }
    byte[] entry = entries.get(at);
    List<Hash> path = Proofs.inclusion(index, head.size(), log.tree(head.size()));
    return proven(
        new InclusionProof(head, signed.by(), index, Hash.leaf(entry), path, signed.text(), entry));
  }
}
