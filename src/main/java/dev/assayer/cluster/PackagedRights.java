package dev.assayer.cluster;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the chart gives the account of the replicas, rule by rule; a test holds it to the chart.
 *
 * @param wide in the whole cluster
 * @param home in the own namespace, beside that
 */
public record PackagedRights(List<Right> wide, List<Right> home) {
  /** Objects of each kind of shared state. */
  private static final int SHARDS = 16;

  /** Copies the lists. */
  public PackagedRights {
    wide = List.copyOf(wide);
    home = List.copyOf(home);
  }

  /**
   * What the configuration makes the chart give.
   *
   * @param secrets that validators name
   * @param running whether running images are verified again
   * @param reports whether reports are kept of them
   */
  public record Asked(Set<String> secrets, boolean running, boolean reports) {
    /** Copies the set. */
    public Asked {
      secrets = Set.copyOf(secrets);
    }
  }

  /** The rules for this release. */
  public static PackagedRights of(String release, Asked asked) {
    List<Right> wide =
        new ArrayList<>(
            List.of(
                Right.of(
                        "admissionregistration.k8s.io",
                        List.of("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
                        "get")
                    .named(Set.of(release)),
                Right.of("", List.of("namespaces"), "get", "list", "watch"),
                Right.of(
                    "apps",
                    List.of("deployments", "replicasets", "statefulsets", "daemonsets"),
                    "get"),
                Right.of("batch", List.of("jobs", "cronjobs"), "get"),
                Right.of("", List.of("replicationcontrollers"), "get"),
                Right.of("", List.of("events"), "create", "patch")));
    if (asked.running()) {
      wide.add(Right.of("", List.of("pods"), "list"));
      wide.add(Right.of("", List.of("nodes"), "get"));
    }
    if (asked.running() && asked.reports()) {
      List<String> reports = List.of(Resource.POLICY_REPORT.plural());
      String group = Resource.POLICY_REPORT.group();
      wide.add(Right.of(group, reports, "list", "create"));
      wide.add(Right.of(group, reports, "patch", "delete").named(Set.of(release)));
    }
    List<Right> home =
        new ArrayList<>(
            List.of(
                Right.of("", List.of("pods"), "get"),
                Right.of("discovery.k8s.io", List.of("endpointslices"), "list"),
                Right.of("", List.of("configmaps"), "get", "list", "watch"),
                Right.of("", List.of("configmaps"), "patch").named(written(release)),
                Right.of("coordination.k8s.io", List.of("leases"), "create"),
                Right.of("coordination.k8s.io", List.of("leases"), "get", "update", "patch")
                    .named(Set.of(release + "-leader"))));
    if (!asked.secrets().isEmpty()) {
      home.add(Right.of("", List.of("secrets"), "get").named(asked.secrets()));
    }
    return new PackagedRights(wide, home);
  }

  private static Set<String> written(String release) {
    Set<String> names =
        IntStream.range(0, SHARDS)
            .boxed()
            .flatMap(i -> Stream.of(release + "-marks-" + i, release + "-facts-" + i))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    names.add(release + "-seen");
    names.add(release + "-checkpoints");
    return names;
  }
}
