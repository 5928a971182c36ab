package dev.assayer.server;

import com.sun.net.httpserver.HttpServer;
import dev.assayer.cluster.ClusterRig;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** What runs all day in a {@link ScriptedDay}: replicas, Notaries, a receiver, a collector. */
final class DayWorld implements AutoCloseable {
  static final String SHOP = "registry.acme.example/shop/";
  static final String PARTNER = "registry.partner.example/batch";
  static final String OTHER = "@sha256:" + "77".repeat(32);

  final Path dir;
  final ClusterRig rig = new ClusterRig();
  final ControlPlane plane = rig.plane();
  final SSLContext trust = DayTraffic.trusting(rig.caPem());
  final TufKey root = TufKey.bare(KeyKind.ECDSA_P256);
  final TufKey online = TufKey.bare(KeyKind.ECDSA_P256);
  final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  final NotaryServer partner = NotaryServer.start(ServerRig.CA.identity());
  final Map<String, SignedRepository> repositories = new HashMap<>();
  final AlertReceiver receiver = AlertReceiver.plain();
  final HttpServer collector;
  volatile int collectorSays = 200;
  final AtomicLong logsDropped = new AtomicLong();
  final List<Server> replicas = new ArrayList<>();
  final Server edge;
  final String shop = plane.namespace("shop");
  final String system = plane.namespace("system");

  private DayWorld(Path dir) throws IOException {
    this.dir = dir;
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    collector.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(collectorSays, -1);
          }
        });
    collector.start();
    for (String name : List.of("cart", "checkout", "search", "legacy")) {
      sign(notary, SHOP + name);
    }
    SignedRepository legacy = repositories.get(SHOP + "legacy");
    legacy.role(SignedRepository.TIMESTAMP).lifetime(Duration.ofDays(3));
    legacy.publish();
    sign(partner, PARTNER);
    running();
    replicas.add(replica("assayer-0"));
    replicas.add(replica("assayer-1"));
    edge = edge();
  }

  static DayWorld start(Path dir) {
    try {
      return new DayWorld(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sign(NotaryServer server, String name) {
    SignedRepository made =
        SignedRepository.create(name, InstantSource.system(), List.of(root), online);
    made.targets().target("1.4", ServerRig.DIGEST, 1234);
    made.publish();
    server.add(made);
    repositories.put(name, made);
  }

  private void running() {
    RunningPodRig pods = RunningPodRig.on(plane);
    pods.run("cart", SHOP + "cart:1.4@" + ServerRig.DIGEST, "x@" + ServerRig.DIGEST);
    pods.run("miner", SHOP + "cart:miner", "x" + OTHER);
  }

  private Server replica(String pod) throws IOException {
    Path own = Files.createDirectory(dir.resolve(pod));
    Files.writeString(own.resolve("hmac.key"), "k".repeat(64));
    ServerRig.show(own, rig.identity());
    ServerRig.put(own.resolve("assayer.yaml"), configuration(""));
    Map<String, String> environment = new HashMap<>(rig.environment(rig.release()));
    environment.put("ASSAYER_POD_NAME", pod);
    environment.put(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort());
    environment.put("OTEL_TRACES_SAMPLER", "always_on");
    environment.put("OTEL_BSP_SCHEDULE_DELAY", "300");
    return Server.start(
        new ServerSetup(
            own.resolve("assayer.yaml"), environment, "0.1.0", pod, _ -> {}, logsDropped::get));
  }

  private String configuration(String more) {
    return """
    apiVersion: assayer.dev/v1
    cluster: prod-eu
    webhook:
      address: 127.0.0.1
      port: 0
      maxConcurrent: 8
      tls: {certificateFile: tls.crt, keyFile: tls.key}
    admin: {address: 127.0.0.1, port: 0}
    page: {enabled: false}
    audit: {directory: audit}
    state: {type: kubernetes, hmacKeyFile: hmac.key}
    freshness: {timestampMaxAge: 1s}
    reverification: {enabled: true, interval: 1m}
    alerting:
      window: 0s
      reject: {receivers: [{name: chat, template: slack, url: "%s"}]}
    %s
    """
            .formatted(receiver.url(), more)
        + validators();
  }

  private String validators() {
    return """
    validators:
      - name: acme
        type: notaryV1
        host: %s
        allowUnboundRoot: true
        ca: |
    %s    trustRoots:
          - name: release
            key: |
    %s  - name: partner
        type: notaryV1
        host: %s
        allowUnboundRoot: true
        healthCheck: false
        ca: |
    %s    trustRoots:
          - name: partner
            key: |
    %spolicy:
      - {pattern: "*:*", validator: acme}
      - {pattern: "registry.partner.example/*:*", validator: partner}
      - {pattern: "registry.k8s.io/*:*", verify: false}
    """
        .formatted(
            notary.baseHost(),
            notary.caPem().indent(6),
            root.publicKeyPem().indent(10),
            partner.baseHost(),
            partner.caPem().indent(6),
            root.publicKeyPem().indent(10));
  }

  private Server edge() throws IOException {
    Path own = Files.createDirectory(dir.resolve("edge"));
    Files.writeString(own.resolve("clients.pem"), ServerRig.CA.pem());
    ServerRig.show(own, ServerRig.CA.identity());
    Path file = ServerRig.put(own.resolve("assayer.yaml"), edgeConfiguration());
    String digest =
        new ConfigLoader().load(file) instanceof LoadResult.Loaded(var config, var _)
            ? config.policyDigest()
            : "";
    return Server.start(
        new ServerSetup(
            file, Map.of("ASSAYER_CONFIG_SHA256", digest), "0.1.0", "edge", _ -> {}, () -> 0));
  }

  String edgeConfiguration() {
    return """
    apiVersion: assayer.dev/v1
    cluster: edge
    webhook:
      address: 127.0.0.1
      port: 0
      tls: {certificateFile: tls.crt, keyFile: tls.key, clientCaFile: clients.pem}
    admin: {address: 127.0.0.1, port: 0}
    page: {enabled: false}
    """
        + validators();
  }

  /** Puts this into the configuration of both replicas. */
  void change(String more) {
    for (String pod : List.of("assayer-0", "assayer-1")) {
      ServerRig.put(dir.resolve(pod).resolve("assayer.yaml"), configuration(more));
    }
  }

  @Override
  public void close() {
    replicas.forEach(Server::close);
    edge.close();
    notary.close();
    partner.close();
    receiver.close();
    collector.stop(0);
    plane.kubectl("", "delete", "namespace", shop, system, "--wait=false");
  }
}
