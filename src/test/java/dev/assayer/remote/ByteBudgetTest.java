package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.StageLog;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Large answers under way share what may be held of them. */
class ByteBudgetTest {
  private static final int MIB = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(20);

  private static String ask(Upstream upstream, Duration budget) {
    return Rig.text(
        upstream.fetch(Rig.timestamp(32L * MIB), new StageLog(), Deadline.after(budget)));
  }

  /** Three of four MiB, and then nothing. */
  private static FaultServer.Behaviour stalled() {
    return (_, wire) ->
        wire.text("HTTP/1.1 200 OK\r\nContent-Length: " + 4 * MIB + "\r\n\r\n")
            .bytes(new byte[3 * MIB])
            .awaitClient();
  }

  @Test
  @DisplayName("many answers that stall when nearly whole hold no more than their budget")
  void stalledAnswers() throws Exception {
    ByteBudget budget = new ByteBudget(10 * MIB);
    try (Rig rig = new Rig();
        HttpsUpstream upstream =
            HttpsUpstream.open(UpstreamSettings.of(rig.server.host()).withTls(rig.trust), budget);
        ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.server.otherwise(stalled());
      List<Future<String>> asked =
          IntStream.range(0, 16)
              .mapToObj(_ -> each.submit(() -> ask(upstream, Duration.ofSeconds(6))))
              .toList();
      Await.until("it is used", () -> budget.held() > 2 * MIB);
      assertThat(budget.held()).isLessThanOrEqualTo(10 * MIB);
      List<String> got = new ArrayList<>();
      for (Future<String> one : asked) {
        got.add(one.get());
      }
      assertThat(got)
          .anyMatch(text -> text.startsWith("overload: ") && text.contains("too many large"))
          .allMatch(text -> text.startsWith("overload") || text.startsWith("upstream_timeout"));
      Await.until("all is given back", () -> budget.held() == 0);
      rig.server.otherwise(Faults.body(new byte[9 * MIB]));
      assertThat(ask(upstream, LONG)).hasSize(9 * MIB);
      assertThat(budget.held()).isZero();
    }
  }

  @Test
  void whatIsSmallComesThoughTheBudgetIsUsedUp() throws IOException {
    try (Rig rig = new Rig();
        HttpsUpstream upstream =
            HttpsUpstream.open(
                UpstreamSettings.of(rig.server.host()).withTls(rig.trust), new ByteBudget(0))) {
      rig.server.otherwise(Faults.body(new byte[200_000]));
      assertThat(ask(upstream, LONG)).hasSize(200_000);
      rig.server.otherwise(Faults.body(new byte[400_000]));
      assertThat(ask(upstream, LONG)).startsWith("overload: ");
    }
  }

  @Test
  void theLargestFileFitsIntoAnyHeap() {
    ByteBudget.Share share = ByteBudget.ofHeap().new Share();
    assertThat(share.isFor(32L * MIB)).isTrue();
    share.end();
    assertThat(share.isFor(1)).as("an answer that is over").isFalse();
  }
}
