package dev.assayer.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The labels of namespaces. Never throws. */
@FunctionalInterface
public interface NamespaceSource {
  /**
   * The labels of a namespace, some seconds old at most; empty if they are not known, which never
   * takes a namespace out of verification. May wait for a short, bounded time.
   */
  Optional<Map<String, String>> labels(String namespace);

  /**
   * The names of all namespaces that have this label, or have it not, in order; empty if the API
   * server did not say. Asks it, for some seconds at most: for the background.
   */
  default Optional<List<String>> having(String label, boolean present) {
    return Optional.empty();
  }
}
