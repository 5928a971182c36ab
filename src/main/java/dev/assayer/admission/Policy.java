package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.RuleConfig;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.policy.Explanation;
import dev.assayer.policy.RuleSet;
import dev.assayer.policy.Selection;
import java.util.List;
import java.util.Optional;

/**
 * The configured rules, selected by image and namespace. A rule with {@code namespaces} is for
 * those alone: without a namespace (a cluster-scoped object, or {@code verify} without one) it does
 * not apply. Needs no validator and no network.
 */
public final class Policy {
  private static final String END = ":";

  private final RuleSet<RuleConfig> rules;

  private Policy(RuleSet<RuleConfig> rules) {
    this.rules = rules;
  }

  /** The policy of a configuration. */
  public static Policy of(Config config) {
    return new Policy(RuleSet.of(config.policy(), RuleConfig::pattern));
  }

  /** The rules in policy order. */
  public List<RuleConfig> rules() {
    return rules.rules();
  }

  /** The most specific rule for this image in this namespace, if there is any. */
  public Optional<Selection<RuleConfig>> select(ImageReference image, Optional<String> namespace) {
    return rules.select(image, rule -> obstacle(rule, namespace).isEmpty());
  }

  /** The same selection, with what became of every rule. */
  public Explanation<RuleConfig> explain(ImageReference image, Optional<String> namespace) {
    return rules.explain(image, rule -> obstacle(rule, namespace));
  }

  private static Optional<String> obstacle(RuleConfig rule, Optional<String> namespace) {
    if (rule.namespaces().isEmpty()) {
      return Optional.empty();
    }
    String only = "it is for namespaces " + String.join(", ", rule.namespaces());
    if (namespace.isEmpty()) {
      return Optional.of(only + ", and the request has none");
    }
    boolean applies = rule.namespaces().stream().anyMatch(glob -> matches(glob, namespace.get()));
    return applies ? Optional.empty() : Optional.of(only + ", not " + namespace.get());
  }

  /** Both get the end mark that an image pattern would otherwise add as any tag. */
  private static boolean matches(String glob, String namespace) {
    return ImagePattern.of(glob + END).matches(namespace + END);
  }
}
