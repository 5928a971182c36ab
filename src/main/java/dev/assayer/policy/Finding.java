package dev.assayer.policy;

/**
 * A rule of a list that can have no effect, or not the one its author wants.
 *
 * @param index the rule's place in the list, from 0
 * @param kind what is wrong
 * @param message one or two sentences: the rule, its pattern, what is wrong
 * @param fix one sentence: what to write instead
 */
public record Finding(int index, Kind kind, String message, String fix) {

  /** What can be wrong with a rule's pattern. */
  public enum Kind {
    /** No image has a normalised name that the pattern matches. */
    MATCHES_NOTHING,
    /** What reads like a Docker Hub name matches only names of a registry host called so. */
    TAKEN_FOR_HOST,
    /** The same pattern stands earlier. */
    DUPLICATE,
    /** Whatever the rule matches, another rule matches too and is the more specific. */
    ALWAYS_BEATEN
  }
}
