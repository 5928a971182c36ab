package dev.assayer.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecentDecisionsTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  @Test
  @DisplayName("PAG-04: a flood of decisions keeps to the number and the bytes that may be held")
  void aFloodIsBounded() {
    RecentDecisions recent = new RecentDecisions(100, 200_000);
    String long64 = "x".repeat(64 << 10);
    for (int i = 1; i <= 1000; i++) {
      recent.accept(
          i % 10 == 0
              ? PageDecisions.hostile(i, NOW, long64)
              : PageDecisions.verified(i, NOW, PageDecisions.APP));
      RecentDecisions.View view = recent.after(0);
      assertThat(view.decisions()).hasSizeBetween(1, 100);
      assertThat(view.last()).isEqualTo(i);
      assertThat(recent.weight() <= 200_000 || view.decisions().size() == 1).isTrue();
    }
    for (int i = 1001; i <= 1200; i++) {
      recent.accept(PageDecisions.verified(i, NOW, "a"));
    }
    assertThat(recent.weight()).isPositive().isLessThanOrEqualTo(200_000);
  }

  @Test
  void theWeightIsAboutWhatTheTextsTake() {
    long small = Weight.of(PageDecisions.hostile(1, NOW, ""));
    long large = Weight.of(PageDecisions.hostile(1, NOW, "x".repeat(10_000)));
    assertThat(large - small).isGreaterThan(10 * 20_000L);
  }

  @Test
  void whatIsNewerComesOldestFirst() {
    RecentDecisions recent = new RecentDecisions();
    for (int i = 1; i <= 5; i++) {
      recent.accept(PageDecisions.verified(i, NOW, "a"));
    }
    assertThat(recent.after(3).decisions())
        .extracting(RecentDecisions.Kept::number)
        .containsExactly(4L, 5L);
    assertThat(recent.after(5).decisions()).isEmpty();
    assertThat(recent.after(Long.MAX_VALUE).decisions()).isEmpty();
    assertThat(recent.find(PageDecisions.id(2))).isPresent();
    assertThat(recent.find(PageDecisions.id(9))).isEmpty();
  }

  @Test
  void readersSeeEachDecisionOnceWhileManyWrite() throws InterruptedException {
    RecentDecisions recent = new RecentDecisions(100_000, Long.MAX_VALUE);
    Decision one = PageDecisions.verified(1, NOW, "a");
    AtomicBoolean done = new AtomicBoolean();
    List<Long> seen = new ArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              long last = 0;
              boolean ending;
              do {
                ending = done.get();
                RecentDecisions.View view = recent.after(last);
                view.decisions().forEach(kept -> seen.add(kept.number()));
                last = view.last();
              } while (!ending);
            });
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      writers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int j = 0; j < 500; j++) {
                  recent.accept(one);
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    done.set(true);
    reader.join();
    assertThat(seen).hasSize(4000).doesNotHaveDuplicates().isSorted();
  }
}
