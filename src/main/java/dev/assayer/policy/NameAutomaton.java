package dev.assayer.policy;

import dev.assayer.policy.NameState.HostKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * All names that an image can have in normal form, {@code host[:port]/path:tag} with the tag empty
 * for a digest alone, as a deterministic automaton over ASCII. It decides exactly whether a pattern
 * matches any name at all.
 */
final class NameAutomaton {
  static final int ALPHABET = 128;
  static final int DEAD = -1;
  static final int START = 0;

  /**
   * A name has no more characters that a pattern could demand: 255, a colon and 128 for the tag.
   */
  private static final int LITERAL_LIMIT = 384;

  private static final int REPOSITORY_LIMIT = 255;
  private static final int UNREACHED = Integer.MAX_VALUE;

  /** Exactly the normalised names, but for the limit of 255, which the methods here hold. */
  static final NameAutomaton EXACT = new NameAutomaton(UnaryOperator.identity());

  /** The same with tags of any length: far fewer states. */
  static final NameAutomaton WITH_LONG_TAGS = new NameAutomaton(NameState::withoutTagLength);

  private final List<NameState> states = new ArrayList<>();
  private final List<int[]> rows = new ArrayList<>();
  private final List<int[]> targets = new ArrayList<>();

  private NameAutomaton(UnaryOperator<NameState> view) {
    Map<NameState, Integer> numbers = new HashMap<>();
    number(NameState.start(), numbers);
    for (int state = START; state < states.size(); state++) {
      int[] row = new int[ALPHABET];
      for (char c = 0; c < ALPHABET; c++) {
        row[c] =
            states.get(state).next(c).map(view).map(next -> number(next, numbers)).orElse(DEAD);
      }
      rows.add(row);
      targets.add(Arrays.stream(row).filter(target -> target != DEAD).distinct().toArray());
    }
  }

  private int number(NameState state, Map<NameState, Integer> numbers) {
    return numbers.computeIfAbsent(
        state,
        fresh -> {
          states.add(fresh);
          return states.size() - 1;
        });
  }

  int size() {
    return states.size();
  }

  int next(int state, char c) {
    return state == DEAD || c >= ALPHABET ? DEAD : rows.get(state)[c];
  }

  boolean accepts(int state) {
    return state != DEAD && states.get(state).accepts();
  }

  /** Whether this is a normalised name. */
  boolean accepts(String name) {
    int colon = name.lastIndexOf(':');
    int state = START;
    for (int i = 0; i < name.length() && state != DEAD; i++) {
      state = next(state, name.charAt(i));
    }
    return accepts(state) && colon <= REPOSITORY_LIMIT;
  }

  /** The kinds of hosts among the names that a pattern (with its tag) matches; none: no names. */
  Set<HostKind> hostsMatchedBy(String pattern) {
    Set<HostKind> kinds = EnumSet.noneOf(HostKind.class);
    if (pattern.length() - pattern.chars().filter(c -> c == '*').count() > LITERAL_LIMIT) {
      return kinds;
    }
    int[] shortest = reach(pattern);
    for (int state = START; state < shortest.length; state++) {
      if (shortest[state] != UNREACHED && accepts(state)) {
        kinds.add(states.get(state).host());
      }
    }
    return kinds;
  }

  /** For each state, the fewest characters of host and path with which the pattern leads to it. */
  private int[] reach(String pattern) {
    int[] shortest = new int[size()];
    Arrays.fill(shortest, UNREACHED);
    shortest[START] = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '*') {
        shortest = afterLiteral(shortest, c);
      } else if (i == 0 || pattern.charAt(i - 1) != '*') {
        shortest = afterStar(shortest);
      }
    }
    return shortest;
  }

  private int[] afterLiteral(int[] before, char c) {
    int[] after = new int[before.length];
    Arrays.fill(after, UNREACHED);
    for (int state = START; state < before.length; state++) {
      int target = before[state] == UNREACHED ? DEAD : next(state, c);
      if (target != DEAD) {
        improve(after, target, before[state]);
      }
    }
    return after;
  }

  /**
   * Visits each state once, nearest first: the states given, in the order of their lengths, merged
   * with those found on the way, which come in that order by themselves.
   */
  private int[] afterStar(int[] before) {
    int[] after = before.clone();
    Deque<Integer> given =
        IntStream.range(START, before.length)
            .filter(state -> before[state] != UNREACHED)
            .boxed()
            .sorted(Comparator.comparingInt(state -> before[state]))
            .collect(Collectors.toCollection(ArrayDeque::new));
    Deque<Integer> found = new ArrayDeque<>();
    while (!given.isEmpty() || !found.isEmpty()) {
      boolean takeFound =
          given.isEmpty() || (!found.isEmpty() && after[found.peek()] < after[given.peek()]);
      int state = takeFound ? found.remove() : given.remove();
      for (int target : targets.get(state)) {
        if (improve(after, target, after[state])) {
          found.add(target);
        }
      }
    }
    return after;
  }

  /**
   * Enters a state after one more character, if that is shorter than before; once the repository is
   * complete its length no longer matters.
   */
  private boolean improve(int[] shortest, int target, int lengthBefore) {
    int length = states.get(target).inRepository() ? lengthBefore + 1 : 0;
    if (length > REPOSITORY_LIMIT || length >= shortest[target]) {
      return false;
    }
    shortest[target] = length;
    return true;
  }
}
