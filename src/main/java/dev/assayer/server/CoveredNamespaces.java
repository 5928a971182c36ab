package dev.assayer.server;

import dev.assayer.cluster.NamespaceSource;
import dev.assayer.config.NamespacesConfig;

/**
 * The namespaces whose running images are looked at: those of which the webhook decides. The own
 * one is not, and those are not that their labels take out; one whose labels are unknown is.
 *
 * @param home the own namespace
 */
record CoveredNamespaces(NamespacesConfig config, NamespaceSource source, String home) {

  boolean covers(String namespace) {
    if (namespace.equals(home)) {
      return false;
    }
    return source.labels(namespace).map(config::covers).orElse(true);
  }
}
