package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.decision.ImageDecision;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of servers that misbehave, over real connections, at a quick pace. */
class NotaryHealthTest {
  private static final String PATH = "/v2/docker.io/acme/app/_trust/tuf/timestamp.json";
  private final TestCa ca = new TestCa("authority");
  private final Background background = new Background();
  private FaultServer notary = start(0);
  private Optional<Assayer> assayer = Optional.empty();
  private final NotaryChecks checks =
      new NotaryChecks(
          () -> assayer.orElseThrow(),
          Optional::empty,
          new Metrics(),
          new Traces(),
          HealthRig.QUICK,
          InstantSource.system(),
          System::nanoTime,
          check -> Thread.ofVirtual().start(check));

  private FaultServer start(int port) {
    try {
      return FaultServer.start(ca.localhost(), port);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    configure(List.of(notary.host()), "docker.io/acme/app:*");
    background.every("checks", Duration.ofMillis(20), checks::tick);
  }

  private void configure(List<String> hosts, String pattern) {
    assayer =
        Optional.of(
            HealthRig.assayer(
                HealthRig.validators(ca, hosts)
                    + "readiness: {notary: any}\npolicy: [{pattern: '"
                    + pattern
                    + "', validator: v0}]\n"));
  }

  @AfterEach
  void close() throws IOException {
    background.close();
    assayer.orElseThrow().close();
    notary.close();
  }

  private boolean ready() {
    return checks.readiness().holds();
  }

  private String detail() {
    return checks.readiness().detail();
  }

  private ImageDecision decide() {
    return assayer
        .orElseThrow()
        .verify(
            "docker.io/acme/app:1",
            Optional.empty(),
            Instant.now(),
            Deadline.after(Duration.ofSeconds(9)));
  }

  @Test
  @DisplayName("UPS-12 a Notary whose health page is green while metadata answers 500 is down")
  void readinessFollowsTheMetadataPath() throws Exception {
    notary.on("/_notary_server/health", Faults.body("{}"));
    HealthRig.until(this::ready);
    assertThat(notary.requests()).extracting(FaultServer.Request::target).containsOnly(PATH);
    notary.otherwise(Faults.status(500));
    HealthRig.until(() -> !ready());
    assertThat(detail()).contains("v0 down since", "[upstream_error]", "500");
    notary.otherwise(Faults.status(404));
    HealthRig.until(this::ready);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 401, 403, 429})
  void aServerThatAnswersIsUpWhateverItThinksOfTheRepository(int status) throws Exception {
    notary.otherwise(Faults.status(status));
    HealthRig.until(this::ready);
    assertThat(detail()).contains("v0 up since", "answers");
  }

  @Test
  void aPageThatIsNoTimestampIsNoMetadata() throws Exception {
    notary.otherwise(Faults.body("<html>please log in</html>"));
    HealthRig.until(() -> detail().contains("[upstream_malformed]"));
    assertThat(ready()).isFalse();
  }

  @Test
  @DisplayName("I6 a Notary that stops makes the replica unready, and ready again when it is back")
  void stopAndStart() throws Exception {
    HealthRig.until(this::ready);
    int port = notary.port();
    notary.close();
    HealthRig.until(() -> !ready());
    assertThat(detail()).contains("[upstream_unreachable]");
    notary = start(port);
    HealthRig.until(this::ready);
  }

  @Test
  @DisplayName("UPS-02 a Notary that accepts and hangs makes notary false after three checks")
  void hanging() throws Exception {
    HealthRig.until(this::ready);
    notary.otherwise(Faults.hang());
    HealthRig.until(() -> !ready());
    assertThat(detail()).contains("[upstream_timeout]", "1.5 s");
    notary.otherwise(Faults.status(404));
    HealthRig.until(this::ready);
  }

  @Test
  void oneThatHangsDelaysTheCheckOfNoOther() throws Exception {
    try (FaultServer other = start(0)) {
      other.otherwise(Faults.hang());
      configure(List.of(notary.host(), other.host()), "*:*");
      HealthRig.until(() -> other.served() > 0);
      int before = notary.served();
      int hung = other.served();
      HealthRig.until(() -> notary.served() > before + 5);
      assertThat(other.served() - hung).isLessThanOrEqualTo(2);
    }
  }

  @Test
  @DisplayName("UPS-13 a check that succeeds closes the open breaker, so no signed image waits")
  void aGoodCheckClosesTheBreaker() throws Exception {
    background.close(); // from here on checks are made by hand
    notary.otherwise(Faults.status(500));
    for (int i = 0; i < 8; i++) {
      assertThat(decide().detail()).isNotEmpty();
    }
    var probe = assayer.orElseThrow().validators().get("v0").probe().orElseThrow();
    assertThat(probe.suspended()).isTrue();
    assertThat(probe.probe(Deadline.after(Duration.ofSeconds(4))).up()).isFalse();
    assertThat(probe.suspended()).isTrue();
    notary.otherwise(Faults.status(404));
    assertThat(probe.probe(Deadline.after(Duration.ofSeconds(4))).up()).isTrue();
    assertThat(probe.suspended()).isFalse();
    assertThat(decide().detail()).doesNotContain("circuit open");
  }

  @Test
  void withoutALiteralNameInThePolicyANameIsAskedForThatNobodyHas() throws Exception {
    configure(List.of(notary.host()), "*:*");
    HealthRig.until(() ->
        notary.requests().stream()
            .anyMatch(request ->
                request
                    .target()
                    .equals("/v2/assayer.invalid/health/probe/_trust/tuf/timestamp.json")));
    HealthRig.until(this::ready);
  }

  @Test
  @DisplayName("UPS-11 a Date header that is far off makes the condition clock false, no more")
  void aDateFarOff() throws Exception {
    notary.otherwise(Faults.status(404, "Date: Thu, 01 Jan 2015 00:00:00 GMT"));
    HealthRig.until(() -> !checks.clock().holds());
    HealthRig.until(this::ready);
    assertThat(checks.clock().detail()).contains(notary.host());
  }

  @Test
  void lookingAtTheHealthPagesCallsNobody() throws Exception {
    HealthRig.until(this::ready);
    background.close();
    Thread.sleep(300);
    int served = notary.served();
    Readiness readiness =
        new Readiness(
            List.of(new ReadinessTerm("notary", checks::readiness)),
            new Metrics(),
            InstantSource.system());
    for (int i = 0; i < 100; i++) {
      assertThat(readiness.ready().status()).isEqualTo(200);
    }
    assertThat(notary.served()).isEqualTo(served);
  }
}
