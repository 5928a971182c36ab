package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {
  /** For a machine that is slow. */
  private static final GuardLimits PATIENT =
      new GuardLimits(
          1024,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1));

  @Test
  @DisplayName("OPS-07 at a drain with 200 requests in flight each gets its answer")
  void inFlight() throws IOException, InterruptedException, ExecutionException {
    List<RawHttp> clients = new ArrayList<>();
    try (Rig rig = Rig.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.reviews.hold();
      for (int i = 0; i < 200; i++) {
        clients.add(rig.connect().send(Rig.post("/mutate", "request " + i)));
      }
      RawHttp idle = rig.connect();
      Await.until("in flight", () -> rig.reviews.working.get() == 200);

      Future<Boolean> drained = threads.submit(() -> rig.listener.drain(Duration.ofSeconds(30)));
      assertThat(idle.isClosed()).isTrue();
      Await.until("no new connections", () -> isRefused(rig));
      assertThat(drained.isDone()).isFalse();
      rig.reviews.release();

      for (int i = 0; i < 200; i++) {
        RawHttp.Answer answer = clients.get(i).answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("request " + i);
        assertThat(answer.header("Connection")).contains("close");
        assertThat(clients.get(i).isClosed()).isTrue();
      }
      assertThat(drained.get()).isTrue();
      assertThat(rig.tally.decided).hasValue(200);
      assertThat(rig.listener.isRunning()).isFalse();
    } finally {
      clients.forEach(RawHttp::close);
    }
  }

  @Test
  void aConnectionThatWasJustMadeMaySendItsFirstRequest()
      throws IOException, InterruptedException, ExecutionException {
    try (Rig rig = Rig.start(setting -> setting.limits(PATIENT));
        RawHttp fresh = rig.connect();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Await.until("accepted", () -> rig.listener.connections() == 1);
      Duration minute = Duration.ofMinutes(1);
      Future<Boolean> drained = threads.submit(() -> rig.listener.drain(minute, minute));
      Await.until("no new connections", () -> isRefused(rig));

      RawHttp.Answer answer = fresh.send(Rig.post("/mutate", "first")).answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Connection")).contains("close");
      assertThat(drained.get()).isTrue();
    }
  }

  @Test
  void aConnectionThatStaysSilentHoldsUpNoDrain() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp silent = rig.connect()) {
      Await.until("accepted", () -> rig.listener.connections() == 1);

      assertThat(rig.listener.drain(Duration.ofMillis(50), Duration.ofMinutes(1))).isTrue();
      assertThat(silent.isClosed()).isTrue();
    }
  }

  @Test
  void whatDoesNotEndInTimeIsCutAndSaid() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      rig.reviews.hold();
      client.send(Rig.post("/mutate", "{}"));
      Await.until("in flight", () -> rig.reviews.working.get() == 1);

      assertThat(rig.listener.drain(Duration.ofMillis(100))).isFalse();
      assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRetiringListenerServesAndSendsClientsElsewhere() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      client.send(Rig.post("/mutate", "1")).answer();
      rig.listener.retire();

      RawHttp.Answer last = client.send(Rig.post("/mutate", "2")).answer();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.header("Connection")).contains("close");
      assertThat(client.isClosed()).isTrue();
      try (RawHttp other = rig.connect()) {
        assertThat(other.send(Rig.post("/mutate", "3")).answer().status()).isEqualTo(200);
      }
      assertThat(rig.listener.drain(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void aClientThatAsksForItGetsItsConnectionClosed() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      client.send(Rig.post("/mutate", "1", "Connection: close\r\n") + Rig.post("/mutate", "2"));

      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.reviews.asked).hasSize(1);
    }
  }

  private static boolean isRefused(Rig rig) {
    try (RawHttp client = RawHttp.plain(rig.port())) {
      // One that came before the drain would hold this thread until it is cut.
      client.socket().setSoTimeout(200);
      return client.isClosed();
    } catch (IOException refused) {
      return true;
    }
  }
}
