package dev.assayer.admission;

import dev.assayer.cluster.NamespaceSource;
import dev.assayer.config.NamespacesConfig;
import dev.assayer.decision.StageLog;
import java.util.Map;
import java.util.Optional;

/**
 * Which namespaces are verified, by a label's presence, whatever its value. Decided here and not by
 * a selector of the webhook, so that what is left out is on record. What is not known is verified.
 */
final class NamespaceScope {
  private final NamespacesConfig config;
  private final Optional<NamespaceSource> source;

  /**
   * Knows no namespace's labels without a source.
   *
   * @param source asked at each decision that has something to verify
   */
  NamespaceScope(NamespacesConfig config, Optional<NamespaceSource> source) {
    this.config = config;
    this.source = source;
  }

  /** Why nothing is verified in this namespace; empty where it is. May wait for a short time. */
  Optional<String> excludes(String namespace, StageLog stages) {
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Optional<Map<String, String>> labels;
    try (StageLog.Span span = stages.begin("namespace.labels")) {
      labels = source.get().labels(namespace);
      span.note(labels.isPresent() ? "known" : "unknown");
    }
    return labels.flatMap(known -> excludes(namespace, known));
  }

  private Optional<String> excludes(String namespace, Map<String, String> labels) {
    boolean has = labels.containsKey(config.label());
    return config.covers(labels)
        ? Optional.empty()
        : Optional.of(
            "namespace "
                + namespace
                + (has ? " has the label " : " has no label ")
                + config.label());
  }
}
