package dev.assayer.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Literals between wildcards. The first and the last are compared at the ends; each one between is
 * searched for, leftmost first, by Knuth, Morris and Pratt. The searches move through the name once
 * in total, so that a match costs at most three comparisons a character of the name.
 */
final class Glob {
  private final boolean literal;
  private final String head;
  private final String tail;
  private final List<Needle> between;

  private Glob(boolean literal, String head, String tail, List<Needle> between) {
    this.literal = literal;
    this.head = head;
    this.tail = tail;
    this.between = between;
  }

  static Glob of(String pattern) {
    int first = pattern.indexOf('*');
    if (first < 0) {
      return new Glob(true, pattern, "", List.of());
    }
    int last = pattern.lastIndexOf('*');
    List<Needle> between = new ArrayList<>();
    for (int start = first + 1; start <= last; ) {
      int star = pattern.indexOf('*', start);
      if (star > start) {
        between.add(Needle.of(pattern.substring(start, star)));
      }
      start = star + 1;
    }
    return new Glob(false, pattern.substring(0, first), pattern.substring(last + 1), between);
  }

  boolean matches(String name) {
    return matches(name, new Steps());
  }

  boolean matches(String name, Steps steps) {
    if (literal) {
      return name.length() == head.length() && regionMatches(name, 0, head, steps);
    }
    int end = name.length() - tail.length();
    if (end < head.length()
        || !regionMatches(name, 0, head, steps)
        || !regionMatches(name, end, tail, steps)) {
      return false;
    }
    int at = head.length();
    for (Needle needle : between) {
      at = needle.endOfFirst(name, at, end, steps);
      if (at < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean regionMatches(String name, int at, String part, Steps steps) {
    for (int i = 0; i < part.length(); i++) {
      steps.count++;
      if (name.charAt(at + i) != part.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Counts comparisons, so that a test can hold the bound without a clock. */
  static final class Steps {
    long count;
  }

  /**
   * A literal with its failure function.
   *
   * @param borders for each prefix length, the length of its longest proper border
   */
  private record Needle(String literal, int[] borders) {

    static Needle of(String literal) {
      int[] borders = new int[literal.length() + 1];
      int border = 0;
      for (int i = 1; i < literal.length(); i++) {
        while (border > 0 && literal.charAt(i) != literal.charAt(border)) {
          border = borders[border];
        }
        if (literal.charAt(i) == literal.charAt(border)) {
          border++;
        }
        borders[i + 1] = border;
      }
      return new Needle(literal, borders);
    }

    /** Where the first occurrence in {@code name[from..end)} ends, or -1. */
    int endOfFirst(String name, int from, int end, Steps steps) {
      int matched = 0;
      for (int i = from; i < end; i++) {
        steps.count++;
        while (matched > 0 && name.charAt(i) != literal.charAt(matched)) {
          steps.count++;
          matched = borders[matched];
        }
        if (name.charAt(i) == literal.charAt(matched)) {
          matched++;
        }
        if (matched == literal.length()) {
          return i + 1;
        }
      }
      return -1;
    }
  }
}
