package dev.assayer.decision;

import java.util.List;

/**
 * The policy rule that applied.
 *
 * @param index position in the policy, from 0
 * @param pattern the pattern as configured
 * @param wonOver patterns of the other rules that matched too
 */
public record RuleRef(int index, String pattern, List<String> wonOver) {}
