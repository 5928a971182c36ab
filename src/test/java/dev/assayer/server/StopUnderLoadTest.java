package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of the service while requests are under way. */
class StopUnderLoadTest {
  private static final int REQUESTS = 200;

  @TempDir Path dir;

  @Test
  @DisplayName("OPS-07 the whole server told to stop answers its 200 requests under way")
  void stop() throws IOException, InterruptedException, ExecutionException {
    List<Caller> callers = new ArrayList<>();
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = rig.port();
      for (int i = 0; i < REQUESTS; i++) {
        callers.add(rig.caller());
      }
      notary.fault("*", Fault.delay(Duration.ofSeconds(2)));
      for (Caller caller : callers) {
        String pod = Caller.pod(UUID.randomUUID().toString(), ServerRig.SIGNED);
        caller.http().send(Rig.post("/mutate?timeout=30s", pod));
      }
      Await.until("under way", () -> rig.metric("assayer_admission_in_flight") == REQUESTS);
      Future<Boolean> stopped = threads.submit(() -> rig.server.stop(Duration.ofMillis(300)));
      Await.until("not ready", () -> !rig.server.ready());

      for (Caller caller : callers) {
        long begun = System.nanoTime();
        Caller.Told told = Caller.told("", begun, caller.http().answer());
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.allowed()).as(told.message()).isTrue();
        assertThat(caller.http().isClosed()).isTrue();
      }
      assertThat(stopped.get()).isTrue();
      assertThat(rig.decisions()).hasSize(REQUESTS);
      assertThatThrownBy(() -> RawHttp.plain(port)).isInstanceOf(IOException.class);
    } finally {
      callers.forEach(Caller::close);
    }
  }

  @Test
  void whileTheWorldLearnsThatItEndsItIsUnreadyAndStillServes()
      throws IOException, InterruptedException, ExecutionException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(rig.page("/health/ready").statusCode()).isEqualTo(200);
      Future<Boolean> stopped = threads.submit(() -> rig.server.stop(Duration.ofSeconds(2)));
      Await.until("not ready", () -> rig.page("/health/ready").statusCode() == 503);

      assertThat(rig.page("/health/ready").body()).contains("draining");
      assertThat(rig.page("/health/live").statusCode()).isEqualTo(200);
      try (Caller caller = rig.caller()) {
        assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
      }
      assertThat(stopped.get()).isTrue();
    }
  }
}
