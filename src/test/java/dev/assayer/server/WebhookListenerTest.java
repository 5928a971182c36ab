package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Refusal;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WebhookListenerTest {

  @Test
  void bothEndpointsAnswerOnOneConnection() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      RawHttp.Answer first = client.send(Rig.post("/mutate?timeout=10s", "one")).answer();
      RawHttp.Answer second = client.send(Rig.post("/validate", "two")).answer();

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.body()).isEqualTo("{\"allowed\":true,\"echo\":\"one\"}");
      assertThat(first.header("Content-Type")).contains("application/json");
      assertThat(second.body()).contains("two");
      assertThat(rig.reviews.asked).extracting("endpoint").containsExactly("mutate", "validate");
      assertThat(rig.reviews.asked).extracting("caller").containsOnly("anonymous");
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
      assertThat(rig.tally.decided).hasValue(2);
    }
  }

  @Test
  void aTakenPortIsAFailureToStartAndNotASilentListener() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Rig.start(setting -> setting.port(taken.getLocalPort())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot bind 127.0.0.1 port " + taken.getLocalPort())
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aRefusedBodyKeepsTheConnection() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      RawHttp.Answer refused = client.send(Rig.post("/mutate", FakeReviews.NOT_JSON)).answer();
      RawHttp.Answer empty = client.send(Rig.post("/mutate", "")).answer();

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("bad_json").contains("at byte 0");
      assertThat(empty.status()).isEqualTo(200);
      assertThat(rig.tally.refused).containsExactly(Refusal.BAD_JSON);
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
    }
  }

  @Test
  void theBudgetIsTheLesserOfTheTwoMinusHalfASecond() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      for (String query : new String[] {"", "?timeout=3s", "?timeout=1m0s", "?timeout=soon"}) {
        assertThat(client.send(Rig.post("/mutate" + query, "x")).answer().status()).isEqualTo(200);
      }

      assertThat(rig.reviews.asked)
          .extracting("budget")
          .containsExactly(
              Duration.ofMillis(9500),
              Duration.ofMillis(2500),
              Duration.ofMillis(9500),
              Duration.ofMillis(9500));
    }
  }

  /** Somebody in between who adds one cannot make us answer after the API server gave up. */
  @Test
  void ofSeveralTimeoutsTheLeastCountsWhicheverComesFirst() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      for (String query :
          new String[] {
            "?timeout=30s&timeout=2s", "?timeout=2s&timeout=30s", "?timeout=x&timeout=2s"
          }) {
        assertThat(client.send(Rig.post("/mutate" + query, "x")).answer().status()).isEqualTo(200);
      }

      assertThat(rig.reviews.asked)
          .extracting("budget")
          .containsOnly(Duration.ofMillis(1500))
          .hasSize(3);
    }
  }
}
