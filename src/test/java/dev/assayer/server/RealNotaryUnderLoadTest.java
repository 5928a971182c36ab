package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsRealNotary;
import dev.assayer.testing.RealNotary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real server before the real Notary, which is stopped in its tracks, goes on, and ends. */
@NeedsRealNotary
@Timeout(120)
class RealNotaryUnderLoadTest {
  private static final Duration RECOVERY = Duration.ofSeconds(2);
  private static final Duration TOLD_BY = Duration.ofSeconds(30);

  @TempDir Path dir;
  @TempDir Path notaryDir;

  @Test
  void frozenThenThawedThenGoneAndReadinessSaysSo() throws IOException, InterruptedException {
    try (RealNotary notary = RealNotary.start(notaryDir)) {
      notary
          .client()
          .initLikeDocker(ServerRig.REPOSITORY)
          .addTag(ServerRig.REPOSITORY, "signed", ServerRig.DIGEST.substring(7), 1234);
      String rootPem = notary.rootPublicKeyPem(ServerRig.REPOSITORY);
      String bare = ServerRig.trusting(notary.host(), notary.caPem(), rootPem);
      try (ServerRig rig = ServerRig.start(dir, bare)) {
        List<Load.Answered> answered = load(notary, rig);
        assertThat(answered.stream().flatMap(one -> Wrongs.of(one, notary.host())).limit(5))
            .isEmpty();
        assertThat(answered.stream().filter(one -> one.told().allowed())).isNotEmpty();
        assertThat(answered.stream().filter(one -> one.told().message().contains("_timeout]")))
            .isNotEmpty();
      }
    }
  }

  private static List<Load.Answered> load(RealNotary notary, ServerRig rig)
      throws IOException, InterruptedException {
    try (Load load =
        Load.on(rig::caller, 4, "/mutate?timeout=2s", ServerRig.SIGNED, ServerRig.UNSIGNED)) {
      Await.until("admitted", () -> load.answered().stream().anyMatch(one -> one.told().allowed()));
      signal(notary, "-STOP");
      try {
        Thread.sleep(4000);
      } finally {
        signal(notary, "-CONT");
      }
      Thread.sleep(RECOVERY);
      long from = System.nanoTime();
      Thread.sleep(1000);
      long to = System.nanoTime();
      load.settle();
      assertThat(rig.page("/health/ready").statusCode()).isEqualTo(200);

      notary.stopServer();
      long stopped = System.nanoTime();
      Await.until("not ready", () -> rig.page("/health/ready").statusCode() == 503);
      assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(TOLD_BY);
      assertThat(rig.page("/health/ready").body()).contains(notary.host());
      assertThat(rig.page("/health/live").statusCode()).isEqualTo(200);
      assertThat(rig.metric("assayer_trust_upstream_up", notary.host())).isZero();
      load.end();
      assertThat(load.failures()).isEmpty();
      assertThat(
              load.answered().stream()
                  .filter(one -> one.image().equals(ServerRig.SIGNED))
                  .filter(one -> one.begunWithin(from, to))
                  .filter(one -> !one.told().allowed())
                  .map(one -> one.told().message()))
          .as("denied though the Notary had gone on for 2 s")
          .isEmpty();
      return load.answered();
    }
  }

  private static void signal(RealNotary notary, String signal)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", signal, Long.toString(notary.serverPid())).inheritIO().start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
