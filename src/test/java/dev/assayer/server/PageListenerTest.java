package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.page.PageDecisions;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may read the operator page, and what each answer tells a browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageListenerTest {
  private static final String LIST = "/api/decisions";
  private final PageRig rig = PageRig.start(PageDecisions.day(Instant.now()));

  @AfterAll
  void stop() {
    rig.close();
  }

  @Test
  @DisplayName("PAG-01: a name that was rebound to this host does not reach the page")
  void rebinding() throws IOException {
    for (String host :
        List.of(
            "evil.example",
            "evil.example:" + rig.port(),
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.2",
            "localhost.",
            "[::1].evil.example",
            "[::ffff:1]",
            "0.0.0.0",
            "localhost:",
            "localhost:x",
            "localhost:80:80",
            "evil@localhost",
            "10.0.0.7:9091",
            "")) {
      for (String path : List.of("/", LIST, "/page.js")) {
        RawHttp.Answer answer = get(path, host, "");
        assertThat(answer.status()).as(host + path).isIn(400, 421);
        assertThat(answer.body()).as(host + path).doesNotContain("record_id", "<html");
      }
    }
    assertThat(rig.results).contains("other_host");
    for (String host :
        List.of(
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1",
            "127.0.0.1:9091",
            "[::1]:" + rig.port(),
            "[::1]")) {
      assertThat(get(LIST, host, "").status()).as(host).isEqualTo(200);
    }
    assertThat(rig.results).contains("answered");
  }

  @Test
  @DisplayName("PAG-02: a page of another site can neither read the page nor have it answer")
  void otherSites() throws IOException {
    String navigation = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    for (String headers :
        List.of(
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: SAME-ORIGIN\r\n",
            "Sec-Fetch-Site: cross-site\r\n" + navigation,
            "Origin: https://evil.example\r\n",
            "Origin: null\r\n",
            "Origin: http://localhost:3000\r\n",
            "Origin: https://localhost\r\n")) {
      RawHttp.Answer answer = get(LIST, "localhost", headers);
      assertThat(answer.status()).as(headers).isEqualTo(403);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(rig.results).contains("other_site");
    for (String headers :
        List.of(
            "",
            "Sec-Fetch-Site: none\r\n",
            "Sec-Fetch-Site: same-origin\r\n",
            "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n")) {
      assertThat(get(LIST, "localhost", headers).status()).as(headers).isEqualTo(200);
    }
    String link = "Sec-Fetch-Site: cross-site\r\n" + navigation;
    assertThat(get("/", "localhost", link).status()).as("a link to it").isEqualTo(200);
    String frame = link.replace("document", "iframe");
    assertThat(get("/", "localhost", frame).status()).as("a frame of it").isEqualTo(403);
  }

  @Test
  void everyAnswerForbidsWhatThePageDoesNotNeed() throws IOException {
    for (RawHttp.Answer answer :
        List.of(
            get("/", "localhost", ""),
            get(LIST, "localhost", ""),
            get("/no", "localhost", ""),
            get("/", "evil", ""),
            get(LIST + "?after=x", "localhost", ""))) {
      String policy = answer.header("Content-Security-Policy").orElse("");
      assertThat(policy)
          .contains(
              "default-src 'none'",
              "script-src 'self'",
              "base-uri 'none'",
              "form-action 'none'",
              "frame-ancestors 'none'",
              "require-trusted-types-for 'script'")
          .doesNotContain("unsafe", "*", "http:", "data:");
      assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.header("Referrer-Policy")).contains("no-referrer");
      assertThat(answer.header("Cache-Control")).contains("no-store");
      assertThat(answer.header("Cross-Origin-Opener-Policy")).contains("same-origin");
      assertThat(answer.header("Cross-Origin-Resource-Policy")).contains("same-origin");
    }
  }

  @Test
  @DisplayName("PAG-05: the page is read-only, at exact paths, and takes no body")
  void readOnly() throws IOException {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")) {
      assertThat(status(method + " " + LIST + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .as(method)
          .isEqualTo(405);
    }
    for (String path :
        List.of(
            "//",
            "/page.js/",
            "/x/../page.js",
            "/%70age.js",
            "/api/../page.js",
            "/page.js%00",
            "/page.js;a=b",
            "/PAGE.JS",
            "/page.js%3f",
            "/../../etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/api/decisions/%2e%2e",
            "*",
            "http://localhost/page.js")) {
      assertThat(get(path, "localhost", "").status()).as(path).isIn(400, 404);
    }
    assertThat(rig.results).contains("not_allowed", "not_found");
    String start = "GET / HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(status(start + "Content-Length: 1\r\n\r\nx")).isEqualTo(413);
    assertThat(status(start + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).isEqualTo(413);
    assertThat(status(start + "Host: localhost\r\n\r\n")).isEqualTo(400);
    String endless = "/api/policy/match?image=" + "a".repeat(5_000);
    assertThat(get(endless, "localhost", "").status()).isBetween(400, 431);
    try (RawHttp client = RawHttp.plain(rig.port())) {
      client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.answerWithoutBody().status()).isEqualTo(200);
    }
  }

  @Test
  void aCrowdOfSilentConnectionsDoesNotKeepTheOperatorOut() throws IOException {
    List<RawHttp> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        silent.add(RawHttp.plain(rig.port()));
      }
      assertThat(get(LIST, "localhost", "").status()).isEqualTo(200);
    } finally {
      silent.forEach(RawHttp::close);
    }
  }

  private RawHttp.Answer get(String path, String host, String headers) throws IOException {
    try (RawHttp client = RawHttp.plain(rig.port())) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n")
          .answer();
    }
  }

  private int status(String request) throws IOException {
    try (RawHttp client = RawHttp.plain(rig.port())) {
      return client.send(request).answer().status();
    }
  }
}
