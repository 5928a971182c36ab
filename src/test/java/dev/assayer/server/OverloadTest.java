package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OverloadTest {

  @Test
  @DisplayName("OPS-22 where nothing moves a review beyond the places is denied soon")
  void places() throws IOException {
    try (Rig rig = Rig.start(setting -> setting.places(1, 32L << 20));
        RawHttp first = rig.connect();
        RawHttp second = rig.connect()) {
      rig.reviews.hold();
      first.send(Rig.post("/mutate", "first"));
      Await.until("under way", () -> rig.reviews.working.get() == 1);

      RawHttp.Answer denied = second.send(Rig.post("/validate", "second")).answer();

      assertThat(denied.status()).isEqualTo(200);
      assertThat(denied.body())
          .contains("\"allowed\":false")
          .containsPattern(
              "no place within [01]\\.\\d s: 1 reviews are under way, the oldest for \\d+\\.\\d s;"
                  + " limit webhook.maxConcurrent 1");
      assertThat(second.send(Rig.post("/validate", "more")).answer().body())
          .contains("\"allowed\":false")
          .containsPattern("no place within 1\\.\\d s: ");
      rig.reviews.release();
      assertThat(first.answer().body()).contains("first");
      assertThat(second.send(Rig.post("/mutate", "third")).answer().body()).contains("third");
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
    }
  }

  @Test
  @DisplayName("a crowd of ten times the places is served as places are given back")
  void crowd() throws IOException, InterruptedException, ExecutionException {
    try (Rig rig = Rig.start(setting -> setting.places(5, 32L << 20));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.reviews.takeEach(Duration.ofMillis(30));
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(clients.submit(() -> one(rig)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).contains("\"allowed\":true");
      }
      assertThat(rig.reviews.mostAtOnce).hasValue(5);
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
    }
  }

  @Test
  @DisplayName("nobody waits for a place longer than half of the time that is left")
  void waiting() throws IOException, InterruptedException, ExecutionException {
    try (Rig rig = Rig.start(setting -> setting.places(1, 32L << 20));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.reviews.takeEach(Duration.ofMillis(300));
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(
            clients.submit(() -> {
              try (RawHttp client = rig.connect()) {
                return client.send(Rig.post("/mutate?timeout=2s", "crowd")).answer().body();
              }
            }));
      }
      int denied = 0;
      for (Future<String> answer : answers) {
        if (answer.get().contains("\"allowed\":false")) {
          assertThat(answer.get()).containsPattern("no place within 0\\.[678] s: ");
          denied++;
        }
      }
      assertThat(denied).isBetween(3, 7);
    }
  }

  @Test
  @DisplayName("OPS-22 beyond its bytes a review is denied, and its body is not held")
  void bytes() throws IOException {
    String half = "x".repeat(600_000);
    try (Rig rig = Rig.start(setting -> setting.places(256, 1L << 20));
        RawHttp first = rig.connect();
        RawHttp second = rig.connect()) {
      rig.reviews.hold();
      first.send(Rig.post("/mutate", half));
      Await.until("under way", () -> rig.reviews.working.get() == 1);

      RawHttp.Answer denied = second.send(Rig.post("/mutate", half)).answer();

      assertThat(denied.body())
          .contains("\"allowed\":false")
          .contains("limit webhook.maxInFlightBytes 1 MiB");
      second.send(Rig.post("/mutate", "small"));
      Await.until("small ones still fit", () -> rig.reviews.working.get() == 2);
      rig.reviews.release();
      assertThat(first.answer().body()).contains("long");
      assertThat(second.answer().status()).isEqualTo(200);
      assertThat(second.send(Rig.post("/mutate", half)).answer().body()).contains("long");
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
    }
  }

  @Test
  void announcingMuchAndSendingNothingTakesNothingFromOthers() throws IOException {
    List<RawHttp> liars = new ArrayList<>();
    try (Rig rig = Rig.start(setting -> setting.places(4, 4L << 20))) {
      for (int i = 0; i < 100; i++) {
        liars.add(
            rig.connect()
                .send(
                    "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 4000000\r\n\r\n{"));
      }
      try (RawHttp client = rig.connect()) {
        RawHttp.Answer answer = client.send(Rig.post("/mutate", "x".repeat(1_000_000))).answer();
        assertThat(answer.body()).contains("\"allowed\":true");
      }
      assertThat(rig.reviews.overloads).isEmpty();
    } finally {
      liars.forEach(RawHttp::close);
    }
  }

  @Test
  void everyReviewOfManyTimesTheLimitIsAnswered()
      throws IOException, InterruptedException, ExecutionException {
    try (Rig rig = Rig.start(setting -> setting.places(2, 4L << 20));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.reviews.hold();
      List<Callable<String>> work = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        work.add(() -> one(rig));
      }
      List<Future<String>> answers = new ArrayList<>();
      work.forEach(task -> answers.add(clients.submit(task)));
      Await.until("shed", () -> rig.reviews.overloads.size() == 48);
      rig.reviews.release();

      int allowed = 0;
      for (Future<String> answer : answers) {
        allowed += answer.get().contains("\"allowed\":true") ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(2);
      assertThat(rig.tally.received).hasValue(50);
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
    }
  }

  @Test
  void aReviewThatFailsIsDeniedAndCountedOnce() throws IOException {
    String body = "x".repeat(80);
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      for (Throwable failure :
          List.of(new IllegalStateException("secret"), new OutOfMemoryError("none"))) {
        rig.reviews.failWith(failure);
        RawHttp.Answer answer = client.send(Rig.post("/mutate", body)).answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
            .contains("\"allowed\":false")
            .contains(failure.getClass().getSimpleName())
            .doesNotContain("secret");
      }
      RawHttp.Answer unreadable = client.send(Rig.post("/mutate", "")).answer();
      assertThat(unreadable.status()).isBetween(200, 499);
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
      assertThat(rig.tally.received).hasValue(3);
    }
  }

  @Test
  @DisplayName("ADM-14 the time that the API server grants counts from the request's first line")
  void granted() throws IOException, InterruptedException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      String request = Rig.post("/mutate?timeout=1s", "{}");
      int body = request.length() - 2;
      client.send(request.substring(0, body));
      Thread.sleep(300);
      client.send(request.substring(body)).answer();

      assertThat(rig.reviews.asked.getFirst().budget()).isEqualTo(Duration.ofMillis(500));
      assertThat(rig.reviews.asked.getFirst().left()).isLessThan(Duration.ofMillis(250));
    }
  }

  @Test
  @DisplayName("HTT-02 a body of 3 MiB is handed on whole")
  void large() throws IOException {
    try (Rig rig = Rig.start();
        RawHttp client = rig.connect()) {
      assertThat(client.send(Rig.post("/mutate", "x".repeat(3 << 20))).answer().status())
          .isEqualTo(200);
      assertThat(rig.reviews.asked.getFirst().length()).isEqualTo(3 << 20);
      assertThat(rig.reviews.asked.getFirst().left()).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void theSelfTestIsDecidedApartAndCountedNowhere() throws IOException {
    try (Rig rig = Rig.start(setting -> setting.places(1, 32L << 20));
        RawHttp client = rig.connect()) {
      String header = SelfTestHook.HEADER + ": " + Rig.TOKEN;
      assertThat(client.send(Rig.post("/mutate", "1", header + "\r\n")).answer().status())
          .isEqualTo(200);
      assertThat(rig.selfTest.asked).hasSize(1);
      assertThat(rig.tally.received).hasValue(0);

      String wrong = header.substring(0, header.length() - 1) + "x\r\n";
      client.send(Rig.post("/mutate", "2", wrong)).answer();
      assertThat(rig.reviews.asked).hasSize(1);
      assertThat(rig.selfTest.asked).hasSize(1);
      assertThat(rig.tally.refused).isEmpty();
      assertThat(rig.tally.decided).hasValue(1);
      assertThat(new SelfTestHook(Rig.TOKEN, rig.reviews).toString()).doesNotContain(Rig.TOKEN);
    }
  }

  @Test
  void keptConnectionsAreServedWithoutLossWhileTheGuardWatches()
      throws InterruptedException, ExecutionException {
    try (Rig rig = Rig.start();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> served = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        served.add(clients.submit(() -> many(rig)));
      }
      for (Future<Integer> count : served) {
        assertThat(count.get()).isEqualTo(300);
      }
      assertThat(rig.tally.decided).hasValue(32 * 300);
      assertThat(rig.tally.isConserved()).as("%s", rig.tally).isTrue();
      assertThat(rig.tally.ended).isEmpty();
    }
  }

  private static int many(Rig rig) throws IOException {
    try (RawHttp client = rig.connect()) {
      int served = 0;
      for (int i = 0; i < 300; i++) {
        String echo = "echo " + i;
        served += client.send(Rig.post("/mutate", echo)).answer().body().contains(echo) ? 1 : 0;
      }
      return served;
    }
  }

  private static String one(Rig rig) throws IOException {
    try (RawHttp client = rig.connect()) {
      RawHttp.Answer answer = client.send(Rig.post("/mutate", "one")).answer();
      assertThat(answer.status()).isEqualTo(200);
      return answer.body();
    }
  }
}
