package dev.assayer.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern as a deterministic automaton over ASCII. Literals between wildcards are found leftmost
 * first, the last one at the very end; states count the characters of all literals found so far.
 */
final class GlobAutomaton {
  static final int START = 0;
  private static final int DEAD = -1;

  private final List<int[]> rows = new ArrayList<>();
  private final int accepting;
  private final boolean openEnded;

  /** The pattern must be ASCII. */
  GlobAutomaton(String pattern) {
    int star = pattern.indexOf('*');
    addHead(star < 0 ? pattern : pattern.substring(0, star), star >= 0);
    while (star >= 0) {
      int end = pattern.indexOf('*', star + 1);
      boolean last = end < 0;
      addNeedle(pattern.substring(star + 1, last ? pattern.length() : end), last);
      star = end;
    }
    accepting = rows.size() - 1;
    openEnded = pattern.endsWith("*");
  }

  /** The same pattern with one wildcard for each run of them. */
  static String withSingleStars(String pattern) {
    StringBuilder single = new StringBuilder(pattern.length());
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) != '*' || i == 0 || pattern.charAt(i - 1) != '*') {
        single.append(pattern.charAt(i));
      }
    }
    return single.toString();
  }

  int size() {
    return rows.size();
  }

  int next(int state, char c) {
    return state == DEAD ? DEAD : rows.get(state)[c];
  }

  boolean accepts(int state) {
    return state == accepting;
  }

  /** Whether the pattern matches whatever follows. */
  boolean acceptsAllFrom(int state) {
    return openEnded && accepts(state);
  }

  private void addHead(String head, boolean more) {
    for (int i = 0; i < head.length(); i++) {
      int[] row = deadRow();
      row[head.charAt(i)] = rows.size() + 1;
      rows.add(row);
    }
    if (!more) {
      rows.add(deadRow());
    }
  }

  /**
   * Adds a state for each prefix of the literal. When it is complete, the next literal's search
   * begins; if it is the last, one more state accepts and goes on searching.
   */
  private void addNeedle(String literal, boolean last) {
    int base = rows.size();
    int restart = base; // where the longest proper border of what was read leads
    int count = literal.length() + (last ? 1 : 0);
    for (int i = 0; i < count; i++) {
      int[] row = new int[NameAutomaton.ALPHABET];
      if (i == 0) {
        Arrays.fill(row, base);
      } else {
        row = rows.get(restart).clone();
      }
      rows.add(row);
      if (i < literal.length()) {
        char c = literal.charAt(i);
        int fallback = i == 0 ? base : row[c];
        row[c] = base + i + 1;
        restart = fallback;
      }
    }
  }

  private static int[] deadRow() {
    int[] row = new int[NameAutomaton.ALPHABET];
    Arrays.fill(row, DEAD);
    return row;
  }
}
