package dev.assayer.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where this process stands in a cluster, as the chart tells it through the environment.
 *
 * @param release full name of the release, F: the webhook objects are called so
 * @param namespace of the release
 * @param pod name of the own pod; empty outside one
 * @param serviceAccount under which this process runs; empty if it is not known
 * @param access how the API server is reached
 * @param authority file with the CA of the webhook's certificate, if one is named
 */
public record ClusterSettings(
    String release,
    String namespace,
    String pod,
    String serviceAccount,
    Access access,
    Optional<Path> authority) {
  public static final String RELEASE = "ASSAYER_RELEASE";
  public static final String NAMESPACE = "ASSAYER_POD_NAMESPACE";
  public static final String POD = "ASSAYER_POD_NAME";
  public static final String AUTHORITY = "ASSAYER_CA_FILE";

  private static final String SERVICE_ACCOUNT = "ASSAYER_SERVICE_ACCOUNT";
  private static final String KUBECONFIG = "KUBECONFIG";
  private static final String HOST = "KUBERNETES_SERVICE_HOST";
  private static final String PORT = "KUBERNETES_SERVICE_PORT";
  private static final Path MOUNTED = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /** What the environment says. */
  public sealed interface Found {
    /** There is a cluster. */
    record Inside(ClusterSettings settings) implements Found {}

    /**
     * There is none, and no feature of one.
     *
     * @param why one clause
     */
    record Outside(String why) implements Found {}

    /**
     * There should be one, but something is missing.
     *
     * @param problems each one sentence with its remedy
     */
    record Wrong(List<String> problems) implements Found {
      public Wrong {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads the environment; a release together with credentials turns the cluster on. */
  public static Found of(Map<String, String> environment) {
    return of(environment, MOUNTED);
  }

  static Found of(Map<String, String> environment, Path mounted) {
    Optional<String> release = variable(environment, RELEASE);
    if (release.isEmpty()) {
      return new Found.Outside(RELEASE + " is not set");
    }
    Optional<Access> access = access(environment, mounted);
    if (access.isEmpty()) {
      return new Found.Outside(
          "neither " + KUBECONFIG + " nor the token of a service account is there");
    }
    List<String> problems = new ArrayList<>();
    checkName(RELEASE, release.get(), problems);
    Optional<String> namespace = variable(environment, NAMESPACE);
    if (namespace.isEmpty()) {
      problems.add(
          NAMESPACE + " is not set beside " + RELEASE + "; set it to the release's namespace");
    } else {
      checkName(NAMESPACE, namespace.get(), problems);
    }
    if (!problems.isEmpty()) {
      return new Found.Wrong(problems);
    }
    return new Found.Inside(
        new ClusterSettings(
            release.get(),
            namespace.orElseThrow(),
            variable(environment, POD).orElse(""),
            variable(environment, SERVICE_ACCOUNT).orElse(""),
            access.get(),
            variable(environment, AUTHORITY).map(Path::of)));
  }

  private static Optional<Access> access(Map<String, String> environment, Path mounted) {
    Optional<Access> named =
        variable(environment, KUBECONFIG).map(file -> new Access.Kubeconfig(Path.of(file)));
    return named.or(() ->
        variable(environment, HOST)
            .filter(host -> Files.isReadable(mounted.resolve("token")))
            .map(host -> {
              // An IPv6 address needs brackets in a URL.
              String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
              String port = variable(environment, PORT).orElse("443");
              return new Access.ServiceAccount("https://" + shown + ":" + port, mounted);
            }));
  }

  private static void checkName(String variable, String value, List<String> problems) {
    if (!isName(value)) {
      problems.add(
          variable
              + " is not the name of a Kubernetes object: use lower-case letters, digits and -,"
              + " at most 63");
    }
  }

  /** A DNS label (RFC 1123). */
  static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= 63
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
        && text.charAt(0) != '-'
        && text.charAt(text.length() - 1) != '-';
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** The ConfigMap with the webhook objects as they are to be. */
  String packaged() {
    return release + "-webhooks";
  }

  /** The ConfigMap that says that a replica has seen the webhook. */
  String marker() {
    return release + "-seen";
  }

  /** The ConfigMap with the last checkpoints of the replicas' audit logs. */
  String checkpoints() {
    return release + "-checkpoints";
  }

  /** The ConfigMap with this part of what replicas share. */
  String shard(ShardKind kind, int number) {
    return release + "-" + kind.word() + "-" + number;
  }

  /** The service account of the chart's hooks. */
  String hooksAccount() {
    return release + "-hooks";
  }

  /** The Lease of whoever does the work that one replica does for all. */
  String leaderLease() {
    return release + "-leader";
  }
}
