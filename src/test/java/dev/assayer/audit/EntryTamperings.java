package dev.assayer.audit;

import static dev.assayer.audit.Damage.Kind.ALTERED;
import static dev.assayer.audit.Damage.Kind.CUT;
import static dev.assayer.audit.Damage.Kind.INSERTED;
import static dev.assayer.audit.Damage.Kind.MISSING;
import static dev.assayer.audit.Damage.Kind.MOVED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Tamperings with records and their bundles. */
final class EntryTamperings {
  private EntryTamperings() {}

  static List<Tampering> all() {
    return Stream.of(edited(), removed(), moved(), bundles()).flatMap(List::stream).toList();
  }

  private static final String BLOBS = "blobs/sha256";

  private static String blob(TamperedLog log) throws IOException {
    try (Stream<Path> files = Files.list(log.at(BLOBS))) {
      return BLOBS + "/" + files.findFirst().orElseThrow().getFileName();
    }
  }

  private static List<Tampering> edited() {
    return List.of(
        new Tampering(
            "the first record edited",
            "entry 0",
            ALTERED,
            log -> log.entries(0, all -> all.set(0, Tampering.forged()))),
        new Tampering(
            "a record in the middle edited",
            "entry 300",
            ALTERED,
            log -> log.entries(1, all -> all.set(44, Tampering.forged()))),
        new Tampering(
            "the last record of a bundle edited",
            "entry 511",
            ALTERED,
            log -> log.entries(1, all -> all.set(255, Tampering.forged()))),
        new Tampering(
            "the last record edited",
            "entry 1099",
            ALTERED,
            log -> log.entries(4, all -> all.set(75, Tampering.forged()))),
        new Tampering(
            "one bit of a record flipped",
            "entry 700",
            ALTERED,
            log -> log.entries(2, all -> all.get(188)[20] ^= 1)),
        new Tampering(
            "a record emptied",
            "entry 300",
            ALTERED,
            log -> log.entries(1, all -> all.set(44, new byte[0]))),
        new Tampering(
            "two records edited, the first is named",
            "entry 40",
            ALTERED,
            log -> {
              log.entries(3, all -> all.set(1, Tampering.forged()));
              log.entries(0, all -> all.set(40, Tampering.forged()));
            }),
        new Tampering(
            "a record made longer by a space",
            "entry 257",
            ALTERED,
            log -> log.entries(1, all -> all.set(1, LogRig.bytes(LogRig.entry(257) + " ")))),
        new Tampering(
            "the length before a record changed",
            "entry 256",
            ALTERED,
            log -> log.flip("tile/entries/001", 1)),
        new Tampering("a long record edited", "entry 5", ALTERED, log -> log.flip(blob(log), 30)),
        new Tampering("a long record cut", "entry 5", ALTERED, log -> log.shorten(blob(log), 9)),
        new Tampering("a long record removed", "entry 5", MISSING, log -> log.delete(blob(log))),
        new Tampering("all long records removed", "entry 5", MISSING, log -> log.delete("blobs")));
  }

  private static List<Tampering> removed() {
    return List.of(
        new Tampering(
            "the first record dropped",
            "entry 0",
            MISSING,
            log -> log.entries(0, all -> all.remove(0))),
        new Tampering(
            "a record dropped", "entry 300", MISSING, log -> log.entries(1, all -> all.remove(44))),
        new Tampering(
            "three records dropped",
            "entry 300",
            MISSING,
            log -> log.entries(1, all -> all.subList(44, 47).clear())),
        new Tampering(
            "the last record of a bundle dropped",
            "entry 511",
            CUT,
            log -> log.entries(1, all -> all.remove(255))),
        new Tampering(
            "the last record dropped",
            "entry 1099",
            CUT,
            log -> log.entries(4, all -> all.remove(75))),
        new Tampering(
            "half of a bundle dropped",
            "entry 384",
            CUT,
            log -> log.entries(1, all -> all.subList(128, 256).clear())),
        new Tampering(
            "a record inserted",
            "entry 300",
            INSERTED,
            log -> log.entries(1, all -> all.add(44, Tampering.forged()))),
        new Tampering(
            "two records inserted",
            "entry 300",
            INSERTED,
            log ->
                log.entries(
                    1, all -> all.addAll(44, List.of(Tampering.forged(), LogRig.bytes("{}"))))),
        new Tampering(
            "a record inserted before all others",
            "entry 0",
            INSERTED,
            log -> log.entries(0, all -> all.add(0, Tampering.forged()))),
        new Tampering(
            "a record doubled",
            "entry 301",
            INSERTED,
            log -> log.entries(1, all -> all.add(44, all.get(44)))),
        new Tampering(
            "a record added to a full bundle",
            "entry 512",
            INSERTED,
            log -> log.entries(1, all -> all.add(Tampering.forged()))),
        new Tampering(
            "a record added at the end",
            "entry 1100",
            INSERTED,
            log -> log.entries(4, all -> all.add(Tampering.forged()))),
        new Tampering(
            "a wider last bundle with a forged record",
            "entry 1100",
            INSERTED,
            log -> {
              Path wide = log.at("tile/entries/004.p/77");
              Files.copy(log.at("tile/entries/004.p/76"), wide);
              List<byte[]> all = new ArrayList<>(Bundle.read(Files.readAllBytes(wide)).whole());
              all.add(Tampering.forged());
              Files.write(wide, Bundle.of(all));
            }));
  }

  private static List<Tampering> moved() {
    return List.of(
        new Tampering(
            "two neighbours swapped",
            "entry 300",
            MOVED,
            log -> log.entries(1, all -> Collections.swap(all, 44, 45))),
        new Tampering(
            "the first and the last of a bundle swapped",
            "entry 256",
            MOVED,
            log -> log.entries(1, all -> Collections.swap(all, 0, 255))),
        new Tampering(
            "two records of different bundles swapped",
            "entry 300",
            MOVED,
            log -> {
              byte[] one = LogRig.bytes(LogRig.entry(300));
              byte[] other = LogRig.bytes(LogRig.entry(700));
              log.entries(1, all -> all.set(44, other));
              log.entries(2, all -> all.set(188, one));
            }),
        new Tampering(
            "a bundle reversed", "entry 256", MOVED, log -> log.entries(1, Collections::reverse)),
        new Tampering(
            "a bundle rotated",
            "entry 256",
            MOVED,
            log -> log.entries(1, all -> Collections.rotate(all, 1))),
        new Tampering(
            "a record written over another",
            "entry 300",
            MOVED,
            log -> log.entries(1, all -> all.set(44, LogRig.bytes(LogRig.entry(10))))),
        new Tampering(
            "two bundles swapped",
            "entry 0",
            MOVED,
            log -> log.swap("tile/entries/000", "tile/entries/001")),
        new Tampering(
            "a bundle copied over another",
            "entry 512",
            MOVED,
            log ->
                Files.copy(
                    log.at("tile/entries/001"),
                    log.at("tile/entries/002"),
                    StandardCopyOption.REPLACE_EXISTING)));
  }

  private static List<Tampering> bundles() {
    return List.of(
        new Tampering(
            "the first bundle deleted", "entry 0", MISSING, log -> log.delete("tile/entries/000")),
        new Tampering(
            "a bundle deleted", "entry 512", MISSING, log -> log.delete("tile/entries/002")),
        new Tampering(
            "the last bundle deleted",
            "entry 1024",
            MISSING,
            log -> log.delete("tile/entries/004.p")),
        new Tampering("all entries deleted", "entry 0", MISSING, log -> log.delete("tile/entries")),
        new Tampering(
            "a folder in the place of a bundle",
            "entry 256",
            CUT,
            log -> {
              log.delete("tile/entries/001");
              Files.createDirectory(log.at("tile/entries/001"));
            }),
        new Tampering(
            "a bundle that never ends",
            "entry 256",
            CUT,
            log -> {
              log.delete("tile/entries/001");
              Files.createSymbolicLink(log.at("tile/entries/001"), Path.of("/dev/zero"));
            }),
        new Tampering(
            "a long record that never ends",
            "entry 5",
            ALTERED,
            log -> {
              String blob = blob(log);
              log.delete(blob);
              Files.createSymbolicLink(log.at(blob), Path.of("/dev/zero"));
            }),
        new Tampering(
            "a folder in the place of the journal's file",
            "journal/" + "0".repeat(20),
            ALTERED,
            log -> {
              LogRig.remove(log.at("journal"));
              Files.createDirectories(log.at("journal/" + "0".repeat(20)));
            }),
        new Tampering(
            "a bundle cut within a record",
            "entry 511",
            CUT,
            log -> log.shorten("tile/entries/001", 3)),
        new Tampering(
            "a bundle emptied", "entry 256", CUT, log -> log.shorten("tile/entries/001", 1 << 20)),
        new Tampering(
            "the last bundle cut within a record",
            "entry 1099",
            CUT,
            log -> log.shorten("tile/entries/004.p/76", 3)),
        new Tampering(
            "a byte behind a bundle",
            "entry 512",
            INSERTED,
            log -> log.bytes("tile/entries/001", bytes -> Arrays.copyOf(bytes, bytes.length + 1))),
        new Tampering(
            "a bundle overwritten with zeros",
            "entry 256",
            ALTERED,
            log -> log.bytes("tile/entries/001", bytes -> new byte[bytes.length])),
        new Tampering(
            "a bundle overwritten with text",
            "entry 256",
            CUT,
            log -> log.bytes("tile/entries/001", _ -> LogRig.bytes("x".repeat(1000)))));
  }
}
