package dev.assayer.policy;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Whether one pattern matches every normalised name that another matches. Yes is proven, for names
 * and tags of any length even; a search that grows beyond the budget answers no.
 */
final class Containment {
  private static final int PAIR_BUDGET = 100_000;
  private static final String NAME_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyz0123456789./:-_[]ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final NameAutomaton names = NameAutomaton.WITH_LONG_TAGS;
  private int budget;

  /**
   * @param budget positions that all questions together may visit
   */
  Containment(int budget) {
    this.budget = budget;
  }

  /** Whether no name is matched by the inner pattern and not by the outer; both match some name. */
  boolean contains(String outer, String inner) {
    if (budget <= 0) {
      return false;
    }
    Search search = new Search(inner, new GlobAutomaton(outer));
    boolean proven = search.findsNoCounterexample(Math.min(budget, PAIR_BUDGET));
    budget -= search.visited;
    return proven;
  }

  /** Reads all names at once, in the inner pattern, in the grammar and in the outer pattern. */
  private final class Search {
    private final String inner;
    private final GlobAutomaton outer;
    private final BitSet seen = new BitSet();
    private final Deque<Position> open = new ArrayDeque<>();
    private int visited;

    private Search(String inner, GlobAutomaton outer) {
      this.inner = inner;
      this.outer = outer;
    }

    private record Position(int inner, int name, int outer) {}

    boolean findsNoCounterexample(int limit) {
      visit(0, NameAutomaton.START, GlobAutomaton.START);
      while (!open.isEmpty()) {
        Position at = open.pop();
        if (visited > limit || isCounterexample(at)) {
          return false;
        }
        if (at.inner() < inner.length() && !outer.acceptsAllFrom(at.outer())) {
          advance(at);
        }
      }
      return true;
    }

    private boolean isCounterexample(Position at) {
      return at.inner() == inner.length() && names.accepts(at.name()) && !outer.accepts(at.outer());
    }

    private void advance(Position at) {
      char c = inner.charAt(at.inner());
      if (c != '*') {
        read(at, c, at.inner() + 1);
        return;
      }
      for (int i = 0; i < NAME_CHARACTERS.length(); i++) {
        read(at, NAME_CHARACTERS.charAt(i), at.inner());
      }
      visit(at.inner() + 1, at.name(), at.outer());
    }

    private void read(Position at, char c, int innerAfter) {
      int name = names.next(at.name(), c);
      if (name != NameAutomaton.DEAD) {
        visit(innerAfter, name, outer.next(at.outer(), c));
      }
    }

    private void visit(int innerAt, int name, int outerAt) {
      // the outer pattern's dead state is -1; literals of both patterns are at most 384 characters
      int number = (innerAt * names.size() + name) * (outer.size() + 1) + outerAt + 1;
      if (!seen.get(number)) {
        seen.set(number);
        visited++;
        open.push(new Position(innerAt, name, outerAt));
      }
    }
  }
}
