package dev.assayer.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proofs about Merkle trees: made as RFC 6962 says, verified as RFC 9162 says. */
public final class Proofs {

  /** Knows the hash over entries {@code from} (inclusive) to {@code to} (exclusive). */
  @FunctionalInterface
  interface Subtrees {
    Hash over(long from, long to);
  }

  private Proofs() {}

  /**
   * That the tree of this size holds the entry at this index (RFC 6962 section 2.1.1).
   *
   * @throws IllegalArgumentException if it has no such entry
   */
  static List<Hash> inclusion(long index, long size, Subtrees tree) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("entry " + index + " of " + size);
    }
    List<Hash> path = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long split = from + split(to - from);
      if (index < split) {
        path.add(tree.over(split, to));
        to = split;
      } else {
        path.add(tree.over(from, split));
        from = split;
      }
    }
    return List.copyOf(path.reversed());
  }

  /**
   * That the tree of size {@code second} begins with the tree of size {@code first} (RFC 6962
   * section 2.1.2).
   *
   * @throws IllegalArgumentException unless {@code 0 < first <= second}
   */
  static List<Hash> consistency(long first, long second, Subtrees tree) {
    if (first <= 0 || first > second) {
      throw new IllegalArgumentException(first + " and " + second);
    }
    List<Hash> path = new ArrayList<>();
    long from = 0;
    long to = second;
    boolean known = true;
    while (first != to) {
      long split = from + split(to - from);
      if (first <= split) {
        path.add(tree.over(split, to));
        to = split;
      } else {
        path.add(tree.over(from, split));
        from = split;
        known = false;
      }
    }
    if (!known) {
      path.add(tree.over(from, to));
    }
    return List.copyOf(path.reversed());
  }

  /** The largest power of two below a number over 1. */
  static long split(long number) {
    return Long.highestOneBit(number - 1);
  }

  /** Whether the proof shows this leaf in the tree (RFC 9162 section 2.1.3.2). */
  public static boolean includes(Hash leaf, long index, List<Hash> proof, long size, Hash root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    Hash hash = leaf;
    for (Hash sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = Hash.node(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = Hash.node(hash, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /**
   * Whether the proof shows that the second tree begins with the first (RFC 9162 section 2.1.4.2).
   * Every tree begins with the empty one, which needs no proof.
   */
  public static boolean consistent(Checkpoint first, Checkpoint second, List<Hash> proof) {
    if (first.size() == 0 || first.size() == second.size()) {
      Hash expected = first.size() == 0 ? Hash.OF_NOTHING : second.root();
      return proof.isEmpty() && first.root().equals(expected);
    }
    if (first.size() > second.size() || proof.isEmpty()) {
      return false;
    }
    List<Hash> path = new ArrayList<>(proof);
    if (Long.bitCount(first.size()) == 1) {
      path.addFirst(first.root());
    }
    return climb(first, second, path)
        .filter(reached -> reached.equals(List.of(first.root(), second.root())))
        .isPresent();
  }

  /** The roots of both trees as the path makes them; empty if it is of another length. */
  private static Optional<List<Hash>> climb(Checkpoint first, Checkpoint second, List<Hash> path) {
    long node = first.size() - 1;
    long last = second.size() - 1;
    while ((node & 1) == 1) {
      node >>>= 1;
      last >>>= 1;
    }
    Hash older = path.getFirst();
    Hash newer = path.getFirst();
    for (Hash sibling : path.subList(1, path.size())) {
      if (last == 0) {
        return Optional.empty();
      }
      if ((node & 1) == 1 || node == last) {
        older = Hash.node(sibling, older);
        newer = Hash.node(sibling, newer);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        newer = Hash.node(newer, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 ? Optional.of(List.of(older, newer)) : Optional.empty();
  }
}
