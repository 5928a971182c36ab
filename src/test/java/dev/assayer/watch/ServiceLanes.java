package dev.assayer.watch;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What happens to the service itself: callers, files, load. */
final class ServiceLanes {
  static final String APPROVING =
      """
      validators: [{name: default, type: static, approve: true}]
      policy: [{pattern: "*:*"}, {pattern: "registry.example/acme/app:*"}]
      """;

  private ServiceLanes() {}

  /** Who calls, and how; behind mutual TLS. */
  static Lane callers(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    ClientAuthority authority = new ClientAuthority();
    LiveReplica replica = site.replica("a");
    var _ = replica.put("clients.crt", authority.pem());
    replica.calledBy(authority.caller(LiveReplica.CA));
    replica.start(APPROVING, Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    Repeated strangers = new Repeated(() -> replica.post(LiveReplica.CA.clientContext(), "{}"));
    Repeated garbage =
        new Repeated(() -> replica.post(authority.caller(LiveReplica.CA), "{\"kind\":"));
    return Lane.on(site)
        .fault(FaultKind.STRANGERS_CALL, strangers::begin, strangers::end)
        .fault(FaultKind.GARBAGE_POSTED, garbage::begin, garbage::end);
  }

  /** Does something again and again while it is on. */
  static final class Repeated {
    private final Duration pause;
    private final Site.Step step;
    private volatile boolean on;

    /** Some four times a second. */
    Repeated(Site.Step step) {
      this(TrustLanes.PAUSE, step);
    }

    Repeated(Duration pause, Site.Step step) {
      this.pause = pause;
      this.step = step;
    }

    void begin() {
      on = true;
      Thread.ofVirtual()
          .start(() -> {
            while (on) {
              try {
                step.run();
              } catch (Exception refused) {
                // as it should be
              }
              Site.sleep(pause);
            }
          });
    }

    void end() {
      on = false;
    }
  }

  /** What lies on the replica's disk. */
  static Lane files(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    LiveReplica replica = site.replica("a").start(APPROVING, Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    return Lane.on(site)
        .fault(
            FaultKind.KEY_OF_ANOTHER_CERTIFICATE,
            () -> replica.put("tls.key", LiveReplica.CA.identity().privateKeyPem()),
            () -> replica.show(LiveReplica.CA.identity()))
        .fault(
            FaultKind.CONFIGURATION_BROKEN,
            () -> replica.write(APPROVING + "polcy: []\n"),
            () -> replica.write(APPROVING))
        .fault(
            FaultKind.DETECTION_MODE,
            () -> replica.write("detectionMode: true\n" + APPROVING),
            () -> replica.write(APPROVING));
  }

  /** More than it can do, and connections that nobody uses. */
  static Lane storm(Site site) {
    site.standing("AssayerSelfIntegrity");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    SignedRepository repository = TrustLanes.signed();
    notary.add(repository);
    // Each decision takes its time at the Notary, and there is one place.
    notary.fault(
        NotaryServer.path(TrustLanes.REPOSITORY, "timestamp.json"),
        Fault.delay(Duration.ofMillis(100)));
    LiveReplica replica = site.replica("a").webhook("maxConcurrent: 1");
    replica.start(TrustLanes.trusting(notary.baseHost(), notary.caPem(), repository), Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    List<Repeated> crowd = new ArrayList<>();
    // More than are served while one of them would wait.
    for (int i = 0; i < 100; i++) {
      crowd.add(new Repeated(() -> replica.create(TrustLanes.SIGNED)));
    }
    return Lane.on(site)
        .fault(
            FaultKind.STORM,
            () -> crowd.forEach(Repeated::begin),
            () -> crowd.forEach(Repeated::end));
  }

  /** Somebody holds all connections, so that the self-test gets none. */
  static Lane held(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    LiveReplica replica = site.replica("a").start(APPROVING, Map.of());
    site.load(TrustLanes.PAUSE, () -> replica.create(TrustLanes.SIGNED)).watched(replica.target());
    HeldConnections held = site.closing(new HeldConnections(replica.port()));
    return Lane.on(site).fault(FaultKind.CONNECTIONS_HELD, held::begin, held::end);
  }

  /** Holds as many connections as are taken, and opens new ones where some are closed. */
  private static final class HeldConnections implements AutoCloseable {
    private static final int MANY = 1300;
    private final int port;
    private final List<Socket> open = new ArrayList<>();
    private volatile boolean on;

    HeldConnections(int port) {
      this.port = port;
    }

    void begin() {
      on = true;
      Thread.ofVirtual().start(this::hold);
    }

    private void hold() {
      while (on) {
        for (Socket socket : open) {
          closeOne(socket);
        }
        open.clear();
        for (int i = 0; i < MANY && on; i++) {
          try {
            open.add(new Socket(InetAddress.getLoopbackAddress(), port));
          } catch (IOException full) {
            break;
          }
        }
        Site.sleep(Duration.ofSeconds(5));
      }
      open.forEach(HeldConnections::closeOne);
    }

    private static void closeOne(Socket socket) {
      try {
        socket.close();
      } catch (IOException gone) {
        // closed is closed
      }
    }

    void end() {
      on = false;
    }

    @Override
    public void close() {
      end();
    }
  }
}
