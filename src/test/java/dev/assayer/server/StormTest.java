package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.demo.NotaryServer;
import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good, bad, malformed, oversized and aborted requests at once: none is lost, none counts twice.
 */
class StormTest {
  private static final int CLIENTS = 32;
  private static final int EACH = 40;
  private static final String JSON_POST =
      "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

  @TempDir Path dir;

  private final Queue<Caller.Told> answered = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unread = new AtomicInteger();

  @Test
  void everyRequestIsReceivedOnceAndEndsOnceAndEveryAnswerIsInTheLogAsItWasGiven()
      throws InterruptedException, ExecutionException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        all.add(clients.submit(() -> client(rig, random)));
      }
      for (Future<Integer> one : all) {
        assertThat(one.get()).isEqualTo(EACH);
      }
      int decided = answered.size() + unread.get();
      assertThat(refused.get()).isPositive();
      assertThat(unread.get()).isPositive();

      Await.until(
          "all received",
          () -> rig.metric("assayer_admission_received_total") == decided + refused.get());
      Await.until("nothing under way", () -> rig.metric("assayer_admission_in_flight") == 0);
      assertThat(rig.metric("assayer_admission_reviews_total")).isEqualTo(decided);
      assertThat(rig.metric("assayer_admission_refused_total")).isEqualTo(refused.get());
      assertThat(rig.metric("assayer_admission_received_total")).isEqualTo(decided + refused.get());
      assertThat(rig.metric("assayer_connections_closed_total", "bad_framing")).isPositive();

      List<Decision> log = rig.decisions();
      assertThat(log).hasSize(decided);
      Map<String, Decision> byId =
          log.stream().collect(Collectors.toMap(Decision::recordId, Function.identity()));
      assertThat(answered)
          .allSatisfy(told -> {
            Decision logged = byId.get(told.recordId());
            assertThat(logged).as(told.message()).isNotNull();
            assertThat(logged.request().uid()).isEqualTo(told.uid());
            assertThat(logged.outcome() == Outcome.ALLOWED).isEqualTo(told.allowed());
          });
    }
  }

  private int client(ServerRig rig, Random random) throws IOException {
    Caller caller = rig.caller();
    try {
      for (int i = 0; i < EACH; i++) {
        boolean kept = one(caller, random.nextInt(14));
        if (!kept) {
          caller.close();
          caller = rig.caller();
        }
      }
      return EACH;
    } finally {
      caller.close();
    }
  }

  /** One request; false if its connection is of no more use. */
  private boolean one(Caller caller, int kind) throws IOException {
    String body = Caller.pod(UUID.randomUUID().toString(), ServerRig.SIGNED);
    RawHttp http = caller.http();
    switch (kind) {
      case 0, 1, 2 -> told(caller, "/mutate", ServerRig.SIGNED, true);
      case 3, 4 -> told(caller, "/mutate", ServerRig.UNSIGNED, false);
      case 5 -> told(caller, "/validate", ServerRig.SIGNED, false);
      case 6 -> told(caller, "/validate", ServerRig.EXEMPT, true);
      case 7 -> refused(http, Rig.post("/mutate", body.substring(1)), 400);
      case 8 -> refused(http, Rig.post("/validate", body.replace(".io/v1", ".io/v2")), 400);
      case 9 -> {
        refused(http, Rig.post("/mutate", body).replace("application/json", "text/plain"), 415);
        return false;
      }
      case 10 -> {
        refused(http, JSON_POST + "Content-Length: 5000000\r\n\r\n{", 413);
        return false;
      }
      case 11 -> {
        http.send(Rig.post("/mutate", body));
        unread.incrementAndGet();
        return false;
      }
      case 12 -> {
        http.send(JSON_POST + "Content-Length: " + body.length() + "\r\n\r\n{\"half\"");
        return false;
      }
      default -> {
        http.send(JSON_POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(411);
        return false;
      }
    }
    return true;
  }

  private void told(Caller caller, String path, String image, boolean allowed) throws IOException {
    Caller.Told told = caller.ask(path, "", image);
    answered.add(told);
    assertThat(told.status()).isEqualTo(200);
    assertThat(told.allowed()).as(told.message()).isEqualTo(allowed);
  }

  private void refused(RawHttp http, String request, int status) throws IOException {
    assertThat(http.send(request).answer().status()).isEqualTo(status);
    refused.incrementAndGet();
  }
}
