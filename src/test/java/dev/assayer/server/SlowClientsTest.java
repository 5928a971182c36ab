package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Refusal;
import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clients that say nothing, or say it or hear it slowly. */
class SlowClientsTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final GuardLimits QUICK = new GuardLimits(1024, SHORT, LONG, SHORT, SHORT);
  private static final String HEAD =
      "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

  @Test
  @DisplayName("HTT-07 a header or body of one byte per half second is cut by the total time")
  void slowloris() throws IOException, InterruptedException {
    try (Rig rig = Rig.start(setting -> setting.limits(QUICK))) {
      warm(rig);
      for (String start :
          List.of("POST /mu", HEAD + "X-Slow: ", HEAD + "Content-Length: 90\r\n\r\n")) {
        try (RawHttp client = rig.connect()) {
          long began = System.nanoTime();
          client.socket().setSoTimeout(100);
          client.send(start);
          while (!client.isClosed()) {
            client.sendUntilRefused(new byte[] {'x'});
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.sleep(400);
          }
        }
      }
      Await.until("counted", () -> rig.tally.ended.size() == 3 && rig.tally.lost.size() == 1);
      assertThat(rig.tally.ended)
          .containsExactly(Refusal.SLOW_CLIENT, Refusal.SLOW_CLIENT, Refusal.SLOW_CLIENT);
      assertThat(rig.tally.lost).containsExactly(Refusal.SLOW_CLIENT);
      assertThat(rig.tally.received).hasValue(1);
      Await.until("forgotten", () -> rig.listener.connections() == 0);
    }
  }

  @Test
  @DisplayName("a connection that an API server dialled for later outlives the time of handshakes")
  void unusedConnectionsAreKept() throws IOException, InterruptedException {
    try (Rig rig = Rig.start(setting -> setting.limits(QUICK));
        RawHttp unused = rig.connect();
        RawHttp silent = RawHttp.plain(rig.port())) {
      assertThat(silent.isClosed()).isTrue();
      Thread.sleep(SHORT);

      assertThat(unused.send(Rig.post("/mutate", "late")).answer().status()).isEqualTo(200);
      assertThat(rig.tally.ended).containsExactly(Refusal.SLOW_CLIENT);
    }
  }

  @Test
  void anUnusedConnectionOfAnApiServerIsKept() throws IOException, InterruptedException {
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (Rig rig = Rig.start(setting -> setting.limits(QUICK));
          SSLSocket unused =
              (SSLSocket)
                  Rig.clientTls().getSocketFactory().createSocket("127.0.0.1", rig.port())) {
        SSLParameters wish = unused.getSSLParameters();
        wish.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        wish.setProtocols(new String[] {version});
        unused.setSSLParameters(wish);
        unused.startHandshake();
        Thread.sleep(SHORT.multipliedBy(2));
        unused
            .getOutputStream()
            .write(Rig.post("/mutate", "late").getBytes(StandardCharsets.UTF_8));
        assertThat(unused.getInputStream().read()).isEqualTo('H');
        assertThat(rig.tally.ended).isEmpty();
      }
    }
  }

  @Test
  void halfARequestLineBehindAWholeRequestIsCut() throws IOException {
    try (Rig rig = Rig.start(setting -> setting.limits(QUICK));
        RawHttp client = rig.connect()) {
      client.send(Rig.post("/mutate", "1") + "POST /mu").answer();
      client.socket().setSoTimeout(8000);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void anUnusedConnectionIsCutAsAnIdleOneAndIsNobodysFault() throws IOException {
    GuardLimits brief = new GuardLimits(9, LONG, SHORT, LONG, LONG);
    try (Rig rig = Rig.start(setting -> setting.limits(brief));
        RawHttp unused = rig.connect()) {
      assertThat(unused.isClosed()).isTrue();
      assertThat(rig.tally.ended).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "HTT-07 a first or later request line of one byte per 0.4 s is cut by the total time")
  void slowRequestLine() throws IOException, InterruptedException {
    try (Rig rig = Rig.start(setting -> setting.limits(QUICK));
        RawHttp first = rig.connect();
        RawHttp later = rig.connect()) {
      later.send(Rig.post("/mutate", "1")).answer();
      for (RawHttp client : List.of(first, later)) {
        long began = System.nanoTime();
        client.socket().setSoTimeout(100);
        client.send("POST /mu");
        while (!client.isClosed()) {
          client.sendUntilRefused(new byte[] {'x'});
          assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(20));
          Thread.sleep(400);
        }
      }
      Await.until("counted", () -> rig.tally.ended.size() == 2);
      assertThat(rig.tally.ended).containsOnly(Refusal.SLOW_CLIENT);
    }
  }

  @Test
  @DisplayName("HTT-08 silent connections are cut, and do not keep others from being served")
  void silence() throws IOException {
    GuardLimits few = new GuardLimits(50, Duration.ofSeconds(3), LONG, SHORT, SHORT);
    try (Rig rig = Rig.start(setting -> setting.limits(few))) {
      warm(rig);
      List<Socket> silent = new ArrayList<>();
      try {
        for (int i = 0; i < 500; i++) {
          silent.add(RawHttp.plain(rig.port()).socket());
          if (i % 50 == 49) {
            warm(rig);
          }
        }
        assertThat(rig.listener.connections()).isLessThanOrEqualTo(50);
        Await.until("counted", () -> rig.tally.ended.contains(Refusal.CONNECTION_LIMIT));
        Await.until("all cut", () -> rig.listener.connections() == 0);
        Await.until("cut", () -> rig.tally.ended.contains(Refusal.SLOW_CLIENT));
      } finally {
        for (Socket socket : silent) {
          socket.close();
        }
      }
    }
  }

  @Test
  void atTheLimitOneWhoseReviewIsUnderWayKeepsItsPlace() throws IOException {
    GuardLimits three = new GuardLimits(3, LONG, LONG, LONG, LONG);
    try (Rig rig = Rig.start(setting -> setting.limits(three));
        RawHttp busy = rig.connect()) {
      rig.reviews.hold();
      busy.send(Rig.post("/mutate", "busy"));
      Await.until("under way", () -> rig.reviews.working.get() == 1);

      for (int i = 0; i < 20; i++) {
        RawHttp.plain(rig.port());
      }
      Await.until("evicted", () -> rig.tally.ended.size() >= 18);
      rig.reviews.release();

      assertThat(busy.answer().body()).contains("busy");
      assertThat(rig.listener.connections()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void atTheLimitAnIdleConnectionGivesItsPlaceUnlessThereAreUnusedOnes() throws IOException {
    GuardLimits two = new GuardLimits(2, LONG, LONG, LONG, LONG);
    try (Rig rig = Rig.start(setting -> setting.limits(two));
        RawHttp idle = rig.connect()) {
      idle.send(Rig.post("/mutate", "1")).answer();
      try (RawHttp first = RawHttp.plain(rig.port());
          RawHttp second = RawHttp.plain(rig.port())) {
        assertThat(first.isClosed()).isTrue();
        assertThat(idle.send(Rig.post("/mutate", "2")).answer().status()).isEqualTo(200);
        Await.until("counted", () -> !rig.tally.ended.isEmpty());
        assertThat(rig.tally.ended).containsExactly(Refusal.CONNECTION_LIMIT);
        assertThat(second.socket().isConnected()).isTrue();
      }
    }
  }

  @Test
  void aClientThatDoesNotTakeItsAnswerIsCut() throws IOException {
    try (Rig rig = Rig.start(setting -> setting.limits(QUICK).budget(Duration.ofSeconds(1)));
        RawHttp client = rig.connect()) {
      rig.reviews.answerWith(64 << 20);
      client.send(Rig.post("/mutate", "much"));

      Await.until("cut", () -> rig.tally.ended.contains(Refusal.SLOW_CLIENT));
      Await.until("forgotten", () -> rig.listener.connections() == 0);
      assertThat(rig.tally.decided).hasValue(1);
    }
  }

  @Test
  void anIdleConnectionIsCutAfterItsTimeAndIsNobodysFault() throws IOException {
    GuardLimits brief = new GuardLimits(9, LONG, SHORT, LONG, LONG);
    try (Rig rig = Rig.start(setting -> setting.limits(brief));
        RawHttp client = rig.connect()) {
      client.send(Rig.post("/mutate", "1")).answer();

      assertThat(client.isClosed()).isTrue();
      assertThat(rig.tally.ended).isEmpty();
    }
  }

  @Test
  void connectionsThatEndAreForgotten() throws IOException {
    try (Rig rig = Rig.start()) {
      for (int i = 0; i < 3000; i++) {
        RawHttp.plain(rig.port()).close();
      }
      Await.until("forgotten", () -> rig.listener.connections() == 0);
      warm(rig);
      assertThat(rig.tally.ended).isEmpty();
    }
  }

  private static void warm(Rig rig) throws IOException {
    try (RawHttp client = rig.connect()) {
      assertThat(client.send(Rig.post("/mutate", "w")).answer().status()).isEqualTo(200);
    }
  }
}
