package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.assayer.decision.Refusal;
import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests whose end two parties could see at different places; each is followed by another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFramingTest {
  private static final String SMUGGLED = Rig.post("/mutate", "smuggled");
  private static final String START =
      "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  private final Rig rig = Rig.start();

  @BeforeAll
  void warm() throws IOException {
    try (RawHttp client = rig.connect()) {
      client.send(Rig.post("/mutate", "warm")).answer();
    }
  }

  @AfterAll
  void stop() {
    rig.close();
  }

  @Test
  @DisplayName("HTT-01 a body of 20 MiB is refused by its length, and the connection ends")
  void hugeBody() throws IOException {
    byte[] body = new byte[20 << 20];
    int before = rig.reviews.asked.size();

    try (RawHttp client = rig.connect()) {
      client.send(START + "Content-Length: " + body.length + "\r\n\r\n");
      client.sendUntilRefused(body);

      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(rig.reviews.asked).hasSize(before);
    assertThat(rig.tally.refused).contains(Refusal.BODY_TOO_LARGE);
    assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
  }

  @Test
  void aBodyOneByteOverTheLimitIsRefusedAndOneOfTheLimitIsNot() throws IOException {
    byte[] most = new byte[WebhookHandler.MAX_BODY];

    try (RawHttp client = rig.connect()) {
      client.send(START + "Content-Length: " + most.length + "\r\n\r\n").send(most);
      assertThat(client.answer().status()).isEqualTo(200);

      client.send(START + "Content-Length: " + (most.length + 1) + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  @DisplayName("HTT-03 two lengths, or a length and a transfer coding, never smuggle a request")
  void lengths() throws IOException {
    for (String lengths :
        List.of(
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
            "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 2, 3\r\n\r\n{}",
            "Content-Length: +2\r\n\r\n{}",
            "Content-Length: -1\r\n\r\n",
            "Content-Length: 0x2\r\n\r\n{}",
            "Content-Length: 99999999999999999999\r\n\r\n{}",
            "Content-Length:\r\n\r\n{}",
            "Content-Length: 2 2\r\n\r\n{}")) {
      refusedAndClosed(START + lengths, 400, 499);
    }
  }

  @Test
  @DisplayName("HTT-04 chunked bodies, well formed or not, are refused, and the connection ends")
  void chunks() throws IOException {
    for (String chunked :
        List.of(
            "2\r\n{}\r\n0\r\n\r\n",
            "0x2\r\n{}\r\n0\r\n\r\n",
            "-2\r\n{}\r\n0\r\n\r\n",
            "2;" + "x".repeat(20 << 10) + "\r\n{}\r\n0\r\n\r\n",
            "2\r\n{}0\r\n\r\n",
            "ffffffffffffffff\r\n{}")) {
      refusedAndClosed(START + "Transfer-Encoding: chunked\r\n\r\n" + chunked, 411, 411);
    }
    refusedAndClosed(START + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, 501);
  }

  @Test
  @DisplayName("HTT-05 what follows an endless chunked body is not read as a request")
  void endlessChunks() throws IOException {
    String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

    refusedAndClosed(
        START + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(70) + "0\r\n\r\n", 411, 411);
  }

  @Test
  void aBodyWithoutLengthIsRefused() throws IOException {
    refusedAndClosed(START + "\r\n", 411, 411);
  }

  @Test
  @DisplayName("HTT-06 a compressed body is refused by its coding, not unpacked")
  void compressed() throws IOException {
    for (String coding : List.of("gzip", "deflate", "br", "identity, gzip", "x")) {
      int before = rig.tally.refused.size();
      String request = Rig.post("/mutate", "{}", "Content-Encoding: " + coding + "\r\n");

      refusedAndClosed(request, 415, 415);
      assertThat(rig.tally.refused).hasSize(before + 1).last().isEqualTo(Refusal.BAD_CONTENT_TYPE);
    }
    try (RawHttp client = rig.connect()) {
      String plain = Rig.post("/mutate", "{}", "Content-Encoding: identity\r\n");
      assertThat(client.send(plain).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void anotherContentTypeIsRefused() throws IOException {
    String json = "Content-Type: application/json\r\n";
    for (String type :
        List.of(
            "",
            "Content-Type: text/plain\r\n",
            "Content-Type: application/json+x\r\n",
            "Content-Type: application/x-yaml;q=application/json\r\n",
            json + "Content-Type: text/plain\r\n",
            json + json)) {
      String request = Rig.post("/mutate", "{}").replace(json, type);
      refusedAndClosed(request, 415, 415);
    }
    try (RawHttp client = rig.connect()) {
      String parameter = json.replace("json", "JSON; charset=utf-8");
      String request = Rig.post("/mutate", "{}").replace(json, parameter);
      assertThat(client.send(request).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void malformedHeadersEndTheConnectionAndAreCounted() throws IOException {
    String length = "Content-Length: 2\r\n\r\n{}";
    String get = "POST /mutate HTTP/1.1\r\n";
    for (String request :
        List.of(
            START + "X: a\r\n folded\r\n" + length,
            START + "X : a\r\n" + length,
            START + "X: a\0b\r\n" + length,
            START + "X: a\rb\r\n" + length,
            START + "X: a\nY: b\r\n" + length,
            START + ": a\r\n" + length,
            START + "no colon\r\n" + length,
            START + "X: " + "a".repeat(64 << 10) + "\r\n" + length,
            START + "X: a\r\n".repeat(10_000) + length,
            get + "Content-Type: application/json\r\n" + length,
            get + "Host: a\r\nHost: b\r\nContent-Type: application/json\r\n" + length,
            "POST  /mutate HTTP/1.1\r\nHost: a\r\n" + length,
            "/mutate HTTP/1.1\r\nHost: a\r\n" + length,
            "POST /" + "m".repeat(8 << 10) + " HTTP/1.1\r\nHost: a\r\n" + length)) {
      int before = rig.tally.ended.size();
      refusedAndClosed(request, 400, 505);
      assertThat(rig.tally.ended.subList(before, rig.tally.ended.size()))
          .as(request.substring(0, Math.min(200, request.length())))
          .containsExactly(Refusal.BAD_FRAMING);
    }
  }

  @Test
  void anotherProtocolEndsTheConnectionWithOrWithoutAnAnswer() throws IOException {
    String rest = "\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    int before = rig.reviews.asked.size();
    for (String request :
        List.of(
            "POST /mutate HTTP/1.0" + rest,
            "POST /mutate HTTP/1.1 " + rest,
            "POST /mutate HTTP/1.2" + rest,
            "POST /mutate HTTP/2.0" + rest,
            "POST /mutate http/1.1" + rest,
            "POST /mutate" + rest,
            "POST\t/mutate\tHTTP/1.1" + rest,
            "\0\0\0\0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")) {
      try (RawHttp client = rig.connect()) {
        client.sendUntilRefused((request + SMUGGLED).getBytes(StandardCharsets.ISO_8859_1));
        byte[] answer = client.everything();

        assertThat(new String(answer, StandardCharsets.ISO_8859_1))
            .as(request)
            .matches("|(?s)HTTP/1.1 (4|505).*");
      }
    }
    assertThat(rig.reviews.asked).hasSize(before);
  }

  @Test
  void aClientThatLeavesWithinItsRequestIsNotReceived() throws IOException {
    int received = rig.tally.received.get();
    for (String part :
        List.of("POST /mut", START, START + "X:", START + "Content-Length: 9\r\n\r\n{")) {
      int ended = rig.tally.ended.size();
      try (RawHttp client = rig.connect()) {
        client.send(part);
      }
      if (part.startsWith(START)) {
        Await.until("counted", () -> rig.tally.ended.size() > ended);
      }
    }
    Await.until("forgotten", () -> rig.listener.connections() == 0);
    assertThat(rig.tally.ended).doesNotContain(Refusal.SLOW_CLIENT);
    assertThat(rig.tally.received).hasValue(received);
  }

  /** The answer is a refusal, the connection ends, and the second request is not served. */
  private void refusedAndClosed(String request, int least, int most) throws IOException {
    String shown = request.substring(0, Math.min(200, request.length()));
    int before = rig.reviews.asked.size();
    try (RawHttp client = rig.connect()) {
      client.sendUntilRefused((request + SMUGGLED).getBytes(StandardCharsets.ISO_8859_1));

      assertThatCode(() -> assertThat(client.answer().status()).as(shown).isBetween(least, most))
          .as(shown)
          .doesNotThrowAnyException();
      assertThat(client.isClosed()).as(shown).isTrue();
    }
    assertThat(rig.reviews.asked).as(shown).hasSize(before);
  }
}
