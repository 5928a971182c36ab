package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Config;
import dev.assayer.decision.Refusal;
import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminListenerTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Map<String, PageSource> PAGES =
      Map.of(
          "/metrics",
          accept -> page(200, accept.orElse("any")),
          "/health/ready",
          _ -> page(503, "not ready"),
          "/broken",
          _ -> {
            throw new IllegalStateException("secret");
          });

  private final List<Refusal> ended = new CopyOnWriteArrayList<>();
  private final AdminListener listener =
      AdminListener.start(
          "admin",
          new Config.Listener("127.0.0.1", 0),
          PAGES,
          ended::add,
          new GuardLimits(8, SHORT, SHORT, SHORT, SHORT));

  @AfterAll
  void stop() {
    listener.close();
  }

  @Test
  void aPageIsServedAtItsExactPathToGetAndHead() throws IOException {
    try (RawHttp client = RawHttp.plain(listener.port())) {
      client.send("GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n");
      RawHttp.Answer page = client.answer();
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("text/plain");
      assertThat(page.header("Content-Type")).contains("text/plain; charset=utf-8");
      assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
      assertThat(page.header("Cache-Control")).contains("no-store");

      client.send("HEAD /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
      RawHttp.Answer head = client.answerWithoutBody();
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.header("Content-Length")).contains("9");

      client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
      RawHttp.Answer broken = client.answer();
      assertThat(broken.status()).isEqualTo(500);
      assertThat(broken.body()).doesNotContain("secret");
    }
  }

  @Test
  void nothingElseIsServed() throws IOException {
    for (String path : List.of("/", "//metrics", "/metrics/", "/x/../metrics", "/%6detrics")) {
      assertThat(status("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")).as(path).isEqualTo(404);
    }
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE")) {
      String request = method + " /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
      assertThat(status(request)).as(method).isEqualTo(405);
    }
    String get = "GET /metrics HTTP/1.1\r\nHost: a\r\n";
    assertThat(status(get + "Content-Length: 1\r\n\r\nx")).isEqualTo(413);
    assertThat(status(get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).isEqualTo(413);
    assertThat(status(get + "Host: b\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void silentConnectionsDoNotKeepAProbeFromItsAnswer() throws IOException {
    List<RawHttp> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(RawHttp.plain(listener.port()));
        if (i % 10 == 0) {
          assertThat(status("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(200);
        }
      }
      Await.until("all cut", () -> ended.contains(Refusal.SLOW_CLIENT));
      assertThat(ended).contains(Refusal.CONNECTION_LIMIT);
    } finally {
      silent.forEach(RawHttp::close);
    }
  }

  private int status(String request) throws IOException {
    try (RawHttp client = RawHttp.plain(listener.port())) {
      return client.send(request).answer().status();
    }
  }

  private static PageSource.Page page(int status, String text) {
    return new PageSource.Page(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }
}
