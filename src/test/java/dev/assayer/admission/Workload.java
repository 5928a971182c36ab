package dev.assayer.admission;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An object with containers {@code c0}, {@code c1}, … JSON is written with {@code '} for quotes.
 *
 * @param owners the members of its metadata that name owners, with a comma before them; or empty
 */
record Workload(WorkloadKind kind, String name, String uid, String owners, List<String> images) {

  static Workload deployment(String... images) {
    return of(WorkloadKind.DEPLOYMENT, "cart", images);
  }

  static Workload replicaSet(String... images) {
    return of(WorkloadKind.REPLICA_SET, "cart-1", images);
  }

  static Workload pod(String... images) {
    return of(WorkloadKind.POD, "cart-1-x", images);
  }

  static Workload of(WorkloadKind kind, String name, String... images) {
    return new Workload(
        kind, name, kind.kind().toLowerCase(Locale.ROOT) + "-uid", "", List.of(images));
  }

  /** The same under another UID. */
  Workload withUid(String other) {
    return new Workload(kind, name, other, owners, images);
  }

  /** The same, controlled by that one. */
  Workload ownedBy(Workload owner) {
    return owned("'ownerReferences':[" + reference(owner) + "]");
  }

  /** The same with this member of its metadata. */
  Workload owned(String members) {
    return new Workload(kind, name, uid, "," + members, images);
  }

  static String reference(Workload owner) {
    return "{'apiVersion':'"
        + owner.kind.apiVersion()
        + "','kind':'"
        + owner.kind.kind()
        + "','name':'"
        + owner.name
        + "','uid':'"
        + owner.uid
        + "','controller':true,'blockOwnerDeletion':true}";
  }

  String json() {
    String containers =
        IntStream.range(0, images.size())
            .mapToObj(i -> "{'name':'c" + i + "','image':'" + images.get(i) + "'}")
            .collect(Collectors.joining(","));
    return "{'metadata':{'name':'"
        + name
        + "','namespace':'shop','uid':'"
        + uid
        + "'"
        + owners
        + "},"
        + around("{'containers':[" + containers + "]}").substring(1);
  }

  private String around(String specification) {
    String inner = specification;
    for (String member : Arrays.asList(path().split("/", -1)).reversed()) {
      inner = "{'" + member + "':" + inner + "}";
    }
    return inner;
  }

  private String path() {
    return switch (kind) {
      case POD -> "spec";
      case CRON_JOB -> "spec/jobTemplate/spec/template/spec";
      default -> "spec/template/spec";
    };
  }

  /** Its creation, before the API server gave it a UID. */
  String creation() {
    return review("CREATE", json().replace(",'uid':'" + uid + "'", ""), Optional.empty());
  }

  String review(String operation, String object, Optional<String> before) {
    return AdmissionRig.request(
        "'kind':{'group':'"
            + kind.group()
            + "','version':'v1','kind':'"
            + kind.kind()
            + "'},'operation':'"
            + operation
            + "','object':"
            + object
            + before.map(old -> ",'oldObject':" + old).orElse(""));
  }
}
