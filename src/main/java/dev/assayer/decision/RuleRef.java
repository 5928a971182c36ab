package dev.assayer.decision;

import java.util.List;

/**
 * The policy rule that applied.
 *
 * @param index position in the policy, from 0
 * @param pattern the pattern as configured
 * @param wonOver patterns of the other rules that matched too
 * @param demand digest of all that the rule asks for; empty if it is not known
 * @param via digest of whom its validators ask, one each, in rule order
 */
public record RuleRef(
    int index, String pattern, List<String> wonOver, String demand, List<String> via) {

  /** A rule of which no more is known. */
  public RuleRef(int index, String pattern, List<String> wonOver) {
    this(index, pattern, wonOver, "", List.of());
  }
}
