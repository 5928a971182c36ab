package dev.assayer.telemetry;

import java.util.List;
import java.util.Set;

/**
 * What metrics need to know of the configuration in force.
 *
 * @param policyDigest {@code sha256:…} of the configuration
 * @param schema its {@code apiVersion}
 * @param generation counts the configurations applied by this process, from 1
 * @param rules one for each rule of the policy
 * @param repositories normalised repositories that a rule names without any wildcard, in order
 * @param upstreams hosts that may be called
 * @param receivers who is told of decisions
 */
public record Configured(
    String policyDigest,
    String schema,
    long generation,
    boolean detectionMode,
    List<Rule> rules,
    List<String> repositories,
    List<Validator> validators,
    Set<Upstream> upstreams,
    Set<Receiver> receivers) {

  /** Copies the lists. */
  public Configured {
    rules = List.copyOf(rules);
    repositories = List.copyOf(repositories);
    validators = List.copyOf(validators);
    upstreams = Set.copyOf(upstreams);
    receivers = Set.copyOf(receivers);
  }

  /**
   * A rule.
   *
   * @param mode {@code enforce}, {@code warn} or {@code audit}
   */
  public record Rule(boolean verify, String mode) {}

  /**
   * A validator.
   *
   * @param type {@code notaryV1}, {@code cosign}, {@code notation} or {@code static}
   * @param keys names of its trust roots
   */
  public record Validator(String name, String type, List<String> keys) {
    /** Copies the list. */
    public Validator {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A host that may be called.
   *
   * @param host {@code host}, or {@code host:port} unless that is 443
   * @param kind {@code notary}, {@code registry} or {@code token}
   */
  public record Upstream(String host, String kind) {}

  /**
   * A receiver of alerts.
   *
   * @param category {@code admit} or {@code reject}
   */
  public record Receiver(String name, String category) {}
}
