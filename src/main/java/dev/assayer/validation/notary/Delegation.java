package dev.assayer.validation.notary;

import java.util.List;

/**
 * A role to which targets (or another delegation) hands a part of the tags.
 *
 * @param keys who must sign it
 * @param paths prefixes of the tags that it may sign; an empty prefix covers all, no prefix none
 */
record Delegation(RoleKeys keys, List<String> paths) {
  /** Whether this delegation may speak for the tag. */
  boolean covers(String tag) {
    return paths.stream().anyMatch(tag::startsWith);
  }
}
