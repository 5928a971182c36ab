package dev.assayer.policy;

import dev.assayer.image.Printable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a rule was chosen for an image, or none.
 *
 * @param image the name that was matched, {@code host/path:tag}
 * @param selection the winner, if any rule matched and applied
 * @param steps what became of each rule, in policy order
 */
public record Explanation<R>(String image, Optional<Selection<R>> selection, List<Step<R>> steps) {
  /** Copies the list. */
  public Explanation {
    steps = List.copyOf(steps);
  }

  /** One sentence a rule, in policy order, then the result. */
  public List<String> why() {
    return Stream.concat(steps.stream().map(Step::sentence), Stream.of(result())).toList();
  }

  private String result() {
    return selection
        .map(won -> label(won.index(), won.pattern()) + " is the rule for " + image + ".")
        .orElse("No rule is left for " + image + ".");
  }

  private static String label(int index, String pattern) {
    return "policy[" + index + "] " + Printable.quoted(pattern);
  }

  /**
   * What became of one rule.
   *
   * @param rule the rule
   * @param index its place in the policy, from 0
   * @param pattern its pattern as configured
   * @param outcome matched or not, won or lost
   */
  public record Step<R>(R rule, int index, String pattern, Outcome outcome) {

    /** The step for people. */
    public String sentence() {
      return label(index, pattern) + " " + outcome.clause() + ".";
    }
  }

  /** What can become of a rule. */
  public sealed interface Outcome {

    /** The predicate of a sentence about the rule. */
    String clause();

    /** The pattern does not match the name. */
    record NotMatched() implements Outcome {
      @Override
      public String clause() {
        return "does not match";
      }
    }

    /** The pattern matches, but the rule is not for this request. */
    record NotApplicable(String reason) implements Outcome {
      @Override
      public String clause() {
        return "matches but does not apply: " + reason;
      }
    }

    /** The rule matches and another is more specific. */
    record Lost(int winner, Difference difference) implements Outcome {
      @Override
      public String clause() {
        return "matches and loses to policy["
            + winner
            + "] at step "
            + difference.step()
            + ": "
            + difference.sentence();
      }
    }

    /** The rule matches and is the most specific. */
    record Won() implements Outcome {
      @Override
      public String clause() {
        return "matches and wins";
      }
    }
  }
}
