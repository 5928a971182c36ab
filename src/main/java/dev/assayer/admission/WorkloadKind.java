package dev.assayer.admission;

import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * The kinds whose pod specification is known, by group and kind: a Deployment of another group is
 * not ours. Versions of one group keep the pod specification at the same place.
 */
enum WorkloadKind {
  POD("", "Pod", "spec"),
  REPLICATION_CONTROLLER("", "ReplicationController", Paths.TEMPLATE),
  DEPLOYMENT("apps", "Deployment", Paths.TEMPLATE),
  REPLICA_SET("apps", "ReplicaSet", Paths.TEMPLATE),
  DAEMON_SET("apps", "DaemonSet", Paths.TEMPLATE),
  STATEFUL_SET("apps", "StatefulSet", Paths.TEMPLATE),
  JOB("batch", "Job", Paths.TEMPLATE),
  CRON_JOB("batch", "CronJob", "spec/jobTemplate/spec/template/spec");

  private static final class Paths {
    static final String TEMPLATE = "spec/template/spec";
  }

  static final String VERSION = "v1";

  private final String group;
  private final String kind;
  private final String podSpec;

  WorkloadKind(String group, String kind, String podSpec) {
    this.group = group;
    this.kind = kind;
    this.podSpec = podSpec;
  }

  static Optional<WorkloadKind> of(String group, String kind) {
    for (WorkloadKind known : values()) {
      if (known.group.equals(group) && known.kind.equals(kind)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** The group and version of its objects; all of these kinds are at v1. */
  String apiVersion() {
    return group.isEmpty() ? VERSION : group + "/" + VERSION;
  }

  String group() {
    return group;
  }

  String kind() {
    return kind;
  }

  /** The members of an object of this kind that lead to this pod specification. */
  JsonObject around(JsonObject specification) {
    List<String> path = List.of(podSpec.split("/", -1)).reversed();
    JsonObject inner = specification;
    for (String member : path) {
      inner = JsonObject.builder().put(member, inner).build();
    }
    return inner;
  }

  /** The pod specification of an object of this kind. */
  Node podSpec(Node object) throws BadReviewException {
    Node node = object;
    for (String member : podSpec.split("/", -1)) {
      node = node.requiredObject(member);
    }
    return node;
  }
}
