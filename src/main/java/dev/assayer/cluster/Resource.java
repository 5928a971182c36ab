package dev.assayer.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A kind of object of the Kubernetes API.
 *
 * @param group empty for the core group
 * @param version such as {@code v1}
 * @param kind as in objects
 * @param plural as in paths
 */
public record Resource(String group, String version, String kind, String plural) {
  public static final Resource CONFIG_MAP = new Resource("", "v1", "ConfigMap", "configmaps");
  public static final Resource EVENT = new Resource("", "v1", "Event", "events");
  public static final Resource NAMESPACE = new Resource("", "v1", "Namespace", "namespaces");
  public static final Resource NODE = new Resource("", "v1", "Node", "nodes");
  public static final Resource POD = new Resource("", "v1", "Pod", "pods");
  public static final Resource SECRET = new Resource("", "v1", "Secret", "secrets");
  public static final Resource POLICY_REPORT =
      new Resource("wgpolicyk8s.io", "v1alpha2", "PolicyReport", "policyreports");
  public static final Resource ENDPOINT_SLICE =
      new Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");
  public static final Resource OWN_RIGHTS =
      new Resource(
          "authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews");
  public static final Resource MUTATING_WEBHOOK =
      new Resource(
          "admissionregistration.k8s.io",
          "v1",
          "MutatingWebhookConfiguration",
          "mutatingwebhookconfigurations");
  public static final Resource VALIDATING_WEBHOOK =
      new Resource(
          "admissionregistration.k8s.io",
          "v1",
          "ValidatingWebhookConfiguration",
          "validatingwebhookconfigurations");

  private static final List<Resource> OWNERS =
      List.of(
          new Resource("apps", "v1", "ReplicaSet", "replicasets"),
          new Resource("apps", "v1", "Deployment", "deployments"),
          new Resource("apps", "v1", "StatefulSet", "statefulsets"),
          new Resource("apps", "v1", "DaemonSet", "daemonsets"),
          new Resource("batch", "v1", "Job", "jobs"),
          new Resource("batch", "v1", "CronJob", "cronjobs"),
          new Resource("", "v1", "ReplicationController", "replicationcontrollers"));

  /** The resource of a workload that can own others, if it is one that we may read. */
  static Optional<Resource> owner(String apiVersion, String kind) {
    return OWNERS.stream()
        .filter(one -> one.kind().equals(kind) && one.apiVersion().equals(apiVersion))
        .findFirst();
  }

  /** The value of {@code apiVersion} in objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The path of one object, or of all of them for an empty name. */
  String path(Optional<String> namespace, String name) {
    StringBuilder path = new StringBuilder(group.isEmpty() ? "/api/" : "/apis/");
    path.append(apiVersion());
    namespace.ifPresent(in -> path.append("/namespaces/").append(encoded(in)));
    path.append('/').append(plural);
    return name.isEmpty() ? path.toString() : path.append('/').append(encoded(name)).toString();
  }

  /** A path segment or a value of a query (RFC 3986 section 2.3): a hostile name stays one name. */
  static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (one & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      // A dot alone or two of them would be a step in the path.
      if (plain || (c == '.' && !text.equals(".") && !text.equals(".."))) {
        out.append(c);
      } else {
        out.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
    return out.toString();
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  /** Such as {@code secrets/notary-creds in namespace assayer}, for messages. */
  String named(Optional<String> namespace, String name) {
    return (name.isEmpty() ? plural : plural + "/" + name)
        + namespace.map(in -> " in namespace " + in).orElse("");
  }
}
