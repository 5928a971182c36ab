package dev.assayer.policy;

/**
 * The first difference that made one matching rule win over another, in the four steps of
 * specificity. Components are counted from 1; lengths are in characters.
 */
public sealed interface Difference {

  /** The step that decided, 1 to 4. */
  int step();

  /** A clause for people, with the figures: {@code 3 components beat 1}. */
  String sentence();

  /** Step 1: the winner has more components. */
  record MoreComponents(int winner, int loser) implements Difference {
    @Override
    public int step() {
      return 1;
    }

    @Override
    public String sentence() {
      return count(winner, "component") + (winner == 1 ? " beats " : " beat ") + loser;
    }
  }

  /** Step 2: in this component the winner shares a longer prefix with the image. */
  record LongerPrefix(int component, int winner, int loser) implements Difference {
    @Override
    public int step() {
      return 2;
    }

    @Override
    public String sentence() {
      return "the common prefix with component "
          + component
          + " of the image is "
          + count(winner, "character")
          + " against "
          + loser;
    }
  }

  /** Step 3: this component of the winner's pattern is longer. */
  record LongerComponent(int component, int winner, int loser) implements Difference {
    @Override
    public int step() {
      return 3;
    }

    @Override
    public String sentence() {
      return "component "
          + component
          + " of the pattern has "
          + count(winner, "character")
          + " against "
          + loser;
    }
  }

  /** Step 4: all equal, the winner stands earlier; the indices count from 0. */
  record EarlierRule(int winner, int loser) implements Difference {
    @Override
    public int step() {
      return 4;
    }

    @Override
    public String sentence() {
      return "equally specific, and rule " + winner + " stands before rule " + loser;
    }
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
