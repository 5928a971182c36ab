package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsUpstreamTest {
  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig();
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void aBodyArrivesWithItsStageOverOneKeptConnection() {
    rig.server.otherwise(Faults.body("{\"a\":1}"));
    for (int i = 0; i < 5; i++) {
      assertThat(Rig.text(rig.fetch())).isEqualTo("{\"a\":1}");
      assertThat(rig.notes()).containsExactly("timestamp=200");
      assertThat(rig.stages.snapshot().getFirst().dependency()).contains(rig.server.host());
    }
    assertThat(rig.server.accepted()).isEqualTo(1);
    assertThat(rig.server.requests())
        .allSatisfy(request -> {
          assertThat(request.target()).isEqualTo("/timestamp.json");
          assertThat(request.header("authorization")).isEmpty();
          assertThat(request.header("accept-encoding")).contains("identity");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void absenceIsItsOwnResult(int status) {
    rig.server.otherwise(Faults.status(status));
    assertThat(rig.fetch()).isEqualTo(new FetchResult.NotFound());
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 206, 304, 400, 402, 406, 418, 451})
  void noOtherStatusIsABody(int status) {
    String bodiless = status == 204 || status == 304 ? "" : "Content-Length: 0\r\n";
    rig.server.otherwise(
        (_, wire) -> wire.text("HTTP/1.1 " + status + " Odd\r\n" + bodiless + "\r\n"));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_error").contains("with " + status);
    assertThat(rig.server.served()).isEqualTo(1);
  }

  @Test
  void aBodyOfExactlyTheCapIsTakenChunkedOrNot() {
    byte[] full = new byte[64 * 1024];
    rig.server.otherwise(Faults.body(full));
    assertThat(rig.fetch()).isInstanceOf(FetchResult.Body.class);
    rig.server.otherwise((_, wire) ->
        wire.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n")
            .bytes(full)
            .text("\r\n0\r\n\r\n"));
    assertThat(rig.fetch())
        .isInstanceOfSatisfying(
            FetchResult.Body.class, body -> assertThat(body.bytes()).hasSize(64 * 1024));
  }

  @Test
  void anExpiredDeadlineSendsNothing() {
    assertThat(Rig.text(rig.fetch(Duration.ZERO)))
        .startsWith("deadline_exceeded: no time was left for GET timestamp.json");
    assertThat(rig.server.accepted()).isZero();
  }

  @Test
  void anInterruptedCallerLeavesAtOnceAndTheConnectionGoes() throws Exception {
    rig.server.otherwise(Faults.hang());
    CompletableFuture<FetchResult> result = new CompletableFuture<>();
    Thread caller = Thread.ofVirtual().start(() -> result.complete(rig.fetch()));
    Await.until(() -> rig.server.served() == 1);
    caller.interrupt();
    assertThat(result.get())
        .isInstanceOfSatisfying(
            FetchResult.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED));
    Await.until(() -> rig.server.open() == 0);
  }

  @Test
  void aKeptConnectionThatTheServerDroppedIsReplacedUnseen() throws Exception {
    rig.server.otherwise(Faults.body("x"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    rig.server.dropConnections();
    Await.until(() -> rig.server.open() == 0);
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
  }

  @Test
  @DisplayName("UPS-11 the server's clock is read from Date, however far off, and harms nothing")
  void theServersClockIsShown() {
    assertThat(rig.upstream.serverDate()).isEmpty();
    rig.server.otherwise(Faults.body("x", "Date: Sun, 06 Nov 1994 08:49:37 GMT"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.upstream.serverDate()).contains(Instant.parse("1994-11-06T08:49:37Z"));
    rig.server.otherwise(Faults.body("x", "Date: not a date"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.upstream.serverDate()).contains(Instant.parse("1994-11-06T08:49:37Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://notary.example.com",
        "user@notary.example.com",
        "notary.example.com/path",
        "notary.example.com:0",
        "notary.example.com:99999",
        "notary.example.com?x",
        "a b",
        "notary.example.com:"
      })
  void onlyAHostAndAPortMakeAnUpstream(String host) {
    assertThatThrownBy(() -> HttpsUpstream.open(UpstreamSettings.of(host)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theHostIsShownWithoutTheUsualPort() {
    try (HttpsUpstream upstream =
        HttpsUpstream.open(UpstreamSettings.of("Notary.Example.com:443"))) {
      assertThat(upstream.host()).isEqualTo("notary.example.com");
    }
    try (HttpsUpstream upstream = HttpsUpstream.open(UpstreamSettings.of("[::1]:4443"))) {
      assertThat(upstream.host()).isEqualTo("[::1]:4443");
    }
  }

  @Test
  void aClosedUpstreamFailsWithoutThrowing() {
    rig.server.otherwise(Faults.body("x"));
    rig.upstream.close();
    FetchResult result =
        rig.upstream.fetch(Rig.timestamp(10), new StageLog(), Deadline.after(Rig.AMPLE));
    assertThat(result).isInstanceOf(FetchResult.Failed.class);
  }

  @Test
  void aFetchUnderWayOutlivesTheClosingAndThenTheClientIsGone() throws Exception {
    long others = selectors() - 1;
    rig.server.otherwise(Faults.after(Duration.ofMillis(300), Faults.body("x")));
    CompletableFuture<FetchResult> result = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> result.complete(rig.fetch()));
    Await.until(() -> rig.server.served() == 1);
    rig.upstream.close();
    assertThat(Rig.text(result.get())).isEqualTo("x");
    Await.until(() -> rig.server.open() == 0 && selectors() <= others);
  }

  private static long selectors() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("SelectorManager"))
        .count();
  }

  @Test
  void aFetchCannotBeBentToAnotherHost() {
    for (String path : new String[] {"@evil.example/x", "//evil.example/x", "/a b", "/a/../b"}) {
      assertThatThrownBy(() -> new Fetch(path, "s", "GET x", 10, Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anInformationalResponseBeforeTheRealOneIsPassedOver() {
    FaultServer.Behaviour early =
        (request, wire) -> {
          wire.text("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
          Faults.body("x").answer(request, wire);
        };
    rig.server.otherwise(early);
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
  }

  @Test
  void aReviewOfHundredsOfImagesCannotOpenAConnectionForEach() {
    rig.server.otherwise(Faults.after(Duration.ofMillis(20), Faults.status(404)));
    List<CompletableFuture<FetchResult>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(CompletableFuture.supplyAsync(() -> fetched(Rig.AMPLE), VIRTUAL));
    }
    assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(new FetchResult.NotFound()));
    // Twice: a call may be over a moment before its connection is free for the next one.
    assertThat(rig.server.accepted()).isLessThanOrEqualTo(2 * HttpsUpstream.PLACES);
  }

  @Test
  void whoFindsNoPlaceIsToldSoAndNotThatTheUpstreamIsDown() throws InterruptedException {
    rig.server.otherwise(Faults.hang());
    List<CompletableFuture<FetchResult>> hanging = new ArrayList<>();
    for (int i = 0; i < HttpsUpstream.PLACES; i++) {
      hanging.add(CompletableFuture.supplyAsync(() -> fetched(Duration.ofSeconds(4)), VIRTUAL));
    }
    Await.until(Duration.ofSeconds(6), () -> rig.server.served() == HttpsUpstream.PLACES);
    StageLog stages = new StageLog();
    FetchResult result =
        rig.upstream.fetch(Rig.timestamp(1024), stages, Deadline.after(Duration.ofMillis(200)));
    assertThat(Rig.text(result)).startsWith("overload: no place for GET timestamp.json");
    assertThat(stages.snapshot().getFirst().name()).isEqualTo("queue");
    hanging.forEach(one -> assertThat(one.join()).isInstanceOf(FetchResult.Failed.class));
  }

  private FetchResult fetched(Duration budget) {
    return rig.upstream.fetch(Rig.timestamp(1024), new StageLog(), Deadline.after(budget));
  }
}
