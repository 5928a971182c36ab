package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.StageLog;
import dev.assayer.testing.Await;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Descriptors, threads and heap after thousands of calls, most of which end badly. */
@Tag("slow")
class UpstreamEnduranceTest {
  private static final int AT_ONCE = 48;
  private static final int CALLS = Integer.getInteger("assayer.endurance.calls", 2000);
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig();
    rig.server.forgetful();
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void nothingGrowsWhateverHappensToTheCalls() throws Exception {
    rig.server.on("/0", Faults.body(new byte[4096]));
    rig.server.on("/1", Faults.status(404));
    rig.server.on("/2", Faults.truncated(500, 5));
    rig.server.on("/3", Faults.endless(false));
    rig.server.on("/4", Faults.endless(true));
    rig.server.on("/5", Faults.drip(100, Duration.ofMillis(50)));
    rig.server.on("/6", Faults.hang());
    rig.server.on("/7", Faults.body(new byte[4096]));
    calls(200);
    settle();
    long descriptors = descriptors();
    long heap = heap();
    int threads = Thread.activeCount();
    calls(CALLS);
    settle();
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 2L * AT_ONCE);
    assertThat(heap() - heap).isLessThan(8L << 20);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
    assertThat(rig.upstream.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  private void calls(int count) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int batch = 0; batch < count / AT_ONCE; batch++) {
        List<Future<FetchResult>> running = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          String path = "/" + i % 8;
          running.add(threads.submit(() -> fetch(path)));
        }
        for (Future<FetchResult> one : running) {
          assertThat(one.get()).isNotNull();
        }
      }
    }
  }

  private FetchResult fetch(String path) {
    return rig.upstream.fetch(
        new Fetch(path, "s", "GET " + path, 64 * 1024, Optional.empty()),
        new StageLog(),
        Deadline.after(Duration.ofMillis(120)));
  }

  private void settle() throws InterruptedException {
    Await.until(Duration.ofSeconds(20), () -> rig.server.open() <= AT_ONCE);
  }

  private static long heap() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(50);
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
