package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The head of a log as a signed note says it. */
sealed interface SignedHead {
  /**
   * Signed by a trusted key of the log that it is of.
   *
   * @param text the note as it is
   */
  record Good(Checkpoint head, LogKey by, String text) implements SignedHead {}

  /** Not to be believed; {@code why} is a clause. */
  record Bad(String why) implements SignedHead {}

  /** Judges a note by these keys. */
  static SignedHead of(byte[] checkpoint, List<LogKeys.Found> keys, SignatureVerifier verifier) {
    Optional<SignedNote> note = SignedNote.read(checkpoint);
    Optional<Checkpoint> head = note.flatMap(found -> Checkpoint.of(found.text()));
    if (head.isEmpty()) {
      return new Bad("there is no signed checkpoint");
    }
    String origin = head.get().origin();
    List<LogKey> trusted = keys.stream().flatMap(key -> named(key, origin).stream()).toList();
    return switch (note.get().judge(trusted, verifier)) {
      case SignedNote.Judged.Bad(String why) -> new Bad("the checkpoint: " + why);
      case SignedNote.Judged.Good(LogKey by) when !by.name().equals(origin) ->
          new Bad("the checkpoint of " + origin + " is signed by the key of " + by.name());
      case SignedNote.Judged.Good(LogKey by) ->
          new Good(head.get(), by, new String(checkpoint, StandardCharsets.UTF_8));
    };
  }

  private static Optional<LogKey> named(LogKeys.Found key, String origin) {
    return switch (key) {
      case LogKeys.Found.Key(VerificationKey plain) -> Optional.of(new LogKey(origin, plain));
      case LogKeys.Found.Named(LogKey named) -> Optional.of(named);
      case LogKeys.Found.Nothing _ -> Optional.empty();
    };
  }
}
