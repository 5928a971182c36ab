package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import java.util.List;
import java.util.Optional;

/**
 * A rule as written, each value with its place, before names are resolved.
 *
 * @param field the whole rule
 * @param allRoots whether all trust roots of the validator count
 */
record WrittenRule(
    Field field,
    boolean verify,
    Optional<Text> validator,
    boolean allRoots,
    List<Text> trustRoots,
    List<Text> delegations,
    Optional<Count> threshold,
    List<Text> required,
    List<Text> allOf,
    List<Text> anyOf) {

  /** A number of the file. */
  record Count(Field field, int value) {}

  boolean namesRoots() {
    return allRoots || !trustRoots.isEmpty();
  }
}
