package dev.assayer.policy;

import java.util.List;

/**
 * The rule that wins for an image.
 *
 * @param rule the winner
 * @param index its place in the policy, from 0
 * @param pattern its pattern as configured
 * @param over the other matching, applicable rules in policy order
 */
public record Selection<R>(R rule, int index, String pattern, List<Beaten<R>> over) {
  /** Copies the list. */
  public Selection {
    over = List.copyOf(over);
  }

  /**
   * A rule that matched too and was less specific.
   *
   * @param rule the loser
   * @param index its place in the policy, from 0
   * @param pattern its pattern as configured
   * @param difference what decided against it
   */
  public record Beaten<R>(R rule, int index, String pattern, Difference difference) {}
}
