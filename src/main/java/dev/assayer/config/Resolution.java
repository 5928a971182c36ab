package dev.assayer.config;

import java.util.List;

/** What a rule asks for, after names that it leaves out have been selected. */
public sealed interface Resolution {

  /** {@code verify: false}: admitted unverified. */
  record Exempt() implements Resolution {}

  /**
   * These validators are asked.
   *
   * @param combination how their answers combine
   * @param validators in the order of the rule, never empty; exactly one for {@link
   *     Combination#SINGLE}, at least two otherwise
   */
  record Resolved(Combination combination, List<ResolvedValidator> validators)
      implements Resolution {
    /** Copies the list. */
    public Resolved {
      validators = List.copyOf(validators);
      if (validators.isEmpty() || (combination == Combination.SINGLE) != (validators.size() == 1)) {
        throw new IllegalArgumentException(combination + " of " + validators.size());
      }
    }
  }

  /**
   * No validator or trust root can be selected: images under this rule are denied {@code
   * config_error}.
   *
   * @param why the sentence that names field and remedy
   */
  record Unresolvable(String why) implements Resolution {}

  /** How the answers of several validators combine. */
  enum Combination {
    /** One validator. */
    SINGLE,
    /** All must verify the same digest. */
    ALL_OF,
    /** One that verifies is enough. */
    ANY_OF
  }

  /**
   * A validator with the trust roots that count.
   *
   * @param validator name of the validator
   * @param trustRoots names of its trust roots; empty only for a static validator
   */
  record ResolvedValidator(String validator, List<String> trustRoots) {
    /** Copies the list. */
    public ResolvedValidator {
      trustRoots = List.copyOf(trustRoots);
    }
  }
}
