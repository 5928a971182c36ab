package dev.assayer.config;

import dev.assayer.decision.Mode;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One policy rule.
 *
 * @param index position in the policy, from 0
 * @param line line of its pattern in the file, from 1
 * @param pattern the pattern as written; any string, also an empty one
 * @param verify false: images are admitted unverified
 * @param validator the validator as written; empty where none is named
 * @param trustRoot the trust roots as written: names, or only {@code "*"} for all of the validator;
 *     empty where none is named
 * @param delegations Notary roles without {@code targets/}; all, or {@code threshold} of them, must
 *     have signed
 * @param threshold how many delegations (Notary v1) or trust roots (cosign) suffice; empty for all
 * @param required trust roots (cosign) that must have signed whatever the threshold
 * @param allOf validators that must agree on one digest
 * @param anyOf validators of which one is enough
 * @param namespaces namespaces the rule is for, names or patterns with {@code *}; empty for all
 * @param mode how the verdict becomes an outcome: enforce, warn or audit
 * @param asConfigured the rule exactly as written, without defaults
 * @param resolution what the rule means
 */
public record RuleConfig(
    int index,
    int line,
    String pattern,
    boolean verify,
    Optional<String> validator,
    List<String> trustRoot,
    List<String> delegations,
    OptionalInt threshold,
    List<String> required,
    List<String> allOf,
    List<String> anyOf,
    List<String> namespaces,
    Mode mode,
    JsonObject asConfigured,
    Resolution resolution) {

  /** Copies the lists. */
  public RuleConfig {
    trustRoot = List.copyOf(trustRoot);
    delegations = List.copyOf(delegations);
    required = List.copyOf(required);
    allOf = List.copyOf(allOf);
    anyOf = List.copyOf(anyOf);
    namespaces = List.copyOf(namespaces);
  }
}
