package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallObserverTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  private final Told told = new Told();
  private Rig rig;

  /** Remembers what it is told. */
  private static final class Told implements CallObserver {
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Instant> certificates = new ConcurrentLinkedQueue<>();
    private final Queue<BreakerState> states = new ConcurrentLinkedQueue<>();

    @Override
    public void called(Call call) {
      calls.add(call);
    }

    @Override
    public void certificate(String host, Instant notAfter) {
      certificates.add(notAfter);
    }

    @Override
    public void breaker(String host, BreakerState state) {
      states.add(state);
    }

    /** The results since the last time, in order. */
    private List<CallResult> results() {
      List<CallResult> results = new ArrayList<>();
      for (Call call = calls.poll(); call != null; call = calls.poll()) {
        results.add(call.result());
      }
      return results;
    }
  }

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(settings -> settings.withObserver(told).withBreaker(100, SHORT));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  private List<CallResult> after(FaultServer.Behaviour behaviour) {
    return after(behaviour, Rig.AMPLE);
  }

  private List<CallResult> after(FaultServer.Behaviour behaviour, Duration budget) {
    rig.server.otherwise(behaviour);
    rig.fetch(budget);
    return told.results();
  }

  @Test
  void eachAnswerIsToldOnceByWhatItWas() {
    assertThat(after(Faults.body("x"))).containsExactly(CallResult.OK);
    assertThat(after(Faults.status(404))).containsExactly(CallResult.NOT_FOUND);
    assertThat(after(Faults.status(403))).containsExactly(CallResult.AUTH);
    assertThat(after(Faults.status(418))).containsExactly(CallResult.STATUS_4XX);
    assertThat(after(Faults.status(429))).containsExactly(CallResult.STATUS_429);
    assertThat(after(Faults.status(299))).containsExactly(CallResult.MALFORMED);
    assertThat(after(Faults.body("x".repeat(70_000)))).containsExactly(CallResult.TOO_LARGE);
    assertThat(after(Faults.truncated(100, 10))).containsExactly(CallResult.MALFORMED);
    assertThat(after(Faults.gzip("x", true))).containsExactly(CallResult.MALFORMED);
    assertThat(after(Faults.hang(), SHORT)).containsExactly(CallResult.TIMEOUT);
    assertThat(after(Faults.redirect("https://evil.example/")))
        .containsExactly(CallResult.REDIRECT_BLOCKED);
  }

  @Test
  void aRetryIsAnotherCall() {
    assertThat(after(Faults.inTurn(Faults.status(503), Faults.body("x"))))
        .containsExactly(CallResult.STATUS_5XX, CallResult.OK);
  }

  @Test
  void aRedirectOnTheSameHostIsFollowedAndFine() {
    rig.server.on("/moved", Faults.body("x"));
    assertThat(after(Faults.redirect("/moved"))).containsExactly(CallResult.OK, CallResult.OK);
  }

  @Test
  void noCallIsToldWhereNoTimeIsLeftForOne() {
    assertThat(after(Faults.body("x"), Duration.ZERO)).isEmpty();
  }

  @Test
  void callsForTokensAreToldWithTheHostTheyWentTo() throws IOException {
    try (FaultServer realm = FaultServer.start(rig.ca.localhost())) {
      URI address = URI.create("https://" + realm.host() + "/token");
      try (HttpsUpstream upstream =
          HttpsUpstream.open(
              UpstreamSettings.of(rig.server.host())
                  .withTls(rig.trust)
                  .withRealm(address)
                  .withObserver(told))) {
        realm.otherwise(Faults.body("{\"token\":\"good\"}"));
        rig.server.otherwise((request, wire) ->
            (request.header("authorization").isPresent()
                    ? Faults.body("x")
                    : Faults.status(401, "WWW-Authenticate: Bearer realm=\"" + address + '"'))
                .answer(request, wire));
        assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).isEqualTo("x");
      }
      assertThat(told.calls)
          .extracting(Call::host, Call::result)
          .containsExactly(
              tuple(rig.server.host(), CallResult.AUTH),
              tuple(realm.host(), CallResult.OK),
              tuple(rig.server.host(), CallResult.OK));
    }
  }

  @Test
  void aTokenServerThatIsNotOursIsToldAsBlocked() {
    assertThat(
            after(
                Faults.status(
                    401, "WWW-Authenticate: Bearer realm=\"https://evil.example/token\"")))
        .containsExactly(CallResult.AUTH, CallResult.REDIRECT_BLOCKED);
  }

  @Test
  void aServerWithAnotherAuthorityAndOneThatIsGoneAreToldApart() throws IOException {
    TestCa other = new TestCa("another authority");
    try (FaultServer impostor = FaultServer.start(other.localhost());
        HttpsUpstream upstream =
            HttpsUpstream.open(
                UpstreamSettings.of(impostor.host()).withTls(rig.trust).withObserver(told))) {
      rig.fetch(upstream, Rig.AMPLE);
      assertThat(told.results()).containsExactly(CallResult.TLS);
    }
    rig.server.close();
    rig.fetch();
    assertThat(told.results()).containsExactly(CallResult.CONNECT);
    try (HttpsUpstream upstream =
        HttpsUpstream.open(UpstreamSettings.of("no.such.host.invalid").withObserver(told))) {
      rig.fetch(upstream, Rig.AMPLE);
      assertThat(told.results()).containsExactly(CallResult.DNS);
    }
  }

  @Test
  void theBreakerTellsEachStateAndTheCallsItSpares() throws Exception {
    try (HttpsUpstream upstream =
        HttpsUpstream.open(
            UpstreamSettings.of(rig.server.host())
                .withTls(rig.trust)
                .withObserver(told)
                .withBreaker(1, SHORT))) {
      rig.server.otherwise(Faults.reset());
      rig.fetch(upstream, Rig.AMPLE);
      assertThat(told.states).containsExactly(BreakerState.OPEN);
      told.results();
      rig.fetch(upstream, SHORT.dividedBy(2));
      assertThat(told.results()).containsExactly(CallResult.BREAKER_OPEN);
      rig.server.otherwise(Faults.body("x"));
      Thread.sleep(SHORT.plusMillis(50));
      assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).isEqualTo("x");
      assertThat(told.states)
          .containsExactly(BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }
  }

  @Test
  void theServersClockAndCertificateAreTold() throws Exception {
    Instant behind = Instant.now().minusSeconds(90);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(behind.atOffset(ZoneOffset.UTC));
    rig.server.otherwise(Faults.body("x", "Date: " + date));
    rig.fetch();
    Call call = told.calls.element();
    assertThat(call.ahead().orElseThrow())
        .isBetween(Duration.ofSeconds(89), Duration.ofSeconds(110));
    assertThat(call.took().orElseThrow()).isPositive().isLessThan(Rig.AMPLE);
    Await.until(() -> !told.certificates.isEmpty());
    assertThat(told.certificates.element()).isAfter(Instant.now());
    told.calls.clear();
    rig.server.otherwise(Faults.body("x", "Date: yesterday"));
    rig.fetch();
    assertThat(told.calls.element().ahead()).isEmpty();
  }

  @Test
  void theWordsOfResultsAreThoseOfMetrics() {
    assertThat(CallResult.STATUS_4XX.code()).isEqualTo("4xx");
    assertThat(CallResult.REDIRECT_BLOCKED.code()).isEqualTo("redirect_blocked");
  }
}
