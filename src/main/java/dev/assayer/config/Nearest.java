package dev.assayer.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what a mistyped name was meant to be. */
final class Nearest {
  private static final int MAX_EDITS = 2;
  private static final int MAX_LENGTH = 64;
  private static final int MAX_LISTED = 20;
  private static final int MAX_COMPARED = 500;

  private Nearest() {}

  /** The closest of the known names: at most two edits away, or one starts with the other. */
  static Optional<String> to(String name, Collection<String> known) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String typed = name.toLowerCase(Locale.ROOT);
    record Candidate(String name, int edits) {}
    return new TreeSet<>(known)
        .stream()
            .filter(other -> other.length() <= MAX_LENGTH)
            .limit(MAX_COMPARED)
            .map(other -> new Candidate(other, distance(typed, other.toLowerCase(Locale.ROOT))))
            .filter(candidate -> candidate.edits() <= Math.min(MAX_EDITS, typed.length() - 1))
            .min(Comparator.comparingInt(Candidate::edits))
            .map(Candidate::name);
  }

  /** The remedy for an unknown name: the nearest known one, or all of them. */
  static String remedy(String name, Collection<String> known) {
    return to(name, known)
        .map(nearest -> "did you mean " + Shown.quoted(nearest) + "?")
        .orElseGet(() -> known.isEmpty() ? "none is known here" : "known here: " + list(known));
  }

  private static String list(Collection<String> known) {
    String names = String.join(", ", known.stream().limit(MAX_LISTED).map(Shown::of).toList());
    return known.size() > MAX_LISTED ? names + ", …" : names;
  }

  private static int distance(String a, String b) {
    if (a.length() > 2 && b.length() > 2 && (a.startsWith(b) || b.startsWith(a))) {
      return 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
