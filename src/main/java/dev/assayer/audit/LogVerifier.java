package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Verifies a log offline: the checkpoint's signature, every entry against its tile, every tile
 * against the one above, the whole against the signed root, the records that are kept as files, and
 * the journal behind the checkpoint. Memory does not grow with the log.
 */
public final class LogVerifier {
  /** A log that is written meanwhile moves on; then it is verified once more. */
  private static final int TRIES = 5;

  private static final int MOST = 20;

  private final VerifyRequest request;
  private final LogReader log;
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final List<Damage> damages = new ArrayList<>();
  private final Map<String, VerifyResult.Cosigned> cosigned = new TreeMap<>();

  private LogVerifier(VerifyRequest request) {
    this.request = request;
    log = new LogReader(request.directory());
  }

  /** Verifies a log. */
  public static VerifyResult verify(VerifyRequest request) {
    try {
      VerifyResult result = new LogVerifier(request).run();
      for (int i = 1; i < TRIES && result instanceof VerifyResult.Damaged; i++) {
        byte[] before = head(request).orElse(new byte[0]);
        VerifyResult again = new LogVerifier(request).run();
        boolean moved = !Arrays.equals(before, head(request).orElse(new byte[0]));
        if (!moved) {
          return again;
        }
        result = again;
      }
      return result;
    } catch (IOException unreadable) {
      return new VerifyResult.Unreadable(
          request.directory() + " cannot be read: " + Words.of(unreadable));
    }
  }

  private static Optional<byte[]> head(VerifyRequest request) throws IOException {
    return new LogReader(request.directory()).checkpoint();
  }

  private VerifyResult run() throws IOException {
    if (!Files.isDirectory(request.directory())) {
      return new VerifyResult.Unreadable("there is no folder " + request.directory());
    }
    // Listed before the checkpoint is read, and the journal after it: together they cover them.
    SpareFiles spare = new SpareFiles(log);
    Optional<byte[]> bytes = log.checkpoint();
    if (bytes.isEmpty()) {
      if (!log.has("tile") && JournalReader.files(request.directory()).isEmpty()) {
        return new VerifyResult.Unreadable("there is no audit log in " + request.directory());
      }
      return new VerifyResult.Damaged(
          List.of(
              new Damage(
                  Tile.CHECKPOINT,
                  Damage.Kind.MISSING,
                  "though there are entries: it was removed")));
    }
    Optional<SignedNote> note = SignedNote.read(bytes.get());
    Optional<Checkpoint> head = note.flatMap(found -> Checkpoint.of(found.text()));
    if (head.isEmpty()) {
      return new VerifyResult.Damaged(
          List.of(new Damage(Tile.CHECKPOINT, Damage.Kind.ALTERED, "it is no signed checkpoint")));
    }
    Optional<LogKey> by = signer(note.get(), head.get(), Tile.CHECKPOINT);
    by.ifPresent(_ -> cosigned(note.get(), head.get()));
    List<Checkpoint> earlier = earlier(head.get());
    request.witnesses().forEach(this::unsigned);
    RemovalCheck removal = RemovalCheck.of(log, head.get(), by, verifier);
    removal.at().ifPresent(earlier::addFirst);
    earlier.sort(Comparator.comparingLong(Checkpoint::size));
    TreeCheck tree =
        new TreeCheck(log, head.get(), earlier, removal.firstKept(), request.progress());
    TailCheck tail = new TailCheck(log, head.get().size());
    List<Damage> behind = tail.run();
    damages.addAll(behind.stream().filter(LogVerifier::isOld).toList());
    List<Damage> inTree = tree.run();
    damages.addAll(removal.judged(tree));
    damages.addAll(inTree);
    damages.addAll(behind.stream().filter(damage -> !isOld(damage)).toList());
    damages.addAll(spare.judge(head.get().size(), tail.unsigned()));
    if (by.isPresent() && damages.isEmpty()) {
      return new VerifyResult.Sound(
          head.get(),
          by.get(),
          tail.unsigned(),
          tail.torn(),
          removal.stated(),
          tree.lost(),
          List.copyOf(cosigned.values()));
    }
    return new VerifyResult.Damaged(damages.stream().limit(MOST).toList());
  }

  /** What the age of the checkpoint explains comes after it. */
  private static boolean isOld(Damage damage) {
    return damage.kind() == Damage.Kind.ROLLED_BACK;
  }

  /** Who signed a note, if somebody trusted did; else it is damage. */
  private Optional<LogKey> signer(SignedNote note, Checkpoint head, String place) {
    String name = request.origin().orElse(head.origin());
    if (!name.equals(head.origin())) {
      damages.add(
          new Damage(
              place,
              Damage.Kind.MOVED,
              "it belongs to the log " + head.origin() + " and not to " + name));
      return Optional.empty();
    }
    List<LogKey> keys =
        request.keys().stream()
            .flatMap(key ->
                switch (key) {
                  case LogKeys.Found.Key(VerificationKey plain) ->
                      List.of(new LogKey(name, plain)).stream();
                  case LogKeys.Found.Named(LogKey named) -> List.of(named).stream();
                  case LogKeys.Found.Nothing _ -> List.<LogKey>of().stream();
                })
            .toList();
    return switch (note.judge(keys, verifier)) {
      case SignedNote.Judged.Good(LogKey key) when key.name().equals(head.origin()) ->
          Optional.of(key);
      case SignedNote.Judged.Good(LogKey key) -> {
        damages.add(
            new Damage(place, Damage.Kind.FORGED, "the key " + key.name() + " has another name"));
        yield Optional.empty();
      }
      case SignedNote.Judged.Bad(String why) -> {
        damages.add(new Damage(place, Damage.Kind.FORGED, why));
        yield Optional.empty();
      }
    };
  }

  /**
   * The checkpoints that were kept elsewhere, smallest first; what is wrong with them is damage.
   */
  private List<Checkpoint> earlier(Checkpoint head) throws IOException {
    List<Checkpoint> sound = new ArrayList<>();
    for (Path file : request.earlier()) {
      byte[] bytes = Files.readAllBytes(file);
      Optional<List<KeptNotes.Note>> map = KeptNotes.inConfigMap(bytes);
      if (map.isPresent()) {
        List<KeptNotes.Note> own =
            map.get().stream().filter(note -> note.isOf(head.origin())).toList();
        if (own.isEmpty()) {
          damages.add(
              new Damage(
                  file.toString(),
                  Damage.Kind.MISSING,
                  "it holds no checkpoint of the log " + head.origin()));
        }
        own.forEach(note -> earlier(head, file + " " + note.name(), note.bytes(), sound));
      } else {
        earlier(head, file.toString(), bytes, sound);
      }
    }
    Optional<byte[]> cosigned = log.cosigned();
    cosigned.ifPresent(note -> earlier(head, Publication.COSIGNED, note, sound));
    sound.sort(Comparator.comparingLong(Checkpoint::size));
    return sound;
  }

  private void earlier(Checkpoint head, String place, byte[] bytes, List<Checkpoint> sound) {
    Optional<SignedNote> note = SignedNote.read(bytes);
    Optional<Checkpoint> found = note.flatMap(one -> Checkpoint.of(one.text()));
    if (found.isEmpty()) {
      damages.add(new Damage(place, Damage.Kind.ALTERED, "it is no checkpoint"));
    } else if (!found.get().origin().equals(head.origin())) {
      damages.add(
          new Damage(place, Damage.Kind.MOVED, "it belongs to the log " + found.get().origin()));
    } else if (signer(note.get(), found.get(), place).isPresent()) {
      if (found.get().size() > head.size()) {
        damages.add(
            new Damage(
                "entry " + head.size(),
                Damage.Kind.ROLLED_BACK,
                "the log ends here, but a checkpoint of size "
                    + found.get().size()
                    + " was published"));
      } else {
        sound.add(found.get());
        cosigned(note.get(), found.get());
      }
    }
  }

  /** Takes note of the witnesses that signed this checkpoint, which the log's key signed. */
  private void cosigned(SignedNote note, Checkpoint checkpoint) {
    for (WitnessKey witness : request.witnesses()) {
      witness
          .signed(note, verifier)
          .map(time -> new VerifyResult.Cosigned(witness.name(), checkpoint.size(), time))
          .ifPresent(found ->
              cosigned.merge(
                  witness.text(), found, (one, other) -> one.size() >= other.size() ? one : other));
    }
  }

  private void unsigned(WitnessKey witness) {
    if (!cosigned.containsKey(witness.text())) {
      damages.add(
          new Damage(
              Publication.COSIGNED,
              Damage.Kind.MISSING,
              "no checkpoint that is here is signed by the witness " + witness.text()));
    }
  }
}
