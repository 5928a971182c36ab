package dev.assayer.server;

import static dev.assayer.server.DayTraffic.pause;
import static dev.assayer.server.DayWorld.OTHER;
import static dev.assayer.server.DayWorld.PARTNER;
import static dev.assayer.server.DayWorld.SHOP;

import dev.assayer.demo.Fault;
import dev.assayer.samples.Edit;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A day of an installation within a minute or two: two replicas in a real API server's cluster, and
 * one at the edge with mutual TLS and a pinned configuration. Everything that the dashboards show
 * happens once.
 */
public final class ScriptedDay implements AutoCloseable {
  private static final String EXEMPT = "registry.k8s.io/pause:3.10";

  /** What to scrape: a replica under a name that a person can read. */
  public record Target(String instance, String cluster, URI admin) {}

  private final DayWorld world;
  private final DayTraffic traffic = new DayTraffic();
  private volatile Instant morning = Instant.MAX;
  private volatile Instant incident = Instant.MAX;

  private ScriptedDay(DayWorld world) {
    this.world = world;
  }

  /** Starts what runs all day. */
  public static ScriptedDay start(Path dir) {
    return new ScriptedDay(DayWorld.start(dir));
  }

  /** The world.replicas. */
  public List<Target> targets() {
    return List.of(
        new Target("assayer-0:9090", "prod-eu", world.replicas.getFirst().adminAddress()),
        new Target("assayer-1:9090", "prod-eu", world.replicas.getLast().adminAddress()),
        new Target("assayer-edge:9090", "edge", world.edge.adminAddress()));
  }

  /** When all was installed, and people began to deploy. */
  public Instant morning() {
    return morning;
  }

  /** When the Notary had been slow and was down. */
  public Instant incident() {
    return incident;
  }

  /** Where the API server is, with what an administrator needs to scrape it. */
  public ControlPlane apiServer() {
    return world.plane;
  }

  /** Names for the hosts, as they would stand in a real installation. */
  public Map<String, String> names() {
    return Map.of(
        world.notary.baseHost(),
        "notary.acme.example",
        world.partner.baseHost(),
        "notary.partner.example");
  }

  /** The day, from the installation to the evening. */
  public void run() {
    install();
    deploy();
    attacks();
    notaryFails();
    emergencies();
    tampering();
    evening();
  }

  private int port() {
    return world.replicas.getFirst().webhookAddress().getPort();
  }

  private String metrics() {
    return ServerRig.page(world.replicas.getFirst().adminAddress(), "/metrics").body();
  }

  /** Asks for these images until it happened, and waits until that was scraped. */
  private void happened(String metric, String label, double atLeast, String... images) {
    Await.until(
        metric + label,
        () -> {
          DayTraffic.each(port(), world.trust, List.of(images));
          return most(metric, label) >= atLeast;
        });
    pause(Duration.ofSeconds(2));
  }

  /** The greatest of this metric's series of the replicas with this in their labels. */
  private double most(String metric, String label) {
    return world.replicas.stream()
        .flatMap(replica -> ServerRig.page(replica.adminAddress(), "/metrics").body().lines())
        .filter(line -> line.startsWith(metric + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElse(0);
  }

  private void await(String text) {
    Await.until(text, () -> metrics().contains(text));
  }

  /** The sentinel stands for the webhook, then the webhook is there, then it goes. */
  private void install() {
    world.rig.pod("assayer-0", Map.of());
    world.rig.pod("assayer-bootstrap-sentinel", Map.of());
    await("assayer_bootstrap_sentinel_active 1.0");
    pause(Duration.ofSeconds(1));
    world.plane.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s, namespace: %1$s}
        spec: {type: ExternalName, externalName: localhost}
        """
            .formatted(world.rig.release()));
    answeredAt(port());
    world.rig.installer().apply(Optional.of(world.rig.caPem()));
    await("assayer_webhook_config_present 1.0");
    remove("assayer-bootstrap-sentinel");
    world.plane.kubectl(
        "", "label", "namespace", world.shop, "test.assayer.dev/only=" + world.rig.release());
    world.plane.kubectl(
        "",
        "label",
        "namespace",
        world.system,
        "test.assayer.dev/only=" + world.rig.release() + "-system");
  }

  /**
   * The webhook for ordinary namespaces is called at this port; that of the system is not there.
   */
  private void answeredAt(int port) {
    String name = world.rig.release() + "-webhooks";
    String[] get = {"get", "configmap", name, "-n", world.rig.namespace(), "-o", "yaml"};
    String text = world.plane.kubectl("", get);
    world.plane.kubectl(
        text.replaceFirst("path: /mutate}", "path: /mutate, port: " + port + "}")
            .replaceFirst("path: /validate}", "path: /validate, port: " + port + "}"),
        "replace",
        "-f",
        "-");
  }

  private void remove(String pod) {
    world.plane.kubectl(
        "", "delete", "pod", pod, "-n", world.rig.namespace(), "--grace-period=0", "--force");
  }

  private void deploy() {
    morning = Instant.now();
    List<String> images =
        List.of(
            SHOP + "cart:1.4",
            SHOP + "cart:1.4",
            SHOP + "checkout:1.4",
            SHOP + "search:1.4",
            SHOP + "legacy:1.4",
            PARTNER + ":1.4",
            EXEMPT);
    world.replicas.forEach(
        each -> traffic.ask(each.webhookAddress().getPort(), world.trust, images));
    traffic.create(world.plane, world.shop, SHOP + "cart:1.4");
    pause(Duration.ofSeconds(5));
    // A developer who forgot to sign, one whose tag has moved, and one who tries many names.
    DayTraffic.each(port(), world.trust, List.of(SHOP + "cart:dev", SHOP + "cart:1.4" + OTHER));
    DayTraffic.each(
        port(),
        world.trust,
        IntStream.range(0, 25).mapToObj(i -> SHOP + "try-" + i + ":1").toList());
    DayTraffic.send(port(), world.trust, Rig.post("/mutate", "{\"kind\":", ""));
    DayTraffic.send(
        port(), world.trust, "POST  /mutate HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    world.logsDropped.addAndGet(40);
    pause(Duration.ofSeconds(2));
  }

  /** A new key, an older release, a broken file, an expired timestamp, a false server. */
  private void attacks() {
    world.plane.apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: elsewhere
          namespace: %1$s
          labels: {kubernetes.io/service-name: %1$s}
        addressType: IPv4
        endpoints: [{addresses: [10.9.8.7]}]
        ports: [{name: https, port: 8443}]
        """
            .formatted(world.rig.release()));
    SignedRepository cart = world.repositories.get(SHOP + "cart");
    cart.targets().keys(TufKey.bare(KeyKind.ECDSA_P256));
    cart.publish();
    SignedRepository checkout = world.repositories.get(SHOP + "checkout");
    Map<String, byte[]> earlier = checkout.publish();
    pause(Duration.ofSeconds(3));
    checkout.publish();
    pause(Duration.ofSeconds(2));
    checkout.serveOnly(earlier);
    SignedRepository search = world.repositories.get(SHOP + "search");
    search.targets().target("1.5", ServerRig.DIGEST, 1234);
    search
        .publish()
        .forEach((name, bytes) -> {
          if (name.startsWith("targets")) {
            search.serve(name, Edit.flipBit(-9).apply(bytes));
          }
        });
    SignedRepository legacy = world.repositories.get(SHOP + "legacy");
    legacy.role(SignedRepository.TIMESTAMP).expires(Instant.now().minusSeconds(60));
    legacy.publish();
    String reasons = "assayer_signature_verifications_total";
    happened(reasons, "\"hash_mismatch\"", 1, SHOP + "search:1.4");
    happened(reasons, "\"rollback\"", 1, SHOP + "checkout:1.4");
    int port = URI.create("https://" + world.partner.baseHost()).getPort();
    world.partner.stop();
    try (FaultServer _ = FaultServer.start(new TestCa("another").localhost(), port)) {
      happened(reasons, "\"tls_failed\"", 1, PARTNER + ":1.4");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("the port is free again", this::partnerStarts);
    world.partner.fault(
        "*", Fault.reply(302, Map.of("Location", "https://169.254.169.254/latest"), new byte[0]));
    happened("assayer_trust_upstream_requests_total", "\"redirect_blocked\"", 1, PARTNER + ":1.4");
    world.partner.clearFaults();
    checkout.serveAsPublished();
    search.serveAsPublished();
    legacy.role(SignedRepository.TIMESTAMP).lifetime(Duration.ofDays(3));
    legacy.publish();
  }

  private boolean partnerStarts() {
    try {
      world.partner.start();
      return true;
    } catch (UncheckedIOException taken) {
      pause(Duration.ofMillis(100));
      return false;
    }
  }

  private void notaryFails() {
    world.notary.fault("*", Fault.delay(Duration.ofMillis(900)));
    pause(Duration.ofSeconds(2));
    traffic.burst(port(), world.trust, 40, SHOP + "search:1.4");
    pause(Duration.ofSeconds(3));
    world.notary.clearFaults();
    world.notary.stop();
    world.receiver.answering(400, "no");
    pause(Duration.ofSeconds(4));
    happened("assayer_trust_upstream_breaker_state", world.notary.baseHost(), 2, SHOP + "cart:1.4");
    incident = Instant.now();
    world.notary.start();
    world.receiver.answering(200, "ok");
    world.collectorSays = 400;
    pause(Duration.ofSeconds(2));
  }

  /** Broken glass, a namespace left out, detection mode, configurations that are refused. */
  private void emergencies() {
    world.plane.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: hotfix
          namespace: %s
          labels: {assayer.dev/break-glass: "true"}
        immutable: true
        data: {namespace: %s, pattern: "%shotfix:*", reason: INC-7, requestedBy: dana, expiry: "%s"}
        """
            .formatted(
                world.rig.namespace(),
                world.shop,
                SHOP,
                Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS)));
    world.plane.kubectl("", "label", "namespace", world.system, "assayer.dev/ignore=");
    world.change("detectionMode: truee");
    ServerRig.put(
        world.dir.resolve("edge/assayer.yaml"), world.edgeConfiguration() + "# not pinned\n");
    for (int i = 0; i < 3; i++) {
      DayTraffic.send(
          world.edge.webhookAddress().getPort(),
          ServerRig.CA.clientContext(),
          "GET / HTTP/1.1\r\n\r\n");
      pause(Duration.ofSeconds(1));
    }
    pause(Duration.ofSeconds(3));
    world.change("detectionMode: true");
    await("assayer_detection_mode 1.0");
    for (int i = 0; i < 8; i++) {
      DayTraffic.each(port(), world.trust, List.of(SHOP + "cart:dev"));
      DayTraffic.in(port(), world.trust, world.shop, SHOP + "hotfix:1");
      DayTraffic.in(port(), world.trust, world.system, SHOP + "cart:dev");
      pause(Duration.ofMillis(500));
    }
    world.change("");
    world.collectorSays = 200;
    await("assayer_break_glass_active 1.0");
    await("assayer_detection_mode 0.0");
  }

  /** Shared state, webhook and sentinel in the hands of somebody with rights. */
  private void tampering() {
    world.rig.sharedMaps().spoil();
    world.rig.pod("assayer-bootstrap-sentinel", Map.of("account", world.rig.release() + "-nobody"));
    world.rig.patchMutating(
        "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"Ignore\"}]");
    traffic.create(world.plane, world.system, EXEMPT);
    traffic.quiet(true);
    try (Counterfeit counterfeit = Counterfeit.start(world.rig.identity())) {
      world.rig.patchMutating(
          "[{\"op\":\"replace\",\"path\":\"/webhooks/0/clientConfig/service/port\",\"value\":"
              + counterfeit.port()
              + "}]");
      await("assayer_webhook_config_drift{field=\"failurePolicy\"} 1.0");
      Await.until("the counterfeit is asked", () -> counterfeit.asked() > 8);
      // Longer than a rate looks back, so that the own share of it is gone.
      pause(Duration.ofSeconds(5));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    world.rig.installer().apply(Optional.of(world.rig.caPem()));
    remove("assayer-bootstrap-sentinel");
    traffic.quiet(false);
  }

  private void evening() {
    world.plane.kubectl("", "delete", "configmap", "hotfix", "-n", world.rig.namespace());
    world.plane.kubectl("", "label", "namespace", world.system, "assayer.dev/ignore-");
    pause(Duration.ofSeconds(6));
  }

  @Override
  public void close() {
    traffic.close();
    world.close();
  }
}
