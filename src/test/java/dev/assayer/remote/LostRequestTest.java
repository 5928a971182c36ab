package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.StageLog;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A host that hung, or was replaced, has lost requests that it will never answer. */
class LostRequestTest {
  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

  /** Half of it is longer than any of these tests should take. */
  private static final Duration LONG = Duration.ofSeconds(50);

  private static final Duration SHORT = Duration.ofSeconds(4);

  private final List<CallResult> calls = new CopyOnWriteArrayList<>();
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(settings -> settings.withObserver(new Calls(calls)));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  @DisplayName("a request lost in a hang is sent anew once the host answers a later one")
  void lostWhileOthersAreAnswered() {
    rig.server.otherwise(Faults.inTurn(Faults.hang(), Faults.body("{}")));
    long begun = System.nanoTime();
    StageLog stages = new StageLog();
    CompletableFuture<FetchResult> lost = fetch(LONG, stages);
    Await.until(() -> rig.server.served() == 1);

    assertThat(Rig.text(rig.fetch())).isEqualTo("{}");

    assertThat(Rig.text(lost.join())).isEqualTo("{}");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONG.dividedBy(2));
    assertThat(stages.snapshot().getFirst().note()).contains("200, asked twice");
    assertThat(calls).containsExactlyInAnyOrder(CallResult.OK, CallResult.TIMEOUT, CallResult.OK);
    Await.until("the first one is given up", () -> rig.server.open() <= 2);
  }

  @Test
  void manyLostRequestsAreSentAnewFewAtATime() {
    int many = 40;
    FaultServer.Behaviour[] all = new FaultServer.Behaviour[many + 1];
    Arrays.fill(all, Faults.hang());
    all[many] = Faults.body("{}");
    rig.server.otherwise(Faults.inTurn(all));
    long begun = System.nanoTime();
    List<CompletableFuture<FetchResult>> lost = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      lost.add(fetch(LONG, new StageLog()));
    }
    Await.until(() -> rig.server.served() == many);

    assertThat(Rig.text(rig.fetch())).isEqualTo("{}");

    lost.forEach(one -> assertThat(Rig.text(one.join())).isEqualTo("{}"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONG.dividedBy(2));
    assertThat(rig.server.served()).isEqualTo(2 * many + 1);
  }

  @Test
  @DisplayName("a request lost in a hang is sent anew at half of its time, with nobody else")
  void lostAndAlone() {
    rig.server.otherwise(Faults.inTurn(Faults.hang(), Faults.body("{}")));
    assertThat(Rig.text(rig.fetch(SHORT))).isEqualTo("{}");
    assertThat(rig.server.served()).isEqualTo(2);
  }

  @Test
  void aHostThatGoesOnHangingIsAskedTwiceAndNamed() {
    rig.server.otherwise(Faults.hang());
    assertThat(Rig.text(rig.fetch(SHORT)))
        .startsWith("upstream_timeout: " + rig.server.host() + " did not answer GET timestamp.json")
        .endsWith("asked twice");
    assertThat(rig.server.served()).isEqualTo(2);
    assertThat(calls).containsExactly(CallResult.TIMEOUT, CallResult.TIMEOUT);
  }

  @Test
  @DisplayName("a slow host is not asked more for being slow: later requests wait as well")
  void slowIsNotLost() {
    rig.server.otherwise(Faults.after(Duration.ofMillis(2500), Faults.body("{}")));
    List<CompletableFuture<FetchResult>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(fetch(LONG, new StageLog()));
      int sent = i + 1;
      Await.until(() -> rig.server.served() == sent);
    }
    all.forEach(one -> assertThat(Rig.text(one.join())).isEqualTo("{}"));
    assertThat(rig.server.served()).isEqualTo(10);
  }

  @Test
  void anAnswerThatHasBegunIsWaitedFor() {
    rig.server.otherwise(Faults.inTurn(Faults.hangAfterHead(), Faults.body("{}")));
    assertThat(Rig.text(rig.fetch(SHORT))).contains("0 bytes of timestamp.json");
    assertThat(rig.server.served()).isEqualTo(1);
  }

  @Test
  void theFirstAnswerCountsWhicheverAttemptItIs() {
    rig.server.otherwise(
        Faults.inTurn(Faults.after(Duration.ofMillis(2600), Faults.body("one")), Faults.hang()));
    assertThat(Rig.text(rig.fetch(SHORT))).isEqualTo("one");
    assertThat(rig.server.served()).isEqualTo(2);
  }

  @Test
  void aRepeatThatAnOverloadedHostRefusesEndsNothingWhileTheFirstIsUnderWay() {
    FaultServer.Behaviour late = Faults.after(Duration.ofMillis(2600), Faults.body("one"));
    for (int status : new int[] {429, 503}) {
      rig.server.otherwise(Faults.inTurn(late, Faults.status(status)));
      assertThat(Rig.text(rig.fetch(SHORT))).isEqualTo("one");
    }
  }

  @Test
  void anAttemptThatBreaksOffEndsNothingWhileAnotherIsUnderWay() {
    FaultServer.Behaviour late = Faults.after(Duration.ofSeconds(3), Faults.body("one"));
    rig.server.otherwise(Faults.inTurn(late, Faults.reset(), Faults.reset()));
    assertThat(Rig.text(rig.fetch(Duration.ofSeconds(5)))).isEqualTo("one");
    assertThat(calls).containsExactly(CallResult.CONNECT, CallResult.OK);
  }

  @Test
  @DisplayName("connections kept from before a hang are not trusted with a request again")
  void keptConnectionsAreNotUsedAgain() {
    rig.server.otherwise(Faults.after(Duration.ofMillis(300), Faults.body("{}")));
    List<CompletableFuture<FetchResult>> warm = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      warm.add(fetch(LONG, new StageLog()));
    }
    warm.forEach(one -> assertThat(Rig.text(one.join())).isEqualTo("{}"));
    int before = rig.server.accepted();
    rig.server.otherwise(Faults.inTurn(Faults.hang(), Faults.body("{}")));

    assertThat(Rig.text(rig.fetch(SHORT))).isEqualTo("{}");
    assertThat(rig.server.accepted()).isEqualTo(before + 1);
  }

  @Test
  void whoIsCalledOffLeavesNoAttemptBehind() throws InterruptedException {
    rig.server.otherwise(Faults.hang());
    Thread caller = Thread.ofVirtual().start(() -> rig.fetch(SHORT));
    Await.until(() -> rig.server.served() == 2);
    caller.interrupt();
    caller.join();
    Await.until("gone", () -> rig.server.open() == 0);
  }

  private CompletableFuture<FetchResult> fetch(Duration budget, StageLog stages) {
    return CompletableFuture.supplyAsync(
        () -> rig.upstream.fetch(Rig.timestamp(64 * 1024), stages, Deadline.after(budget)),
        VIRTUAL);
  }

  private record Calls(List<CallResult> all) implements CallObserver {
    @Override
    public void called(Call call) {
      all.add(call.result());
    }

    @Override
    public void certificate(String host, Instant notAfter) {}

    @Override
    public void breaker(String host, BreakerState state) {}
  }
}
