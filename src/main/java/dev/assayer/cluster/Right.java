package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule of RBAC.
 *
 * @param groups of the API; the core group is empty
 * @param names the only objects that it is for; empty for all
 */
public record Right(
    Set<String> groups, Set<String> resources, Set<String> names, Set<String> verbs) {

  /** Copies the sets. */
  public Right {
    groups = Set.copyOf(groups);
    resources = Set.copyOf(resources);
    names = Set.copyOf(names);
    verbs = Set.copyOf(verbs);
  }

  /** All objects of these kinds of one group. */
  static Right of(String group, List<String> resources, String... verbs) {
    return new Right(Set.of(group), Set.copyOf(resources), Set.of(), Set.of(verbs));
  }

  /** The same for these objects alone. */
  Right named(Set<String> only) {
    return new Right(groups, resources, only, verbs);
  }

  /** A rule as a SelfSubjectRulesReview tells it. */
  static Right read(JsonObject rule) {
    return new Right(
        Set.copyOf(Text.strings(rule, "apiGroups")),
        Set.copyOf(Text.strings(rule, "resources")),
        Set.copyOf(Text.strings(rule, "resourceNames")),
        Set.copyOf(Text.strings(rule, "verbs")));
  }

  /** Whether one of these gives each single part of this. A wildcard is given by none. */
  boolean within(List<Right> given) {
    for (String group : groups) {
      for (String resource : resources) {
        for (String verb : verbs) {
          if (given.stream().noneMatch(right -> right.gives(group, resource, verb, names))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean gives(String group, String resource, String verb, Set<String> only) {
    return has(groups, group)
        && has(resources, resource)
        && has(verbs, verb)
        && (names.isEmpty() || (!only.isEmpty() && names.containsAll(only)));
  }

  /** What is unknown to a wildcard is still given by it. */
  private static boolean has(Set<String> all, String one) {
    return all.contains(one) || all.contains("*");
  }

  /** Such as {@code get secrets named [a, b]}. */
  String words() {
    String what =
        String.join(",", new TreeSet<>(verbs))
            + ' '
            + String.join(",", new TreeSet<>(resources))
            + (groups.equals(Set.of("")) ? "" : " of " + String.join(",", new TreeSet<>(groups)));
    return Text.safe(names.isEmpty() ? what : what + " named " + new TreeSet<>(names), 200);
  }
}
