package dev.assayer.watch;

import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What a Notary does wrong. */
final class TrustLanes {
  static final String REPOSITORY = "registry.example/acme/app";
  static final String SIGNED = REPOSITORY + ":signed";
  static final String DIGEST = "sha256:" + "5a".repeat(32);
  static final Duration PAUSE = Duration.ofMillis(250);

  private static final int LENGTH = 1234;

  private TrustLanes() {}

  static SignedRepository signed() {
    SignedRepository repository = SignedRepository.create(REPOSITORY);
    repository.targets().target("signed", DIGEST, LENGTH);
    repository.publish();
    return repository;
  }

  /** Everything must be signed there, but tools; each decision asks the Notary. */
  static String trusting(String host, String caPem, SignedRepository repository) {
    return """
    freshness: {timestampMaxAge: 0s}
    validators:
      - name: default
        type: notaryV1
        host: %s
        ca: |
    %s    trustRoots:
          - name: default
            key: |
    %spolicy:
      - pattern: "*:*"
      - {pattern: "registry.example/tools/*:*", verify: false}
    """
        .formatted(host, caPem.indent(6), repository.pinnedRootPem().indent(10));
  }

  /** One that stops. */
  static Lane outage(Site site) {
    site.standing("AssayerSelfIntegrity");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    SignedRepository repository = signed();
    notary.add(repository);
    LiveReplica replica = site.replica("a");
    replica.start(
        "grace: {maxAge: 6h}\n" + trusting(notary.baseHost(), notary.caPem(), repository),
        Map.of());
    site.load(PAUSE, () -> replica.create(SIGNED)).watched(replica.target());
    return Lane.on(site).fault(FaultKind.NOTARY_STOPPED, notary::stop, notary::start);
  }

  /** One whose trust data is too old. */
  static Lane expired(Site site) {
    SignedRepository repository = signed();
    return Lane.on(trusting(site, repository))
        .fault(
            FaultKind.TIMESTAMP_EXPIRED,
            () -> {
              repository.role(SignedRepository.TIMESTAMP).expires(Instant.now().minusSeconds(60));
              repository.publish();
            },
            () -> {
              repository
                  .role(SignedRepository.TIMESTAMP)
                  .expires(Instant.now().plus(Duration.ofDays(14)));
              repository.publish();
            });
  }

  /** A site whose replica trusts this repository. */
  private static Site trusting(Site site, SignedRepository repository) {
    site.standing("AssayerSelfIntegrity");
    NotaryServer notary = site.closing(NotaryServer.start(LiveReplica.CA.identity()));
    notary.add(repository);
    LiveReplica replica = site.replica("a");
    replica.start(trusting(notary.baseHost(), notary.caPem(), repository), Map.of());
    return site.load(PAUSE, () -> replica.create(SIGNED)).watched(replica.target());
  }

  /** One whose trust data is not what was signed. */
  static Lane tampered(Site site) {
    SignedRepository repository = signed();
    return Lane.on(trusting(site, repository))
        .fault(
            FaultKind.TARGETS_TAMPERED,
            () -> {
              // New targets, so that they are fetched, and other bytes in their place.
              repository.targets().target("other", DIGEST, 1);
              for (String file : repository.publish().keySet()) {
                if (file.startsWith("targets")) {
                  repository.serve(file, flipped(repository.file(file).orElseThrow()));
                }
              }
            },
            repository::serveAsPublished);
  }

  /** The same with another length of the image. */
  private static byte[] flipped(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    String other = text.replace(Integer.toString(LENGTH), Integer.toString(LENGTH + 1));
    if (other.equals(text)) {
      throw new AssertionError("nothing to flip in " + text);
    }
    return other.getBytes(StandardCharsets.UTF_8);
  }

  /** A Notary that misbehaves on the wire, at an address that stays. */
  private static final class WireNotary implements AutoCloseable {
    private final SignedRepository repository = signed();
    private final int port = LiveReplica.freePort();
    private final AtomicReference<Optional<FaultServer>> server =
        new AtomicReference<>(Optional.empty());

    void show(TestCa.Identity identity) throws IOException {
      close();
      server.set(Optional.of(bound(identity)));
      honest();
    }

    /** Connections of the one before may hold the port for a moment. */
    private FaultServer bound(TestCa.Identity identity) throws IOException {
      for (int tries = 0; tries < 50; tries++) {
        try {
          return FaultServer.start(identity, port).forgetful();
        } catch (BindException held) {
          Site.sleep(Duration.ofMillis(100));
        }
      }
      return FaultServer.start(identity, port).forgetful();
    }

    void honest() {
      otherwise((request, wire) -> answer(request.target(), Duration.ZERO).answer(request, wire));
    }

    void otherwise(FaultServer.Behaviour behaviour) {
      server.get().orElseThrow().otherwise(behaviour);
    }

    /** The file, with the time as a clock that is ahead by this has it. */
    FaultServer.Behaviour answer(String target, Duration ahead) {
      String date =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.now().plus(ahead).atZone(ZoneOffset.UTC));
      return repository
          .served(target)
          .map(bytes -> Faults.body(bytes, "Date: " + date))
          .orElseGet(() -> Faults.status(404));
    }

    @Override
    public void close() throws IOException {
      Optional<FaultServer> running = server.get();
      if (running.isPresent()) {
        running.get().close();
      }
    }
  }

  static String pem(TestCa ca) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(ca.certificate().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One whose certificate, clock, addresses or speed are wrong. */
  static Lane wire(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity");
    TestCa ca = new TestCa("notary CA");
    TestCa.Identity good = ca.localhost();
    Instant now = Instant.now();
    TestCa.Identity ending =
        ca.issue(
            TestCa.wish("localhost", "127.0.0.1")
                .valid(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(2))));
    WireNotary notary = site.closing(new WireNotary());
    notary.show(good);
    LiveReplica replica = site.replica("a");
    replica.start(
        "readiness: {notary: report}\n"
            + trusting("localhost:" + notary.port, pem(ca), notary.repository),
        Map.of());
    site.load(PAUSE, () -> replica.create(SIGNED)).watched(replica.target());
    return Lane.on(site)
        .fault(
            FaultKind.NOTARY_CERTIFICATE_ENDS, () -> notary.show(ending), () -> notary.show(good))
        .fault(
            FaultKind.NOTARY_CLOCK_DIFFERS,
            () ->
                notary.otherwise((request, to) ->
                    notary.answer(request.target(), Duration.ofSeconds(90)).answer(request, to)),
            notary::honest)
        .fault(
            FaultKind.NOTARY_OF_ANOTHER_CA,
            () -> notary.show(new TestCa("another").localhost()),
            () -> notary.show(good))
        .fault(
            FaultKind.NOTARY_REDIRECTS_INSIDE,
            () -> notary.otherwise(Faults.redirect("https://169.254.169.254/latest/meta-data")),
            notary::honest);
  }

  /** One that takes what it is asked and does not answer, when several ask. */
  static Lane slow(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity");
    TestCa ca = new TestCa("notary CA");
    WireNotary notary = site.closing(new WireNotary());
    notary.show(ca.localhost());
    LiveReplica replica = site.replica("a");
    replica.start(
        "readiness: {notary: report}\n"
            + trusting("localhost:" + notary.port, pem(ca), notary.repository),
        Map.of());
    for (int client = 0; client < 6; client++) {
      site.load(Duration.ofSeconds(1), () -> replica.create(SIGNED));
    }
    site.watched(replica.target());
    return Lane.on(site)
        .fault(
            FaultKind.NOTARY_HANGS,
            () -> notary.otherwise(Faults.after(Duration.ofSeconds(30), Faults.status(503))),
            notary::honest);
  }
}
