package dev.assayer.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether one pattern matches every normalised name that another matches. Yes is
 * proven, for names and tags of any length even; a search that grows beyond the budget answers no.
 */
final class Containment {
  private static final int PAIR_BUDGET = 100_000;
  private static final String NAME_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyz0123456789./:-_[]ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final NameAutomaton names = NameAutomaton.withLongTags();
  private int budget;

  /**
   * @param budget positions that all questions together may visit
   */
  Containment(int budget) {
    this.budget = budget;
  }

  /** A reader of one name: in the inner pattern, in the grammar, in the outer pattern. */
  private record Position(int inner, int name, int outer) {}

  /** Searches for a name that the inner pattern matches and the outer does not. */
  boolean contains(String outer, String inner) {
    GlobAutomaton container = new GlobAutomaton(outer);
    Set<Position> seen = new HashSet<>();
    Deque<Position> open = new ArrayDeque<>();
    visit(new Position(0, NameAutomaton.START, GlobAutomaton.START), seen, open);
    int pairBudget = Math.clamp(budget, 0, PAIR_BUDGET);
    while (!open.isEmpty()) {
      Position at = open.pop();
      if (seen.size() > pairBudget) {
        budget -= pairBudget;
        return false;
      }
      if (container.acceptsAllFrom(at.outer())) {
        continue;
      }
      if (at.inner() == inner.length()) {
        if (names.accepts(at.name()) && !container.accepts(at.outer())) {
          budget -= seen.size();
          return false;
        }
        continue;
      }
      char c = inner.charAt(at.inner());
      if (c != '*') {
        read(at, c, at.inner() + 1, container, seen, open);
      } else {
        for (int i = 0; i < NAME_CHARACTERS.length(); i++) {
          read(at, NAME_CHARACTERS.charAt(i), at.inner(), container, seen, open);
        }
        visit(new Position(at.inner() + 1, at.name(), at.outer()), seen, open);
      }
    }
    budget -= seen.size();
    return true;
  }

  private void read(
      Position at,
      char c,
      int inner,
      GlobAutomaton container,
      Set<Position> seen,
      Deque<Position> open) {
    int name = names.next(at.name(), c);
    if (name != NameAutomaton.DEAD) {
      visit(new Position(inner, name, container.next(at.outer(), c)), seen, open);
    }
  }

  private static void visit(Position position, Set<Position> seen, Deque<Position> open) {
    if (seen.add(position)) {
      open.push(position);
    }
  }
}
