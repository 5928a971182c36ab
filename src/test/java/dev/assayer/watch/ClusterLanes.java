package dev.assayer.watch;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.cluster.PackagedRights;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.Relay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What happens in the cluster, on a real API server. */
final class ClusterLanes {
  private ClusterLanes() {}

  /** An installation with exactly the rights of the chart, in which the webhook stands. */
  private record Installation(ClusterRig rig, LiveReplica replica) {
    static Installation on(Site site, boolean running) {
      ClusterRig rig = new ClusterRig();
      rig.rightsOfTheChart(
          PackagedRights.of(rig.release(), new PackagedRights.Asked(Set.of(), running, false)));
      // The chart makes it empty; a replica may only write into it.
      rig.plane()
          .kubectl("", "create", "configmap", rig.release() + "-seen", "-n", rig.namespace());
      rig.installer().apply(Optional.of(rig.caPem()));
      rig.pod(rig.release() + "-0", Map.of());
      LiveReplica replica = site.replica("a");
      replica.show(rig.identity());
      replica.calledBy(ClientAuthority.trusting(rig.caPem()));
      return new Installation(rig, replica);
    }

    Installation start(String yaml, Map<String, String> more) {
      Map<String, String> environment = new HashMap<>(rig.environment(rig.release()));
      environment.putAll(more);
      replica.start(yaml, environment);
      return this;
    }

    ControlPlane plane() {
      return rig.plane();
    }

    void apply() {
      rig.installer().apply(Optional.of(rig.caPem()));
    }

    void delete(String kind, String name) {
      plane()
          .kubectl("", "delete", kind, name, "-n", rig.namespace(), "--grace-period=0", "--force");
    }
  }

  /** The webhook objects, the sentinel, the glass. */
  static Lane objects(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    Installation made = Installation.on(site, false).start(ServiceLanes.APPROVING, Map.of());
    ClusterRig rig = made.rig();
    site.watched(made.replica().target());
    return Lane.on(site)
        .fault(
            FaultKind.WEBHOOK_CHANGED,
            () ->
                rig.patchMutating(
                    "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\","
                        + "\"value\":\"Ignore\"}]"),
            made::apply)
        .fault(
            FaultKind.WEBHOOK_DELETED,
            () -> rig.delete("mutatingwebhookconfiguration"),
            made::apply)
        .fault(
            FaultKind.GLASS_BROKEN,
            () -> made.plane().apply(glass(rig.namespace(), true)),
            () -> made.delete("configmap", "hotfix"))
        .fault(
            FaultKind.GLASS_REFUSED,
            () -> made.plane().apply(glass(rig.namespace(), false)),
            () -> made.delete("configmap", "hotfix"))
        .fault(
            FaultKind.SENTINEL_FORGED,
            () ->
                rig.pod("assayer-bootstrap-sentinel", Map.of("account", rig.release() + "-nobody")),
            () -> made.delete("pod", "assayer-bootstrap-sentinel"));
  }

  private static String glass(String namespace, boolean immutable) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: hotfix
      namespace: %s
      labels: {assayer.dev/break-glass: "true"}
    immutable: %s
    data:
      namespace: shop
      pattern: "docker.io/acme/*:*"
      reason: INC-7
      requestedBy: dana
      expiry: "%s"
    """
        .formatted(
            namespace,
            immutable,
            Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS));
  }

  /** Rights, the API server itself, and who stands behind the Service. */
  static Lane rights(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    Installation made = Installation.on(site, false);
    ClusterRig rig = made.rig();
    Relay relay = site.closing(new Relay(made.plane().uri().getPort()));
    Path kubeconfig = site.folder("kube").resolve("config");
    String direct = Files.readString(Path.of(rig.environment(rig.release()).get("KUBECONFIG")));
    Files.writeString(
        kubeconfig, direct.replace(":" + made.plane().uri().getPort(), ":" + relay.port()));
    Installation started =
        made.start(ServiceLanes.APPROVING, Map.of("KUBECONFIG", kubeconfig.toString()));
    LiveReplica replica = started.replica();
    ControlPlane plane = made.plane();
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    return Lane.on(site)
        .fault(
            FaultKind.RIGHTS_ADDED,
            () -> {
              plane.apply(added(rig.namespace()));
              Site.sleep(Duration.ofSeconds(1));
              replica.restart();
            },
            () -> {
              plane.kubectl("", "delete", "role,rolebinding", "added", "-n", rig.namespace());
              Site.sleep(Duration.ofSeconds(1));
              replica.restart();
            })
        .fault(
            FaultKind.RIGHTS_TAKEN,
            () -> {
              PackagedRights all = rightsOf(rig);
              rig.rightsOfTheChart(
                  new PackagedRights(
                      all.wide().stream()
                          .filter(right -> !right.toString().contains("replicasets"))
                          .toList(),
                      all.home()));
              Site.sleep(Duration.ofSeconds(1));
              replica.restart();
            },
            () -> {
              rig.rightsOfTheChart(rightsOf(rig));
              Site.sleep(Duration.ofSeconds(1));
              replica.restart();
            })
        .fault(FaultKind.API_SERVER_UNREACHABLE, relay::cut, () -> relay.to(plane.uri().getPort()));
  }

  private static PackagedRights rightsOf(ClusterRig rig) {
    return PackagedRights.of(rig.release(), new PackagedRights.Asked(Set.of(), false, false));
  }

  private static String added(String namespace) {
    return """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: added, namespace: %1$s}
    rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: added, namespace: %1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: added}
    subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
    """
        .formatted(namespace);
  }

  /** Somebody behind the Service, an image that runs without a signature, a log that is gone. */
  static Lane running(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    SignedRepository repository = TrustLanes.signed();
    notary.add(repository);
    Installation made =
        Installation.on(site, true)
            .start(
                "audit: {directory: log, publish: {interval: 1s}}\nreverification: {enabled: true, interval: 1m}\n"
                    + TrustLanes.trusting(notary.baseHost(), notary.caPem(), repository),
                Map.of());
    ClusterRig rig = made.rig();
    String shop = made.plane().namespace("shop");
    site.load(TrustLanes.PAUSE, () -> made.replica().create(TrustLanes.SIGNED))
        .watched(made.replica().target());
    return Lane.on(site)
        .fault(
            FaultKind.LOG_REMOVED,
            () -> {
              made.replica().close();
              remove(made.replica().directory().resolve("log"));
              made.replica().start();
            },
            made.replica()::restart)
        .fault(
            FaultKind.ENDPOINT_ADDED,
            () -> made.plane().apply(slice(rig.namespace())),
            () -> made.delete("endpointslice", "another"))
        .fault(
            FaultKind.UNSIGNED_IMAGE_RUNS,
            () -> {
              made.plane().apply(pod(shop));
              made.plane()
                  .kubectl(
                      "",
                      "patch",
                      "pod",
                      "stray",
                      "-n",
                      shop,
                      "--subresource=status",
                      "--type=merge",
                      "-p",
                      STRAY);
              made.replica().restart();
            },
            () -> {
              made.plane()
                  .kubectl("", "delete", "pod", "stray", "-n", shop, "--grace-period=0", "--force");
              made.replica().restart();
            });
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static final String STRAY =
      """
      {"status":{"phase":"Running","containerStatuses":[{"name":"app","image":"x","ready":true,
      "restartCount":0,"imageID":"registry.example/acme/app@sha256:%s",
      "containerID":"containerd://0123"}]}}
      """
          .formatted("77".repeat(32));

  private static String pod(String namespace) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: stray, namespace: %s}
    spec:
      containers: [{name: app, image: "registry.example/acme/app:unsigned"}]
    """
        .formatted(namespace);
  }

  private static String slice(String release) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: another
      namespace: %1$s
      labels: {kubernetes.io/service-name: %1$s}
    addressType: IPv4
    ports: [{name: https, port: 8443}]
    endpoints: [{addresses: [10.9.9.9]}]
    """
        .formatted(release);
  }
}
