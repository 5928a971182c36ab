package dev.assayer.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Whether the evidence that records name as kept is there as it was written. */
final class EvidenceCheck {
  /** How {@link DecisionRecord} names a file; no text of a request can look like it. */
  private static final byte[] NAMED = "{\"sha256\":\"".getBytes(StandardCharsets.UTF_8);

  private static final int DIGITS = 64;
  private static final String KEPT = "\",\"length\":[0-9]{1,10},\"kept\":true.*";
  private static final int TAIL = 48;

  /** So many files are looked at once only; the memory for them is some ten megabytes. */
  private static final int REMEMBERED = 100_000;

  private final Path log;
  private final Set<String> checked = new LinkedHashSet<>();

  EvidenceCheck(Path log) {
    this.log = log;
  }

  /** The first thing that is wrong with the evidence of a record and was not told before. */
  Optional<Damage> of(long index, byte[] record) throws IOException {
    for (int at = 0; at + NAMED.length + DIGITS + TAIL / 2 <= record.length; at++) {
      if (record[at] == NAMED[0]
          && Arrays.equals(record, at, at + NAMED.length, NAMED, 0, NAMED.length)) {
        Optional<Damage> damage = named(index, record, at + NAMED.length);
        if (damage.isPresent()) {
          return damage;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Damage> named(long index, byte[] record, int at) throws IOException {
    String sha256 = new String(record, at, DIGITS, StandardCharsets.ISO_8859_1);
    int end = at + DIGITS;
    String rest =
        new String(record, end, Math.min(TAIL, record.length - end), StandardCharsets.ISO_8859_1);
    if (!sha256.matches("[0-9a-f]{64}") || !rest.matches(KEPT) || !isNew(sha256)) {
      return Optional.empty();
    }
    String file = EvidenceStore.file(sha256);
    Optional<EvidenceStore.Found> found = EvidenceStore.read(log, sha256);
    if (found.isEmpty()) {
      return Optional.of(
          new Damage(
              "entry " + index, Damage.Kind.MISSING, "its evidence " + file + " was removed"));
    }
    return found.get() instanceof EvidenceStore.Found.Altered
        ? Optional.of(
            new Damage(
                "entry " + index, Damage.Kind.ALTERED, "its evidence " + file + " was altered"))
        : Optional.empty();
  }

  private boolean isNew(String sha256) {
    if (checked.size() >= REMEMBERED) {
      checked.remove(checked.iterator().next());
    }
    return checked.add(sha256);
  }
}
