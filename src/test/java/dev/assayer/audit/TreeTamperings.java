package dev.assayer.audit;

import static dev.assayer.audit.Damage.Kind.ALTERED;
import static dev.assayer.audit.Damage.Kind.FORGED;
import static dev.assayer.audit.Damage.Kind.INSERTED;
import static dev.assayer.audit.Damage.Kind.MISSING;
import static dev.assayer.audit.Damage.Kind.MOVED;
import static dev.assayer.audit.Damage.Kind.ROLLED_BACK;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tamperings with hashes, checkpoints and whole logs. */
final class TreeTamperings {
  private TreeTamperings() {}

  static List<Tampering> all() {
    return Stream.of(tiles(), checkpoints(), replicas(), spare()).flatMap(List::stream).toList();
  }

  /** What a reader of today's checkpoint never opens. */
  private static List<Tampering> spare() {
    return List.of(
        new Tampering(
            "a bundle behind the last, partial one",
            "tile/entries/005",
            INSERTED,
            log -> Files.copy(log.at("tile/entries/000"), log.at("tile/entries/005"))),
        new Tampering(
            "a bundle far behind the end",
            "tile/entries/x001/000.p/3",
            INSERTED,
            log -> {
              Files.createDirectories(log.at("tile/entries/x001/000.p"));
              Files.write(log.at("tile/entries/x001/000.p/3"), new byte[6]);
            }),
        new Tampering(
            "a lowest tile behind the end",
            "tile/0/005",
            INSERTED,
            log -> Files.copy(log.at("tile/0/000"), log.at("tile/0/005"))),
        new Tampering(
            "a tile above made full",
            "tile/1/000",
            INSERTED,
            log -> Files.write(log.at("tile/1/000"), new byte[8192])),
        new Tampering(
            "a level that the tree has not",
            "tile/2/000.p/1",
            INSERTED,
            log -> {
              Files.createDirectories(log.at("tile/2/000.p"));
              Files.write(log.at("tile/2/000.p/1"), new byte[32]);
            }),
        new Tampering(
            "a partial bundle of an older checkpoint edited",
            "tile/entries/004.p/2",
            ALTERED,
            log -> {
              List<byte[]> two =
                  List.of(LogRig.bytes(LogRig.entry(1024)), LogRig.bytes(LogRig.entry(7)));
              Files.write(log.at("tile/entries/004.p/2"), Bundle.of(two));
            }),
        new Tampering(
            "a partial tile of an older checkpoint beside the full one",
            "tile/0/001.p/9",
            ALTERED,
            log -> {
              Files.createDirectories(log.at("tile/0/001.p"));
              Files.write(log.at("tile/0/001.p/9"), new byte[288]);
            }));
  }

  private static List<Tampering> tiles() {
    return List.of(
        new Tampering(
            "a hash of the lowest tiles changed",
            "tile/0/001",
            ALTERED,
            log -> log.flip("tile/0/001", 77)),
        new Tampering(
            "a lowest tile deleted", "tile/0/001", MISSING, log -> log.delete("tile/0/001")),
        new Tampering(
            "a lowest tile cut", "tile/0/001", MISSING, log -> log.shorten("tile/0/001", 32)),
        new Tampering(
            "two lowest tiles swapped",
            "tile/0/000",
            ALTERED,
            log -> log.swap("tile/0/000", "tile/0/001")),
        new Tampering(
            "the last, partial tile changed",
            "tile/0/004.p/76",
            ALTERED,
            log -> log.flip("tile/0/004.p/76", 40)),
        new Tampering(
            "the last, partial tile deleted",
            "tile/0/004.p/76",
            MISSING,
            log -> log.delete("tile/0/004.p")),
        new Tampering(
            "a tile above changed",
            "tile/1/000.p/4",
            ALTERED,
            log -> log.flip("tile/1/000.p/4", 40)),
        new Tampering(
            "a tile above deleted", "tile/1/000.p/4", MISSING, log -> log.delete("tile/1")),
        new Tampering(
            "all tiles of hashes deleted",
            "tile/0/000",
            MISSING,
            log -> {
              log.delete("tile/0");
              log.delete("tile/1");
            }),
        new Tampering(
            "a record and its hash replaced together",
            "entries 256 to 511",
            ALTERED,
            log -> {
              log.entries(1, all -> all.set(44, Tampering.forged()));
              log.tileOf(1);
            }),
        new Tampering(
            "a bundle and its tile swapped with others",
            "entries 0 to 255",
            ALTERED,
            log -> {
              log.swap("tile/entries/000", "tile/entries/001");
              log.swap("tile/0/000", "tile/0/001");
            }),
        new Tampering(
            "a record and all hashes above it replaced",
            "entries 0 to 1099",
            FORGED,
            log -> {
              log.entries(1, all -> all.set(44, Tampering.forged()));
              log.tileOf(1);
              List<Hash> above = new ArrayList<>();
              for (int i = 0; i < 4; i++) {
                above.add(Hash.over(new LogReader(log.folder()).tile(0, i, 256).orElseThrow()));
              }
              Files.write(log.at("tile/1/000.p/4"), Hash.tile(above));
            }));
  }

  private static List<Tampering> checkpoints() {
    return List.of(
        new Tampering(
            "another size in the checkpoint",
            "checkpoint",
            FORGED,
            log -> log.note(note -> note.replace("\n1100\n", "\n1024\n"))),
        new Tampering(
            "a size in the checkpoint that nobody can count up to",
            "checkpoint",
            FORGED,
            log -> log.note(note -> note.replace("\n1100\n", "\n1099511627776\n"))),
        new Tampering(
            "another root in the checkpoint",
            "checkpoint",
            FORGED,
            log ->
                log.note(note ->
                    note.replaceFirst("\n1100\n[^\n]*", "\n1100\n" + Hash.OF_NOTHING.base64()))),
        new Tampering(
            "another name in the checkpoint",
            "checkpoint",
            MOVED,
            log -> log.note(note -> note.replace("assayer/test/replica-0\n", "assayer/test/x\n"))),
        new Tampering(
            "nonsense for a checkpoint", "checkpoint", ALTERED, log -> log.note(_ -> "yes")),
        new Tampering("an empty checkpoint", "checkpoint", ALTERED, log -> log.note(_ -> "")),
        new Tampering(
            "the checkpoint deleted", "checkpoint", MISSING, log -> log.delete("checkpoint")),
        new Tampering(
            "the signature removed",
            "checkpoint",
            ALTERED,
            log -> log.note(note -> note.substring(0, note.indexOf("\n\n") + 2))),
        new Tampering(
            "the signature cut",
            "checkpoint",
            FORGED,
            log -> log.note(note -> note.substring(0, note.length() - 9) + "\n")),
        new Tampering(
            "a checkpoint signed with another key",
            "checkpoint",
            FORGED,
            log -> log.take("checkpoint", "impostor")),
        new Tampering(
            "an older checkpoint put back",
            "checkpoint",
            ROLLED_BACK,
            log -> log.take("checkpoint", "older")),
        new Tampering(
            "an older checkpoint, the journal deleted",
            "entry 1000",
            INSERTED,
            log -> {
              log.take("checkpoint", "older");
              log.delete("journal");
            }));
  }

  private static List<Tampering> replicas() {
    return List.of(
        new Tampering(
            "another replica's log in its place",
            "checkpoint",
            MOVED,
            log -> {
              LogRig.remove(log.folder());
              LogRig.copy(log.others().resolve("replica"), log.folder());
            }),
        new Tampering(
            "another replica's checkpoint",
            "checkpoint",
            MOVED,
            log -> log.take("checkpoint", "replica")),
        new Tampering(
            "another replica's tiles and entries",
            "entries 0 to 1099",
            FORGED,
            log -> log.take("tile", "replica")),
        new Tampering(
            "another replica's entries",
            "entry 0",
            ALTERED,
            log -> log.take("tile/entries", "replica")),
        new Tampering(
            "one bundle of another replica",
            "entry 512",
            ALTERED,
            log -> log.take("tile/entries/002", "replica")),
        new Tampering(
            "a lowest tile of another replica",
            "tile/0/002",
            ALTERED,
            log -> log.take("tile/0/002", "replica")),
        new Tampering(
            "the log of an impostor with the same name",
            "checkpoint",
            FORGED,
            log -> {
              LogRig.remove(log.folder());
              LogRig.copy(log.others().resolve("impostor"), log.folder());
            }));
  }
}
