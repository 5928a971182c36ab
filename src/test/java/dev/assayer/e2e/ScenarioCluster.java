package dev.assayer.e2e;

import dev.assayer.cli.Main;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.Controllers;
import dev.assayer.testing.RealNotary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The cluster of all scenarios: a real API server with audit log and tracing, controllers where
 * they are installed, the chart's objects, a real Notary, and two replicas behind a Service. Only
 * nodes are missing. Started once in a process; who changes something changes it back.
 */
final class ScenarioCluster {
  static final String REPOSITORY = "registry.example/acme/app";
  static final String SIGNED = REPOSITORY + ":1";
  static final String NEXT = REPOSITORY + ":2";
  static final String UNSIGNED = REPOSITORY + ":none";
  static final String DIGEST = "sha256:" + "1a".repeat(32);
  static final String NEXT_DIGEST = "sha256:" + "2b".repeat(32);

  /** {@link #SIGNED} as it is admitted. */
  static final String PINNED = SIGNED + "@" + DIGEST;

  /** Signed on {@link #standby}, a Notary that can be stopped. */
  static final String SHOP = "registry.example/shop/web:1";

  static final String EXEMPT = "registry.k8s.io/pause:3.10";

  /** Made before there was a webhook, with images that nobody has signed. */
  static final String LEGACY =
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: old}
      spec:
        suspend: true
        template:
          spec: {restartPolicy: Never, containers: [{name: c, image: "%1$s"}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: held, finalizers: [example.com/held]}
      spec: {containers: [{name: c, image: "%1$s"}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: old}
      spec:
        replicas: 0
        selector: {matchLabels: {app: old}}
        template:
          metadata: {labels: {app: old}}
          spec: {containers: [{name: a, image: "%1$s"}, {name: b, image: "%1$s"}]}
      """
          .formatted(UNSIGNED);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicInteger namespaces = new AtomicInteger();
  private volatile DemoCa ca = DemoCa.create();
  private final Path directory;
  private final ControlPlane plane;
  private final RealNotary notary;
  private final NotaryServer standby;
  private final SignedRepository shop;
  private final ServiceForwarder service;
  private final Installation installation;
  private final Kubectl legacy;
  private final List<Replica> replicas;

  private static final class Shared {
    private static final ScenarioCluster INSTANCE = create();

    private static ScenarioCluster create() {
      try {
        ScenarioCluster made = new ScenarioCluster(Files.createTempDirectory("scenarios"));
        Runtime.getRuntime().addShutdownHook(new Thread(made::close));
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ScenarioCluster(Path directory) throws IOException {
    this.directory = directory;
    notary = closing(RealNotary.start(Files.createDirectory(directory.resolve("notary"))));
    notary
        .client()
        .initLikeDocker(REPOSITORY)
        .addTag(REPOSITORY, "1", DIGEST.substring(7), 1000)
        .addTag(REPOSITORY, "2", NEXT_DIGEST.substring(7), 1000);
    standby = closing(NotaryServer.start(ca.identity()));
    shop = SignedRepository.create("registry.example/shop/web");
    shop.targets().target("1", DIGEST, 1000);
    shop.publish();
    standby.add(shop);
    plane = closing(ControlPlane.start(directory, flags()));
    if (Controllers.available()) {
      closing(Controllers.start(plane, directory));
    }
    legacy = namespace("legacy");
    legacy.apply(LEGACY);
    service = closing(new ServiceForwarder());
    installation = Installation.of(plane, directory, service.port());
    applyWebhook();
    replicas = List.of(replica("replica-0", policy("")), replica("replica-1", policy("")));
    replicas.forEach(one -> Await.until("ready", one.server()::ready));
    service.to(replicas.toArray(Replica[]::new));
  }

  static ScenarioCluster shared() {
    return Shared.INSTANCE;
  }

  private String[] flags() throws IOException {
    Path audit =
        Files.writeString(
            directory.resolve("audit.yaml"),
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - level: Metadata
                verbs: [create, update, patch]
                resources:
                  - {group: "", resources: [pods, pods/ephemeralcontainers]}
                  - {group: apps}
                  - {group: batch}
              - level: None
            """);
    Path tracing =
        Files.writeString(
            directory.resolve("tracing.yaml"),
            """
            apiVersion: apiserver.config.k8s.io/v1beta1
            kind: TracingConfiguration
            endpoint: 127.0.0.1:1
            samplingRatePerMillion: 1000000
            """);
    return new String[] {
      "--audit-policy-file=" + audit,
      "--audit-log-path=" + auditLog(),
      "--tracing-config-file=" + tracing
    };
  }

  /** Everything must be signed; the rules that scenarios need. */
  String policy(String more) {
    return more
        + "freshness: {timestampMaxAge: 0s}\nvalidators:\n"
        + validator("default", notary.host(), notary.caPem(), notary.rootPublicKeyPem(REPOSITORY))
        + validator("standby", standby.baseHost(), standby.caPem(), shop.pinnedRootPem())
        + """
        policy:
          - pattern: "*:*"
          - {pattern: "registry.k8s.io/*:*", verify: false}
          - {pattern: "registry.example/shop/*:*", validator: standby}
          - {pattern: "registry.example/team/*:*", verify: false, namespaces: ["team-*"]}
        """;
  }

  /** As {@link #policy}, with the one Notary that can be stopped. */
  String standbyOnly() {
    return "validators:\n"
        + validator("default", standby.baseHost(), standby.caPem(), shop.pinnedRootPem())
        + "policy: [{pattern: \"*:*\"}]\n";
  }

  static String validator(String name, String host, String caPem, String rootPem) {
    return """
      - name: %s
        type: notaryV1
        host: %s
        ca: |
    %s    trustRoots:
          - name: default
            key: |
    %s\
    """
        .formatted(name, host, caPem.indent(6), rootPem.indent(10));
  }

  /** Starts one more replica, which the Service does not know yet. */
  Replica replica(String name, String policy) {
    return replica(name, policy, identity());
  }

  Replica replica(String name, String policy, ServerIdentity identity) {
    return closing(Replica.start(directory, name, policy, identity, installation.replicas()));
  }

  /** A new certificate for the Service. */
  ServerIdentity identity() {
    return ca.identity(installation.serviceName());
  }

  DemoCa ca() {
    return ca;
  }

  /** Certificates are from this authority from now on. */
  void ca(DemoCa next) {
    ca = next;
  }

  ControlPlane plane() {
    return plane;
  }

  NotaryServer standby() {
    return standby;
  }

  ServiceForwarder service() {
    return service;
  }

  Installation installation() {
    return installation;
  }

  /** The two that are always there. */
  List<Replica> replicas() {
    return replicas;
  }

  /** The namespace with what was there before. */
  Kubectl legacy() {
    return legacy;
  }

  /** The namespace of the installation. */
  Kubectl own() {
    return new Kubectl(plane, installation.namespace());
  }

  Path directory() {
    return directory;
  }

  Path auditLog() {
    return directory.resolve("audit.log");
  }

  /** A new namespace. */
  Kubectl namespace(String prefix) {
    String name = prefix + "-" + namespaces.incrementAndGet();
    plane.kubectl("", "create", "namespace", name);
    return new Kubectl(plane, name);
  }

  /** Runs one of our own commands, which must succeed; what it wrote. */
  static String assayer(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = Main.run(arguments, InputStream.nullInputStream(), out, out, environment);
    String said = out.toString(StandardCharsets.UTF_8);
    if (code != 0) {
      throw new AssertionError(List.of(arguments) + " ended with " + code + ": " + said);
    }
    return said;
  }

  /** {@code webhook apply}, as the hook of an upgrade runs it. */
  String applyWebhook() {
    return applyWebhook(ca.pem());
  }

  /** The same with these authorities. */
  String applyWebhook(String caPem) {
    try {
      Path file = Files.writeString(directory.resolve("ca.crt"), caPem);
      return assayer(installation.hooks(), "webhook", "apply", "--ca-file", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  private void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception ended) {
        System.err.println("closing: " + ended);
      }
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
