package dev.assayer.admission;

import dev.assayer.decision.Decision;
import java.util.Optional;

/**
 * An AdmissionReview request that was understood.
 *
 * @param facts what the record says of it
 * @param group API group of the object's kind
 * @param operation what is done
 * @param subResource such as {@code status}; empty for none
 * @param object the object as it shall be; absent on DELETE
 * @param oldObject the object as it is stored; absent on CREATE
 */
record ReviewRequest(
    Decision.Request facts,
    String group,
    Operation operation,
    String subResource,
    Optional<Node> object,
    Optional<Node> oldObject) {

  /** The closed set of operations of admission.k8s.io/v1. */
  enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }

  /** The namespace, absent for an object of the cluster. */
  Optional<String> namespace() {
    return facts.namespace().isEmpty() ? Optional.empty() : Optional.of(facts.namespace());
  }

  /** Whether objects of this kind are ours, and where their pod specification is. */
  Optional<WorkloadKind> workload() {
    return WorkloadKind.of(group, facts.kind());
  }

  /** Whether this request can start containers: what it writes has a pod specification in force. */
  boolean canStartContainers() {
    boolean writes = operation == Operation.CREATE || operation == Operation.UPDATE;
    return writes && (subResource.isEmpty() || isDebug());
  }

  /** {@code kubectl debug}: the one subresource that brings containers. */
  boolean isDebug() {
    return subResource.equals("ephemeralcontainers");
  }

  /** The stored object, which counts on UPDATE only. */
  Optional<Node> stored() {
    return operation == Operation.UPDATE ? oldObject : Optional.empty();
  }

  /**
   * Whether the stored object is on its way out. The new object's own claim is the user's, and
   * counts for nothing.
   */
  boolean isBeingDeleted() {
    return stored()
        .flatMap(old -> old.value().get("metadata"))
        .flatMap(metadata -> metadata.asObject())
        .flatMap(metadata -> metadata.get("deletionTimestamp"))
        .flatMap(timestamp -> timestamp.asString())
        .filter(timestamp -> !timestamp.isEmpty())
        .isPresent();
  }
}
