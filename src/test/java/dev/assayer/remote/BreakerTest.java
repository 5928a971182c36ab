package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Stage;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final Duration PAUSE = Duration.ofMillis(700);

  /** Too little to wait for the end of a pause. */
  private static final Duration LITTLE = Duration.ofMillis(200);

  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(settings -> settings.withBreaker(5, PAUSE));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  @DisplayName("UPS-01 the breaker opens after 5 failures and lets a probe through after the pause")
  void opensAfterFiveAndRecovers() throws Exception {
    rig.server.otherwise(Faults.status(503));
    for (int i = 0; i < 5; i++) {
      assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_error");
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.OPEN);
    int served = rig.server.served();
    assertThat(Rig.text(rig.fetch(LITTLE)))
        .startsWith("upstream_unreachable: " + rig.server.host() + ": circuit open after 5")
        .containsPattern("last: .* with 503.*; next try in \\d+ ms");
    assertThat(rig.notes()).containsExactly("timestamp=circuit open");
    assertThat(rig.server.served()).isEqualTo(served);

    Thread.sleep(PAUSE.plusMillis(50));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_error");
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.OPEN);

    rig.server.otherwise(Faults.body("x"));
    Thread.sleep(PAUSE.plusMillis(50));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aProbeThatHangsIsNotWaitedForOnceTheServerAnswersOthers() throws Exception {
    rig.server.otherwise(Faults.reset());
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
    }
    rig.server.otherwise((request, wire) -> wire.awaitClient());
    Thread.sleep(PAUSE.plusMillis(50));
    int served = rig.server.served();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> hanging = threads.submit(() -> Rig.text(rig.fetch()));
      Await.until(() -> rig.server.served() > served);
      rig.server.otherwise(Faults.body("x"));

      assertThat(inParallel(8)).containsOnly("x");
      assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
      rig.server.dropConnections();
      assertThat(hanging.get()).isNotEmpty();
      assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
    }
  }

  @Test
  void aServerThatReturnsServesTheWholeFirstVerificationAfterThePause() throws Exception {
    rig.server.otherwise(Faults.reset());
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.OPEN);
    rig.server.otherwise(Faults.after(Duration.ofMillis(150), Faults.body("x")));
    Thread.sleep(PAUSE.plusMillis(50));
    assertThat(inParallel(8)).containsOnly("x");
  }

  @Test
  void aCallWithTimeToSpareWaitsForAServerThatWasDownAMomentAgo() throws Exception {
    open(Faults.reset());
    rig.server.otherwise(Faults.body("x"));
    assertThat(inParallel(8)).containsOnly("x");
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
    assertThat(rig.notes()).contains("timestamp=circuit was open");
  }

  @Test
  void aServerThatIsStillDownIsAskedOnceForAllThatWaited() throws Exception {
    open(Faults.reset());
    int served = rig.server.served();
    assertThat(inParallel(8))
        .allMatch(text -> text.startsWith("upstream_unreachable"))
        .anyMatch(text -> text.contains("circuit open after 5"));
    assertThat(rig.server.served()).isLessThanOrEqualTo(served + 2);
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void anAnsweredProbeWakesThoseWhoWaitForThePauseToEnd() throws Exception {
    try (Rig slow = new Rig(settings -> settings.withBreaker(1, Duration.ofSeconds(30)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      slow.server.otherwise(Faults.reset());
      slow.fetch();
      slow.server.otherwise(Faults.body("x"));
      Future<String> waits = threads.submit(() -> Rig.text(slow.fetch(Duration.ofMinutes(2))));
      Await.until(() -> slow.stages.snapshot().stream().anyMatch(Stage::open));
      slow.upstream.probe(Rig.timestamp(100), Deadline.after(Rig.AMPLE));
      assertThat(waits.get(20, TimeUnit.SECONDS)).isEqualTo("x");
    }
  }

  @Test
  void aServerThatIsDownHoldsNoMoreThanAFewCallers() throws Exception {
    try (Rig slow = new Rig(settings -> settings.withBreaker(1, Duration.ofSeconds(30)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      slow.server.otherwise(Faults.reset());
      slow.fetch();
      BlockingQueue<String> refused = new LinkedBlockingQueue<>();
      for (int i = 0; i < Breaker.MOST_SLEEPERS + 8; i++) {
        threads.execute(() -> refused.add(Rig.text(slow.fetch(Duration.ofMinutes(2)))));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(refused.poll(20, TimeUnit.SECONDS)).contains("circuit open after 1 failures");
      }
      assertThat(refused).isEmpty();
      slow.server.otherwise(Faults.body("x"));
      slow.upstream.probe(Rig.timestamp(100), Deadline.after(Rig.AMPLE));
      for (int i = 0; i < Breaker.MOST_SLEEPERS; i++) {
        assertThat(refused.poll(20, TimeUnit.SECONDS)).isEqualTo("x");
      }
    }
  }

  @Test
  @DisplayName("UPS-13 a probe that is answered closes the breaker, even while another probe hangs")
  void anAnsweredProbeCloses() throws Exception {
    rig.server.otherwise(Faults.status(503));
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_error");
    }
    Thread.sleep(PAUSE.plusMillis(50));
    rig.server.otherwise(Faults.hang());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> hanging = threads.submit(() -> Rig.text(rig.fetch(Duration.ofMillis(1500))));
      Await.until(() -> rig.upstream.breakerState() == BreakerState.HALF_OPEN);
      ProbeResult failed =
          rig.upstream.probe(Rig.timestamp(100), Deadline.after(Duration.ofMillis(100)));
      assertThat(Rig.text(failed.result())).startsWith("upstream_timeout");
      assertThat(rig.upstream.suspended()).isTrue();

      rig.server.otherwise(Faults.body("x", "Date: Sun, 22 Nov 2026 00:00:00 GMT"));
      ProbeResult answered = rig.upstream.probe(Rig.timestamp(100), Deadline.after(Rig.AMPLE));
      assertThat(Rig.text(answered.result())).isEqualTo("x");
      assertThat(answered.serverDate()).contains(Instant.parse("2026-11-22T00:00:00Z"));
      assertThat(rig.upstream.suspended()).isFalse();
      assertThat(Rig.text(rig.fetch())).isEqualTo("x");
      assertThat(hanging.get()).startsWith("upstream_timeout");
      assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
    }
  }

  @Test
  void parallelFetchesOfOneVerificationCountOnce() throws Exception {
    rig.server.otherwise(Faults.after(Duration.ofMillis(100), Faults.reset()));
    assertThat(inParallel(12)).allMatch(text -> text.startsWith("upstream_unreachable"));
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 401, 403, 429, 400, 302})
  void answersThatAreNoOutageNeverOpenIt(int status) {
    rig.server.otherwise(Faults.status(status));
    for (int i = 0; i < 12; i++) {
      assertThat(Rig.text(rig.fetch())).doesNotContain("circuit open");
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void tooLargeAndMalformedNeverOpenIt() {
    rig.server.otherwise(Faults.endless(true));
    for (int i = 0; i < 6; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("too_large");
    }
    rig.server.otherwise(Faults.truncated(100, 10));
    for (int i = 0; i < 6; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
    }
  }

  @Test
  void callersWithHardlyAnyTimeNeverOpenIt() {
    rig.server.otherwise(Faults.hang());
    for (int i = 0; i < 12; i++) {
      assertThat(Rig.text(rig.fetch(Duration.ofMillis(30)))).startsWith("upstream_timeout");
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void anAnswerBreaksTheRow() {
    for (int round = 0; round < 3; round++) {
      rig.server.otherwise(Faults.status(500));
      for (int i = 0; i < 4; i++) {
        assertThat(Rig.text(rig.fetch())).startsWith("upstream_error");
      }
      rig.server.otherwise(Faults.status(404));
      assertThat(rig.fetch()).isEqualTo(new FetchResult.NotFound());
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aServerThatIsDownOpensItAndOneThatStartsOnThatPortCloses() throws Exception {
    int port = rig.server.port();
    rig.server.close();
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
    }
    assertThat(Rig.text(rig.fetch(LITTLE))).contains("circuit open").contains("took no connection");
    try (FaultServer back =
        FaultServer.start(rig.ca.localhost(), port).otherwise(Faults.body("x"))) {
      assertThat(back.served()).isZero();
      Await.until(() -> Rig.text(rig.fetch()).equals("x"));
    }
  }

  @Test
  void aStuckTokenServerDoesNotOpenTheUpstreamsBreaker() throws IOException {
    try (FaultServer tokens = FaultServer.start(rig.ca.localhost()).otherwise(Faults.status(500));
        HttpsUpstream upstream =
            HttpsUpstream.open(
                UpstreamSettings.of(rig.server.host())
                    .withTls(rig.trust)
                    .withBreaker(5, Duration.ofSeconds(30))
                    .withRealm(URI.create("https://" + tokens.host())))) {
      rig.server.otherwise(
          Faults.status(401, "WWW-Authenticate: Bearer realm=\"https://" + tokens.host() + "\""));
      for (int i = 0; i < 5; i++) {
        assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).startsWith("upstream_error");
      }
      assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE)))
          .startsWith("upstream_unreachable: " + tokens.host() + ": circuit open after 5");
      assertThat(upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
      assertThat(tokens.served()).isEqualTo(5);
    }
  }

  private void open(FaultServer.Behaviour fault) {
    rig.server.otherwise(fault);
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
    }
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.OPEN);
  }

  private List<String> inParallel(int calls) throws Exception {
    List<String> texts = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        running.add(threads.submit(() -> Rig.text(rig.fetch())));
      }
      for (Future<String> one : running) {
        texts.add(one.get());
      }
    }
    return texts;
  }
}
