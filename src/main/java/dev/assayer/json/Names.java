package dev.assayer.json;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The member names of an object in their written order, known to be distinct. Shared between
 * objects of the same shape: 200,000 targets of one file hold one copy of their names.
 *
 * <p>Nothing here hashes: distinctness and lookup go by order, so names chosen to collide in a hash
 * table cost no more than others.
 */
final class Names {
  static final Names NONE = new Names(new String[0], true);

  private static final int SCAN_UP_TO = 8;
  private static final int COMPARE_UP_TO = 16;

  private final String[] names;
  private final boolean ascending;

  /** Positions in ascending order of name, made on demand; racing threads make equal arrays. */
  private volatile int @Nullable [] order;

  private Names(String[] names, boolean ascending) {
    this.names = names;
    this.ascending = ascending;
  }

  /** Outcome of {@link #check}: the names, or the position of one that stands twice. */
  sealed interface Checked {
    record Distinct(Names names) implements Checked {}

    record Duplicate(int position) implements Checked {}
  }

  /** Takes over the array, checking in O(n log n) that no name stands twice. */
  static Checked check(String[] names) {
    if (names.length == 0) {
      return new Checked.Distinct(NONE);
    }
    boolean ascending = true;
    for (int i = 1; i < names.length && ascending; i++) {
      ascending = compare(names[i - 1], names[i]) < 0;
    }
    Names result = new Names(names, ascending);
    if (!ascending && names.length <= COMPARE_UP_TO) {
      return pairwise(result);
    }
    if (!ascending) {
      int[] order = result.order();
      for (int i = 1; i < order.length; i++) {
        if (names[order[i - 1]].equals(names[order[i]])) {
          return new Checked.Duplicate(Math.max(order[i - 1], order[i]));
        }
      }
    }
    return new Checked.Distinct(result);
  }

  /** For a few names this is quicker than to sort them. */
  private static Checked pairwise(Names unsorted) {
    String[] names = unsorted.names;
    for (int i = 1; i < names.length; i++) {
      for (int j = 0; j < i; j++) {
        if (names[i].equals(names[j])) {
          return new Checked.Duplicate(i);
        }
      }
    }
    return new Checked.Distinct(unsorted);
  }

  int size() {
    return names.length;
  }

  String at(int position) {
    return names[position];
  }

  /** Whether these are exactly the given names in the given order. */
  boolean sameAs(@Nullable String[] others, int from, int to) {
    if (to - from != names.length) {
      return false;
    }
    for (int i = 0; i < names.length; i++) {
      if (!names[i].equals(others[from + i])) {
        return false;
      }
    }
    return true;
  }

  /** All names, unmodifiable, in written order. */
  List<String> list() {
    return Collections.unmodifiableList(Arrays.asList(names));
  }

  /** Whether the written order is already the canonical one. */
  boolean ascending() {
    return ascending;
  }

  OptionalInt find(String name) {
    if (names.length <= SCAN_UP_TO) {
      for (int i = 0; i < names.length; i++) {
        if (names[i].equals(name)) {
          return OptionalInt.of(i);
        }
      }
      return OptionalInt.empty();
    }
    int[] byName = ascending ? null : order();
    int low = 0;
    int high = names.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int position = byName == null ? middle : byName[middle];
      int compared = compare(names[position], name);
      if (compared == 0) {
        return OptionalInt.of(position);
      } else if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return OptionalInt.empty();
  }

  /** Positions of the names in canonical order. */
  int[] order() {
    int[] known = order;
    if (known == null) {
      known = sortedPositions();
      order = known;
    }
    return known;
  }

  /** Bottom-up merge sort of positions: no boxing, and no input makes it quadratic. */
  private int[] sortedPositions() {
    Comparator<String> comparison = anySurrogate() ? Names::compare : String::compareTo;
    int n = names.length;
    int[] from = new int[n];
    for (int i = 0; i < n; i++) {
      from[i] = i;
    }
    int[] to = new int[n];
    for (long width = 1; width < n; width *= 2) {
      for (long start = 0; start < n; start += 2 * width) {
        int middle = (int) Math.min(start + width, n);
        int end = (int) Math.min(start + 2 * width, n);
        merge(comparison, from, to, (int) start, middle, end);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private void merge(
      Comparator<String> comparison, int[] from, int[] to, int start, int middle, int end) {
    if (middle == end || comparison.compare(names[from[middle - 1]], names[from[middle]]) <= 0) {
      System.arraycopy(from, start, to, start, end - start);
      return;
    }
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle
              && (right >= end || comparison.compare(names[from[left]], names[from[right]]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  /** Without surrogates the order of the units, which the JDK compares fast, is the same. */
  private boolean anySurrogate() {
    for (String name : names) {
      for (int i = 0; i < name.length(); i++) {
        if (Character.isSurrogate(name.charAt(i))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Order by code point, which is the order of the UTF-8 bytes; {@link String#compareTo} puts
   * U+10000 before U+FFFF because it sees surrogates.
   */
  static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char ca = a.charAt(i);
      char cb = b.charAt(i);
      if (ca != cb) {
        boolean sa = Character.isSurrogate(ca);
        boolean sb = Character.isSurrogate(cb);
        return sa == sb ? ca - cb : sa ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }
}
