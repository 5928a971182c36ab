package dev.assayer.decision;

import java.util.Optional;

/**
 * What of the configuration in force, beside its rules, is kept with a decision.
 *
 * @param scope which namespaces are verified: {@code ignore} or {@code validate}, and the label
 * @param revokedKeys digest of the key ids that count for nothing
 * @param document the configuration without its secrets, to verify the decision again
 */
public record PolicyFacts(String scope, String revokedKeys, Optional<Evidence> document) {
  /** Nothing is known. */
  public static final PolicyFacts UNKNOWN = new PolicyFacts("", "", Optional.empty());

  /** The same with the document by name only. */
  PolicyFacts named() {
    return new PolicyFacts(scope, revokedKeys, document.map(Evidence::named));
  }
}
