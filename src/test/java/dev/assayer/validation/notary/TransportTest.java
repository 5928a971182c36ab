package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.validation.ValidationResult;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong on the wire is the verdict's reason, and admits nothing. */
class TransportTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";
  private static final Duration LATE = Duration.ofMillis(250);

  private NotaryRig rig = new NotaryRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static String path(String file) {
    return NotaryServer.path(GUN, file);
  }

  private void refusedWithoutTrace(Reason reason) {
    assertRefused(rig.verify(IMAGE), reason, "localhost");
    assertThat(rig.memory(GUN)).isEqualTo(RepositoryMemory.NONE);
  }

  @ParameterizedTest
  @CsvSource({"timestamp, 65536", "snapshot, 1048576", "root, 1048576", "targets, 33554432"})
  @DisplayName("TUF-02 endless data: stopped at the cap, with and without a length")
  void endlessData(String role, long cap) {
    byte[] file = NotaryRig.file(rig.repository(GUN), role + ".json");
    List<String> names = List.of(role + ".json", NotaryRig.addressed(role, file));
    names.forEach(name -> rig.server.fault(path(name), Fault.endless(1L << 30)));
    assertRefused(rig.verify(IMAGE), Reason.TOO_LARGE, role);
    AtomicLong sent = new AtomicLong();
    names.forEach(name -> rig.server.fault(path(name), counting(sent)));
    assertRefused(rig.verify(IMAGE), Reason.TOO_LARGE, role);
    assertThat(sent).hasValueLessThan(2 * (cap + (8 << 20)));
    assertThat(rig.memory(GUN)).isEqualTo(RepositoryMemory.NONE);
  }

  private static Fault counting(AtomicLong sent) {
    return (exchange, honest) -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] block = new byte[8192];
      try (OutputStream out = exchange.getResponseBody()) {
        while (true) {
          out.write(block);
          sent.addAndGet(block.length);
        }
      } catch (IOException theClientWentAway) {
        assertThat(theClientWentAway).isNotNull();
      }
    };
  }

  @Test
  @DisplayName("TUF-02 endless data: a delegation that is too large does not count among 2 of 3")
  void anEndlessDelegationDoesNotHarmTheOthers() {
    SignedRepository repository = rig.repository(GUN);
    for (String name : List.of("a", "b", "c")) {
      repository.delegate("targets/" + name, key()).target("1.0", DIGEST, 528);
    }
    repository.publish();
    byte[] c = NotaryRig.file(repository, "targets/c.json");
    for (String file : List.of("targets/c.json", NotaryRig.addressed("targets/c", c))) {
      rig.server.fault(path(file), Fault.endless(1L << 30));
    }
    assertTrusted(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), DIGEST);
    assertRefused(rig.verify(IMAGE, "a", "b", "c"), Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("TUF-12 slow retrieval: one byte at a time ends with the total deadline")
  void slowRetrieval() {
    SignedRepository repository = rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    byte[] targets = NotaryRig.file(repository, "targets.json");
    rig.server.fault(path("targets.json"), Fault.trickle(targets, Duration.ofMillis(100)));
    endsInTime();
  }

  @Test
  @DisplayName("UPS-02 Notary accepts and hangs: refused within the budget")
  void hangs() {
    rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.server.fault("*", Fault.hang());
    endsInTime();
  }

  private void endsInTime() {
    rig.withoutMemory();
    Duration budget = Duration.ofMillis(1500);
    rig.validator();
    long begun = System.nanoTime();
    ValidationResult result = rig.verifyWithin(budget, IMAGE);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertRefused(result, Reason.UPSTREAM_TIMEOUT, "localhost");
    assertThat(took).isLessThan(budget.plus(LATE));
    assertThat(rig.memory(GUN)).isEqualTo(RepositoryMemory.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "500, UPSTREAM_ERROR",
    "502, UPSTREAM_ERROR",
    "503, UPSTREAM_ERROR",
    "400, UPSTREAM_ERROR",
    "403, AUTH_FAILED"
  })
  @DisplayName("UPS-01 Notary answers 500, 502, 503")
  void errorsOfTheServer(int status, Reason reason) {
    rig.repository(GUN);
    rig.server.fault("*", Fault.status(status));
    refusedWithoutTrace(reason);
  }

  @Test
  @DisplayName("UPS-01 Notary answers 429 with Retry-After 3600")
  void rateLimited() {
    rig.repository(GUN);
    rig.server.fault("*", Fault.reply(429, Map.of("Retry-After", "3600"), new byte[0]));
    refusedWithoutTrace(Reason.RATE_LIMITED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp", "root", "snapshot", "targets", "targets/releases"})
  @DisplayName("UPS-01 one file alone answers 500: no decision without it")
  void oneFileFails(String role) {
    SignedRepository repository = rig.repository(GUN);
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    byte[] bytes = NotaryRig.file(repository, role + ".json");
    rig.server.fault(path(role + ".json"), Fault.status(500));
    rig.server.fault(path(NotaryRig.addressed(role, bytes)), Fault.status(500));
    refusedWithoutTrace(Reason.UPSTREAM_ERROR);
    rig.server.clearFaults();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("UPS-03 truncated body, wrong Content-Length")
  void truncated() {
    SignedRepository repository = rig.repository(GUN);
    byte[] bytes = NotaryRig.file(repository, "timestamp.json");
    rig.server.fault(path("timestamp.json"), Fault.truncated(bytes, bytes.length + 100));
    refusedWithoutTrace(Reason.UPSTREAM_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost/token",
        "https://evil.example/token",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "gopher://localhost/"
      })
  @DisplayName("UPS-04 realm on another host or scheme: credentials are never sent")
  void aForeignRealm(String realm) {
    rig.repository(GUN);
    rig.credentials("robot", "pa55word");
    rig.server.gatekeeper().requireToken("robot", "pa55word");
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.server.gatekeeper().realm(realm);
    rig.server.gatekeeper().expireTokens();
    rig.withoutMemory();
    refusedWithoutTrace(Reason.REDIRECT_BLOCKED);
  }

  @Test
  @DisplayName("UPS-04 realm on another server that listens: nobody calls there")
  void aForeignRealmThatListens() {
    try (NotaryServer other = NotaryServer.start(DemoCa.create().identity())) {
      rig.repository(GUN);
      rig.credentials("robot", "pa55word");
      rig.server.gatekeeper().requireToken("robot", "pa55word");
      rig.server.gatekeeper().realm("https://" + other.baseHost() + "/token");
      refusedWithoutTrace(Reason.REDIRECT_BLOCKED);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  @DisplayName("UPS-04 wrong credentials")
  void wrongCredentials() {
    rig.repository(GUN);
    rig.credentials("robot", "wrong");
    rig.server.gatekeeper().requireToken("robot", "pa55word");
    refusedWithoutTrace(Reason.AUTH_FAILED);
  }

  @Test
  @DisplayName("UPS-05 redirects: to http, to another host, without end; credentials stay")
  void redirects() {
    try (NotaryServer other = NotaryServer.start(DemoCa.create().identity())) {
      rig.repository(GUN);
      rig.credentials("robot", "pa55word");
      Queue authorizations = new Queue();
      for (String target :
          List.of(
              "http://" + rig.server.baseHost() + path("timestamp.json"),
              "https://" + other.baseHost() + path("timestamp.json"),
              "https://10.0.0.1/",
              path("timestamp.json"))) {
        rig.server.fault(
            "*",
            authorizations.watching(Fault.reply(302, Map.of("Location", target), new byte[0])));
        refusedWithoutTrace(Reason.REDIRECT_BLOCKED);
      }
      assertThat(other.requests()).isEmpty();
    }
  }

  /** The Authorization headers that came. */
  private static final class Queue {
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    Fault watching(Fault fault) {
      return (exchange, honest) -> {
        List<String> headers = exchange.getRequestHeaders().get("Authorization");
        if (headers != null) {
          seen.addAll(headers);
        }
        fault.answer(exchange, honest);
      };
    }
  }

  @Test
  @DisplayName("UPS-07 TLS: expired, not yet valid, wrong name, self-signed")
  void badServerCertificates() {
    DemoCa ca = DemoCa.create();
    Instant now = Instant.now();
    Duration year = Duration.ofDays(365);
    var wrongName = ca.serverSpec().named(List.of("notary.example.com"));
    var selfSigned = ca.serverSpec();
    for (ServerIdentity identity :
        List.of(
            ca.identityValid(now.minus(year), now.minusSeconds(60)),
            ca.identityValid(now.plusSeconds(3600), now.plus(year)),
            ca.identity(wrongName),
            ca.identity(
                selfSigned.issuedBy(
                    Certificates.commonName("localhost"), selfSigned.subjectKey())))) {
      rig.close();
      rig = new NotaryRig(identity);
      rig.repository(GUN);
      rig.trustCa(ca.pem());
      refusedWithoutTrace(Reason.TLS_FAILED);
      assertThat(rig.server.requests()).isEmpty();
    }
  }

  @Test
  @DisplayName("UPS-08 interposed server with a certificate of another CA than the pinned one")
  void anInterposedServer() {
    rig.repository(GUN);
    rig.trustCa(DemoCa.create().pem());
    refusedWithoutTrace(Reason.TLS_FAILED);
  }

  @Test
  @DisplayName("UPS-11 clock: expiry is judged as of the instant given, deadlines are not")
  void theInstantGiven() {
    SignedRepository repository = rig.repository(GUN);
    Instant end = Instant.now().plus(Duration.ofMinutes(30));
    repository.role("timestamp").expires(end);
    repository.publish();
    assertTrusted(rig.verifyAt(end.minusSeconds(1), IMAGE), DIGEST);
    assertRefused(rig.verifyAt(end, IMAGE), Reason.METADATA_EXPIRED);
    assertRefused(rig.verifyAt(end.plus(Duration.ofHours(1)), IMAGE), Reason.METADATA_EXPIRED);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.server.fault(
        path("timestamp.json"),
        Fault.reply(
            200,
            Map.of("Date", "Tue, 01 Jan 2030 00:00:00 GMT"),
            NotaryRig.file(repository, "timestamp.json")));
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aStoppedServerIsUnreachable() {
    rig.repository(GUN);
    rig.server.stop();
    refusedWithoutTrace(Reason.UPSTREAM_UNREACHABLE);
    rig.server.start();
    assertTrusted(rig.reopened().verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("an upstream failure after a success admits nothing, within no maximum age")
  void aFailureAfterASuccess() {
    rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.server.fault("*", Fault.status(500));
    assertRefused(rig.verify(IMAGE), Reason.UPSTREAM_ERROR);
    rig.server.stop();
    assertRefused(rig.verify(IMAGE), Reason.UPSTREAM_UNREACHABLE);
  }
}
