package dev.assayer.config;

import dev.assayer.decision.Evidence;
import dev.assayer.decision.PolicyFacts;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Digests of what a rule asks for, whatever it is called and wherever it stands: two rules with the
 * same demand judge an image alike. Records have them, so that a replay against another
 * configuration knows where that asks for the same.
 */
public final class Demand {
  private static final char FIELD = '\u001f';

  private Demand() {}

  /** {@code sha256:…} of all that a rule asks for; revoked keys and digests left aside. */
  public static String of(Config config, RuleConfig rule) {
    List<String> parts = new ArrayList<>();
    switch (rule.resolution()) {
      case Resolution.Exempt() -> parts.add("exempt");
      case Resolution.Unresolvable _ -> parts.add("unresolvable");
      case Resolution.Resolved(Resolution.Combination how, var validators) -> {
        parts.add(how.name());
        for (Resolution.ResolvedValidator asked : validators) {
          parts.add(config.validator(asked.validator()).map(Demand::via).orElse("none"));
          TreeSet<String> roots = new TreeSet<>();
          for (String name : asked.trustRoots()) {
            config
                .validator(asked.validator())
                .flatMap(section -> section.trustRoot(name))
                .ifPresent(root -> roots.add(Digests.fingerprint(root.material())));
          }
          parts.add("roots");
          parts.addAll(roots);
        }
        parts.add("delegations");
        parts.addAll(new TreeSet<>(rule.delegations()));
        parts.add("threshold " + rule.threshold());
        parts.add("required");
        parts.addAll(new TreeSet<>(rule.required()));
      }
    }
    return digest(parts);
  }

  /** {@link #via} of each validator that a rule asks, in its order. */
  public static List<String> vias(Config config, RuleConfig rule) {
    return rule.resolution() instanceof Resolution.Resolved resolved
        ? resolved.validators().stream()
            .flatMap(asked -> config.validator(asked.validator()).stream())
            .map(Demand::via)
            .toList()
        : List.of();
  }

  /** {@code sha256:…} of whom a validator asks and how, without its trust roots. */
  public static String via(ValidatorConfig section) {
    List<String> parts = new ArrayList<>();
    parts.add(section.type());
    switch (section) {
      case NotaryV1Config notary -> {
        parts.add(notary.host());
        parts.add("unbound " + notary.allowUnboundRoot());
        notary.ca().forEach(ca -> parts.add(digest(ca)));
      }
      case CosignConfig cosign -> {
        parts.add("log " + cosign.transparencyLogRequired());
        parts.add(cosign.trustedRootFile().map(String::valueOf).orElse("-"));
      }
      case NotationConfig notation -> parts.add(notation.level().name());
      case StaticConfig fixed -> parts.add("approve " + fixed.approve());
    }
    return digest(parts);
  }

  /**
   * What is kept with decisions beside the rules.
   *
   * @param document the configuration without its secrets
   */
  public static PolicyFacts facts(Config config, Evidence document) {
    return new PolicyFacts(scope(config), revokedKeys(config), Optional.of(document));
  }

  /** Which namespaces are verified. */
  public static String scope(Config config) {
    return config.namespaces().mode().name().toLowerCase(Locale.ROOT)
        + ' '
        + config.namespaces().label();
  }

  /** Digest of the key ids that count for nothing. */
  public static String revokedKeys(Config config) {
    return digest(List.copyOf(new TreeSet<>(config.revoked().keyIds())));
  }

  private static String digest(X509Certificate certificate) {
    try {
      return Digests.sha256(certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** No part can hold the mark between them, which no text of a valid configuration has. */
  private static String digest(List<String> parts) {
    return Digests.sha256(
        String.join(String.valueOf(FIELD), parts).getBytes(StandardCharsets.UTF_8));
  }
}
