package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamFaultsTest {
  private static final Duration SHORT = Duration.ofMillis(600);
  private static final Duration GRACE = Duration.ofMillis(250);
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig();
    // so that class loading does not eat the short budgets below
    rig.server.otherwise(Faults.body("warm"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("warm");
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {500, 502, 503})
  @DisplayName("UPS-01 a 5xx is asked once more, then denied as upstream_error")
  void aServerErrorIsRetriedOnce(int status) {
    rig.server.otherwise(Faults.status(status));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("upstream_error")
        .contains("answered GET timestamp.json with " + status + ", twice");
    assertThat(rig.server.served()).isEqualTo(3);
    assertThat(rig.notes()).containsExactly("timestamp=" + status, "timestamp=" + status);
  }

  @Test
  @DisplayName("UPS-01 a 503 that passes is survived")
  void aPassingServerErrorIsSurvived() {
    rig.server.otherwise(Faults.inTurn(Faults.status(503), Faults.body("x")));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
  }

  @Test
  @DisplayName("UPS-01 a 503 is not asked again when hardly any time is left")
  void noRetryWithoutTime() {
    rig.server.otherwise(Faults.after(Duration.ofMillis(450), Faults.status(503)));
    assertThat(Rig.text(rig.fetch(SHORT))).startsWith("upstream_error").doesNotContain("twice");
    assertThat(rig.server.served()).isEqualTo(2);
  }

  @Test
  @DisplayName("UPS-01 a 429 with Retry-After 3600 is rate_limited at once")
  void aLongRetryAfterIsNotWaitedFor() {
    rig.server.otherwise(Faults.status(429, "Retry-After: 3600"));
    assertThat(Rig.text(rig.fetch())).startsWith("rate_limited").contains("Retry-After 3600");
    assertThat(rig.server.served()).isEqualTo(2);
  }

  @Test
  @DisplayName("UPS-01 a 429 with Retry-After 1 is asked once more, after that second")
  void aShortRetryAfterIsObeyed() {
    rig.server.otherwise(Faults.inTurn(Faults.status(429, "Retry-After: 1"), Faults.body("x")));
    long begun = System.nanoTime();
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(950));
    rig.server.otherwise(Faults.status(429, "Retry-After: 0"));
    assertThat(Rig.text(rig.fetch())).startsWith("rate_limited");
    assertThat(rig.server.served()).isEqualTo(5);
  }

  @Test
  @DisplayName("UPS-02 a server that hangs after the request, the head or TLS ends in time")
  void aHangingServerIsLeftInTime() throws Exception {
    rig.server.otherwise(Faults.hang());
    late("did not answer GET timestamp.json within (59.|600) ms");
    rig.server.otherwise(Faults.hangAfterHead());
    late("sent 0 bytes of timestamp.json in (59.|600) ms and did not finish");
    rig.server.otherwise(Faults.dripHead(Duration.ofMillis(100)));
    late("did not answer GET timestamp.json within (59.|600) ms");
    Await.until(() -> rig.server.open() == 0);
  }

  @Test
  @DisplayName("UPS-02 a server that accepts and never speaks TLS ends in time")
  void aServerThatIsSilentBeforeTlsIsLeftInTime() throws Exception {
    try (FaultServer silent = FaultServer.bare(Faults.silent());
        HttpsUpstream upstream =
            HttpsUpstream.open(UpstreamSettings.of(silent.host()).withTls(rig.trust))) {
      long begun = System.nanoTime();
      assertThat(Rig.text(rig.fetch(upstream, SHORT))).startsWith("upstream_timeout");
      inTime(begun);
      Await.until(() -> silent.open() == 0);
    }
  }

  @Test
  @DisplayName("UPS-02 a connection that nobody accepts ends in time")
  void aFullBacklogIsLeftInTime() throws Exception {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 3; i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        connect(filler, full);
      }
      try (HttpsUpstream upstream =
          HttpsUpstream.open(
              UpstreamSettings.of("localhost:" + full.getLocalPort()).withTls(rig.trust))) {
        long begun = System.nanoTime();
        assertThat(Rig.text(rig.fetch(upstream, SHORT))).startsWith("upstream_timeout");
        inTime(begun);
      }
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  @Test
  @DisplayName("UPS-02 RST or FIN instead of an answer is upstream_unreachable after one retry")
  void aConnectionThatEndsBeforeTheHeadIsUnreachable() {
    rig.server.otherwise(Faults.reset());
    assertThat(Rig.text(rig.fetch()))
        .startsWith("upstream_unreachable")
        .contains("closed the connection before it answered GET timestamp.json");
    assertThat(rig.server.served()).isLessThanOrEqualTo(3);
    rig.server.otherwise(Faults.raw(""));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
    rig.server.otherwise(Faults.raw("HTTP/1.1 200 OK\r\nContent-Le"));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_unreachable");
  }

  @Test
  @DisplayName("UPS-02 a port that nobody listens on is upstream_unreachable")
  void aRefusedConnectionIsUnreachable() throws Exception {
    rig.server.close();
    assertThat(Rig.text(rig.fetch()))
        .startsWith("upstream_unreachable")
        .contains(rig.server.host() + " took no connection for GET timestamp.json");
  }

  @Test
  @DisplayName("UPS-02 RST or FIN before or in the TLS handshake is upstream_unreachable")
  void aConnectionThatEndsInTheHandshakeIsUnreachable() throws Exception {
    for (FaultServer.OnAccept end : List.of(Faults.resetAtOnce(), Faults.finishAtOnce())) {
      try (FaultServer server = FaultServer.bare(end);
          HttpsUpstream upstream =
              HttpsUpstream.open(UpstreamSettings.of(server.host()).withTls(rig.trust))) {
        assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).startsWith("upstream_unreachable");
      }
    }
  }

  @Test
  @DisplayName("UPS-03 truncated bodies are upstream_malformed")
  void truncatedBodiesAreMalformed() {
    rig.server.otherwise(Faults.truncated(1000, 37));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("upstream_malformed")
        .contains("broke off timestamp.json after 37 of 1000 bytes");
    rig.server.otherwise(Faults.resetInBody(1000, 37));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
    rig.server.otherwise(
        Faults.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab"));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nabcde\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n",
        "Content-Length: many\r\n\r\nabcde",
        "Content-Length: -5\r\n\r\nabcde",
      })
  @DisplayName("UPS-03 wrong lengths and chunks are upstream_malformed")
  void wrongLengthsAreMalformed(String rest) {
    rig.server.otherwise(Faults.raw("HTTP/1.1 200 OK\r\n" + rest));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "{}\r\n\r\n"})
  @DisplayName("UPS-03 an answer that is not HTTP is upstream_malformed")
  void anotherProtocolIsMalformed(String text) {
    rig.server.otherwise(Faults.raw(text));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("UPS-03 a gzip body, whole or ending early, is upstream_malformed")
  void aCodingThatNobodyAskedForIsMalformed(boolean whole) {
    rig.server.otherwise(Faults.gzip("{}".repeat(500), whole));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("upstream_malformed")
        .contains("content encoding that nobody asked for: gzip");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("Endless body of 1 GiB, with and without a length, stops at the cap as too_large")
  void anEndlessBodyStopsAtTheCap(boolean withLength) throws Exception {
    rig.server.otherwise(Faults.endless(withLength));
    long begun = System.nanoTime();
    assertThat(Rig.text(rig.fetch())).startsWith("too_large").contains("65536");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    Await.until(() -> rig.server.open() == 0);
  }

  @Test
  @DisplayName("Slow body of one byte a second ends by the total deadline, not per read")
  void aDrippingBodyIsLeftInTime() throws Exception {
    rig.server.otherwise(Faults.drip(1000, Duration.ofMillis(100)));
    late("bytes of timestamp.json in (59.|600) ms and did not finish");
    assertThat(Rig.text(rig.fetch(Duration.ofSeconds(2))))
        .startsWith("upstream_timeout")
        .containsPattern("sent (1[5-9]|20) bytes of timestamp.json in 2\\.0 s");
    Await.until(() -> rig.server.open() == 0);
  }

  private void late(String words) {
    long begun = System.nanoTime();
    assertThat(Rig.text(rig.fetch(SHORT))).startsWith("upstream_timeout").containsPattern(words);
    inTime(begun);
    assertThat(rig.notes()).containsExactly("timestamp=upstream_timeout");
  }

  private static void inTime(long begun) {
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT, SHORT.plus(GRACE));
  }

  private static void connect(Socket filler, ServerSocket full) {
    try {
      filler.connect(full.getLocalSocketAddress(), 100);
    } catch (IOException backlogIsFull) {
      // as wanted
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 599})
  void a5xxIsAnOutage(int status) {
    rig.server.otherwise(Faults.status(status));
    assertThat(isOutage()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {206, 300, 302, 400, 403, 405, 418, 429, 451, 499})
  @DisplayName("an answer that is no 5xx is no outage, whatever reason it is denied for")
  void anyOtherAnswerIsNone(int status) {
    rig.server.otherwise(Faults.status(status));
    assertThat(isOutage()).isFalse();
  }

  @Test
  void silenceIsAnOutageAndATruncatedAnswerIsNone() throws Exception {
    rig.server.otherwise(Faults.hang());
    assertThat(((FetchResult.Failed) rig.fetch(SHORT)).outage()).isFalse();
    assertThat(((FetchResult.Failed) rig.fetch(Duration.ofMillis(1200))).outage()).isTrue();
    rig.server.otherwise(
        (request, wire) -> wire.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx").finish());
    assertThat(isOutage()).isFalse();
    rig.server.close();
    assertThat(isOutage()).isTrue();
  }

  private boolean isOutage() {
    return ((FetchResult.Failed) rig.fetch()).outage();
  }
}
