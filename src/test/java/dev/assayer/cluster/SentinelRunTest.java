package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@NeedsControlPlane
class SentinelRunTest {
  private final ClusterRig rig = new ClusterRig();

  private Outcome run(String pod, String account, Duration lifetime) {
    return run(pod, account, lifetime, ClusterObserver.none());
  }

  private Outcome run(String pod, String account, Duration lifetime, ClusterObserver observer) {
    ClusterSettings there = rig.settings(account);
    ClusterSettings settings =
        new ClusterSettings(
            there.release(), there.namespace(), pod, account, there.access(), Optional.empty());
    try (KubeApi api = KubeApi.open(there.access(), observer)) {
      return new SentinelRun(api, settings, lifetime).run();
    }
  }

  @Test
  void itAnnouncesItselfSoThatReplicasBelieveIt() {
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, Map.of("annotation", ""));
    WebhookWatch watch = rig.watch(Instant.now());
    watch.poll();
    assertThat(watch.standing().term().holds()).isFalse();
    assertThat(watch.standing().term().detail()).contains("has not announced itself yet");

    Outcome outcome = run(Sentinel.NAME, rig.release() + "-hooks", Duration.ofSeconds(1));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat(done.lines().getLast()).isEqualTo("the lifetime is over"));
    watch.poll();
    assertThat(watch.standing().term().holds()).isTrue();
  }

  @Test
  void itEndsWhenTheWebhookComes() throws InterruptedException {
    rig.pod(Sentinel.NAME, Map.of());
    Observed looks = new Observed();
    CompletableFuture<Outcome> run =
        CompletableFuture.supplyAsync(
            () -> run(Sentinel.NAME, rig.release() + "-hooks", Duration.ofMinutes(5), looks));
    while (!looks.calls.contains("get not_found") && !run.isDone()) {
      Thread.sleep(20);
    }
    rig.installer().apply(Optional.of(rig.caPem()));
    assertThat(run.join())
        .isInstanceOfSatisfying(
            Outcome.Done.class, done -> assertThat(done.lines()).contains("the webhook is there"));
  }

  @Test
  void madeAgainByARollbackItStaysSinceHelmWaitsForIt() {
    rig.pod(Sentinel.NAME, Map.of());
    rig.installer().apply(Optional.of(rig.caPem()));
    assertThat(run(Sentinel.NAME, rig.release() + "-hooks", Duration.ofSeconds(3)))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat(done.lines().getLast()).isEqualTo("the lifetime is over"));
  }

  @Test
  void anotherPodOrAccountIsNoSentinel() {
    rig.pod(Sentinel.NAME, Map.of());
    assertThat(run("other", rig.release() + "-hooks", Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.input()).isTrue());
    assertThat(run(Sentinel.NAME, rig.release() + "-nobody", Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.why()).contains("RBAC does not allow to get namespaces/"));
  }
}
