package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the Notary does under load: no wrong admit, no late answer, and soon well again. */
class NotaryFaultsUnderLoadTest {
  private static final Duration RECOVERY = Duration.ofSeconds(2);

  @TempDir Path dir;

  private final List<Well> wells = new ArrayList<>();

  /** A time in which signed images must be admitted. */
  private record Well(long from, long to) {}

  @Test
  void noWrongAdmitNoLateAnswerAndRecoveryWithinTwoSeconds() throws InterruptedException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)))) {
      String host = notary.baseHost();
      List<Load.Answered> answered;
      try (Load load =
          Load.on(rig::caller, 6, "/mutate?timeout=2s", ServerRig.SIGNED, ServerRig.UNSIGNED)) {
        Await.until(
            "admitted", () -> load.answered().stream().anyMatch(one -> one.told().allowed()));

        notary.stop();
        Thread.sleep(2000);
        notary.start();
        well(load);

        notary.fault("*", Fault.hang());
        Thread.sleep(4500);
        notary.clearFaults();
        well(load);

        notary.fault("*", Fault.status(500));
        Thread.sleep(1500);
        notary.clearFaults();
        well(load);

        for (int i = 0; i < 8; i++) {
          notary.stop();
          Thread.sleep(200);
          notary.start();
          Thread.sleep(200);
        }
        well(load);
        load.end();
        assertThat(load.failures()).isEmpty();
        answered = load.answered();
      }
      assertThat(answered.stream().flatMap(one -> Wrongs.of(one, host)).limit(5)).isEmpty();
      for (Well well : wells) {
        List<Caller.Told> during =
            answered.stream()
                .filter(one -> one.image().equals(ServerRig.SIGNED))
                .filter(one -> one.begunWithin(well.from, well.to))
                .map(Load.Answered::told)
                .toList();
        assertThat(during).as("well %s", wells.indexOf(well)).isNotEmpty();
        assertThat(during.stream().filter(told -> !told.allowed()).map(Caller.Told::message))
            .as(
                "denied though the Notary had been well for 2 s, after fault %s of %s",
                wells.indexOf(well), during.size())
            .isEmpty();
      }
      Set<String> reasons =
          answered.stream()
              .map(one -> one.told().message())
              .filter(message -> message.contains("["))
              .map(message -> message.substring(message.indexOf('[') + 1, message.indexOf(']')))
              .collect(Collectors.toSet());
      assertThat(reasons)
          .contains("upstream_timeout", "upstream_unreachable", "upstream_error", "tag_not_signed");
    }
  }

  /** Lets it recover; then all must be well for a while. */
  private void well(Load load) throws InterruptedException {
    Thread.sleep(RECOVERY);
    long from = System.nanoTime();
    Thread.sleep(800);
    wells.add(new Well(from, System.nanoTime()));
    load.settle();
  }
}
