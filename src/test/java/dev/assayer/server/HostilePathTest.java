package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Only the two paths exist, in one spelling each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostilePathTest {
  private final Rig rig = Rig.start();

  @AfterAll
  void stop() {
    rig.close();
  }

  @Test
  @DisplayName("HTT-09 another spelling of a path or another method is never a review")
  void spellings() throws IOException {
    for (String target :
        List.of(
            "//mutate",
            "/a/../mutate",
            "/./mutate",
            "/%2e%2e/mutate",
            "/%6dutate",
            "/mutate;a=b",
            "/mutate/",
            "/mutate//",
            "/MUTATE",
            "/mutate%00",
            "/mutate%20",
            "/mutate%3ftimeout=1s",
            "/mutate#part",
            "/mutate#?timeout=1s",
            "mutate",
            "*",
            "/",
            "http://a/mutate",
            "https://assayer.assayer.svc/mutate",
            "\\mutate",
            "/validate/../mutate")) {
      RawHttp.Answer answer = refused(Rig.post(target, "{}"), target);
      assertThat(answer.status()).as(target).isIn(400, 404);
    }
    for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "X")) {
      String request = Rig.post("/mutate", "").replaceFirst("POST", method);
      RawHttp.Answer answer = refused(request, method);
      assertThat(answer.status()).as(method).isIn(400, 405);
      if (answer.status() == 405) {
        assertThat(answer.header("Allow")).contains("POST");
      }
    }
    assertThat(rig.reviews.asked).extracting("endpoint").doesNotContain("mutate");
  }

  @Test
  void anAnswerToHeadHasNoBody() throws IOException {
    try (RawHttp client = rig.connect()) {
      client.send("HEAD /mutate HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.answerWithoutBody().status()).isEqualTo(405);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  @DisplayName("HTT-11 an upgrade to HTTP/2 is not taken: no 101, and the review is answered")
  void upgrade() throws IOException {
    String upgrade =
        """
        Connection: Upgrade, HTTP2-Settings
        Upgrade: h2c
        HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA
        """
            .replace("\n", "\r\n");

    try (RawHttp client = rig.connect()) {
      RawHttp.Answer answer = client.send(Rig.post("/validate", "{}", upgrade)).answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(rig.reviews.asked).extracting("endpoint").containsOnly("validate");
    }
  }

  private RawHttp.Answer refused(String request, String what) throws IOException {
    try (RawHttp client = rig.connect()) {
      RawHttp.Answer answer = client.send(request + Rig.post("/mutate", "second")).answer();

      assertThat(client.isClosed()).as(what).isTrue();
      return answer;
    }
  }
}
