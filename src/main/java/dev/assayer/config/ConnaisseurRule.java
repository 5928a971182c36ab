package dev.assayer.config;

import java.util.List;
import java.util.Optional;

/**
 * A rule of Connaisseur and what it becomes.
 *
 * @param index its place in Connaisseur's policy, from 0
 * @param field the rule there
 * @param effect what it does with images
 * @param pattern its pattern, as ours
 * @param node the rule of ours; empty where there is none
 * @param delegations the demanded delegations, without {@code targets/}
 */
record ConnaisseurRule(
    int index,
    Field field,
    Effect effect,
    ConnaisseurPattern pattern,
    Optional<YamlNode.Mapping> node,
    List<String> delegations) {

  /** Copies the list. */
  ConnaisseurRule {
    delegations = List.copyOf(delegations);
  }

  /** What a rule does with images. */
  enum Effect {
    /** Admits without verification. */
    ALLOW,
    /** Denies. */
    DENY,
    /** Asks a Notary. */
    NOTARY,
    /** Asks another kind of validator. */
    OTHER;

    boolean verifies() {
      return this == NOTARY || this == OTHER;
    }
  }
}
