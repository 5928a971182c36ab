package dev.assayer.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A whole, valid configuration. Each component stands for the field of the same name in the file;
 * what the file leaves out has its documented default.
 *
 * @param source name of the file it came from
 * @param cluster name of the cluster, for records and alerts
 * @param webhook the admission listener
 * @param admin the listener for metrics and health
 * @param page the listener of the operator page
 * @param audit the audit log
 * @param state where verified trust and rollback marks are remembered
 * @param freshness how old remembered metadata may be
 * @param readiness what makes a replica unready
 * @param grace what is admitted while a dependency is down
 * @param detectionMode true: nothing is denied, everything is recorded
 * @param mutation which kinds have their images pinned
 * @param automaticChildApproval whether a verified owner approves its children
 * @param revoked what is distrusted whatever is signed
 * @param liveness what makes a replica restart
 * @param namespaces which namespaces are verified
 * @param unknownKinds what happens to unknown kinds with a pod template
 * @param registries hosts ({@code host[:port]}) that cosign and notation may call beyond those
 *     written literally in the matching rule
 * @param reverification whether running images are verified again in the background
 * @param validators in file order, names distinct
 * @param policy the rules in file order, never empty
 * @param alerting who is told about decisions
 * @param policyDigest {@code sha256:<hex>} over the file and the trust material it refers to
 * @param trustRootDigest {@code sha256:<hex>} over which key is trusted under which name
 */
public record Config(
    String source,
    String cluster,
    WebhookConfig webhook,
    Listener admin,
    Page page,
    AuditConfig audit,
    StateConfig state,
    Freshness freshness,
    Readiness readiness,
    Grace grace,
    boolean detectionMode,
    Mutation mutation,
    AutomaticChildApproval automaticChildApproval,
    Revoked revoked,
    Liveness liveness,
    NamespacesConfig namespaces,
    UnknownKinds unknownKinds,
    List<String> registries,
    Reverification reverification,
    List<ValidatorConfig> validators,
    List<RuleConfig> policy,
    AlertingConfig alerting,
    String policyDigest,
    String trustRootDigest) {

  /** Copies the lists. */
  public Config {
    registries = List.copyOf(registries);
    validators = List.copyOf(validators);
    policy = List.copyOf(policy);
  }

  /** The same with this much time for one review, also more than a file may give. */
  public Config withBudget(Duration budget) {
    return new Config(
        source,
        cluster,
        webhook.withBudget(budget),
        admin,
        page,
        audit,
        state,
        freshness,
        readiness,
        grace,
        detectionMode,
        mutation,
        automaticChildApproval,
        revoked,
        liveness,
        namespaces,
        unknownKinds,
        registries,
        reverification,
        validators,
        policy,
        alerting,
        policyDigest,
        trustRootDigest);
  }

  /** The validator of that name, if configured. */
  public Optional<ValidatorConfig> validator(String name) {
    return validators.stream().filter(validator -> validator.name().equals(name)).findFirst();
  }

  /**
   * A plain listener.
   *
   * @param address host name or IP address to bind
   * @param port TCP port; 0 for any free one
   */
  public record Listener(String address, int port) {}

  /**
   * The operator page.
   *
   * @param address a loopback address
   * @param port TCP port; 0 for any free one
   */
  public record Page(boolean enabled, String address, int port) {}

  /**
   * How old remembered metadata may be.
   *
   * @param timestampMaxAge how long a fetched timestamp serves; zero: fetched every time
   */
  public record Freshness(Duration timestampMaxAge) {}

  /**
   * What makes a replica unready.
   *
   * @param notary the part that the validators' health plays
   */
  public record Readiness(NotaryGate notary) {}

  /** How the health of validators with {@code healthCheck} moves readiness. */
  public enum NotaryGate {
    /** Not ready when all of them are down. */
    GATE,
    /** Not ready when any of them is down. */
    ANY,
    /** Reported only. */
    REPORT
  }

  /**
   * What is admitted while a dependency is down.
   *
   * @param maxAge how old a verified decision may be to serve; zero: off
   */
  public record Grace(Duration maxAge) {}

  /** Which kinds have their images pinned. */
  public enum Mutation {
    /** All kinds. */
    WORKLOADS,
    /** Pods; owners are verified, never rewritten. */
    PODS,
    /** None. */
    NONE
  }

  /**
   * Approval of children by their owner.
   *
   * @param enabled whether a verified owner approves its children
   */
  public record AutomaticChildApproval(boolean enabled) {}

  /**
   * What is distrusted at once, whatever is signed or remembered.
   *
   * @param digests image digests, {@code sha256:<64 lower-case hex>}
   * @param keyIds key ids, 64 lower-case hex characters
   */
  public record Revoked(List<String> digests, List<String> keyIds) {
    /** Copies the lists. */
    public Revoked {
      digests = List.copyOf(digests);
      keyIds = List.copyOf(keyIds);
    }
  }

  /**
   * What makes a replica restart.
   *
   * @param notary whether a Notary that is down does
   */
  public record Liveness(boolean notary) {}

  /**
   * Verification of running images in the background, by one replica for all.
   *
   * @param enabled whether it is done
   * @param interval from the start of one look at all of them to the next
   * @param policyReports whether each namespace gets a PolicyReport of what was found
   */
  public record Reverification(boolean enabled, Duration interval, boolean policyReports) {}

  /** What happens to kinds with a pod template that are not known. */
  public enum UnknownKinds {
    DENY,
    EXEMPT
  }
}
