package dev.assayer.cluster;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rights as the rules of a role. */
final class RightsText {
  private RightsText() {}

  static String rules(List<Right> rights) {
    return rights.stream()
        .map(right ->
            "{apiGroups: [%s], resources: [%s], resourceNames: [%s], verbs: [%s]}"
                .formatted(
                    quoted(right.groups()),
                    quoted(right.resources()),
                    quoted(right.names()),
                    quoted(right.verbs())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(Set<String> all) {
    return all.stream().map(one -> '"' + one + '"').collect(Collectors.joining(", "));
  }
}
