package dev.assayer.config;

import java.util.BitSet;

/** Patterns of {@code *} and literal characters, compared without any name at hand. */
final class Globs {

  private Globs() {}

  /** Whether some string is matched by both; time is the product of the lengths. */
  static boolean overlap(String a, String b) {
    BitSet reached = new BitSet(b.length() + 1);
    reached.set(0);
    star(reached, b);
    for (int i = 0; i < a.length(); i++) {
      BitSet next = new BitSet(b.length() + 1);
      if (a.charAt(i) == '*') {
        // Any run of characters: whatever of b can still follow.
        next.set(
            reached.nextSetBit(0) < 0 ? b.length() + 1 : reached.nextSetBit(0), b.length() + 1);
      } else {
        for (int j = reached.nextSetBit(0); j >= 0; j = reached.nextSetBit(j + 1)) {
          if (j < b.length() && b.charAt(j) == '*') {
            next.set(j);
          } else if (j < b.length() && b.charAt(j) == a.charAt(i)) {
            next.set(j + 1);
          }
        }
        star(next, b);
      }
      reached = next;
    }
    return reached.get(b.length());
  }

  /** Whether the pattern matches the whole text. */
  static boolean matches(String pattern, String text) {
    return overlap(pattern, text);
  }

  /** A star may also stand for nothing. */
  private static void star(BitSet reached, String pattern) {
    for (int j = reached.nextSetBit(0); j >= 0; j = reached.nextSetBit(j + 1)) {
      if (j < pattern.length() && pattern.charAt(j) == '*') {
        reached.set(j + 1);
      }
    }
  }
}
