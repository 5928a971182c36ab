package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsControlPlane
class LeadershipTest {
  private static final Leadership.Times QUICK =
      new Leadership.Times(Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofMillis(500));

  private final ClusterRig rig = new ClusterRig();

  private Leadership replica(String name, Observed observed) {
    Leadership made = new Leadership(rig.api(rig.release()), rig.replica(), name, observed, QUICK);
    made.start();
    return made;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(50);
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void oneReplicaLeadsAndAnotherTakesOverWhenItEnds() throws InterruptedException {
    Observed first = new Observed();
    Observed second = new Observed();
    Leadership one = replica("one", first);
    await(one::leads);
    assertThat(first.leads).isTrue();
    try (Leadership two = replica("two", second)) {
      assertThat(holder()).isEqualTo("one");
      assertThat(two.leads()).isFalse();
      one.close();
      await(two::leads);
      await(() -> !one.leads());
      assertThat(holder()).isEqualTo("two");
      assertThat(first.leads).isFalse();
    }
  }

  private String holder() {
    return Text.text(
        rig.get("lease", rig.release() + "-leader", "-n", rig.namespace()),
        "spec",
        "holderIdentity");
  }
}
