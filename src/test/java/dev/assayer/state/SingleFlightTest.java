package dev.assayer.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SingleFlightTest {
  private final SingleFlight<String, String, Integer> flights = new SingleFlight<>();

  @Test
  void workThatHangsIsNotJoinedASecondLater() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    var hanging = flights.join("a", () -> "first", _ -> await(answer));
    assertThat(flights.join("a", () -> "second", _ -> 2)).isSameAs(hanging);

    Thread.sleep(1100);
    var next = flights.join("a", () -> "third", _ -> 3);
    assertThat(next.result().get(10, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(hanging.result()).isNotDone();

    answer.countDown();
    assertThat(hanging.result().get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(flights.join("a", () -> "fourth", _ -> 4).result().get(10, TimeUnit.SECONDS))
        .isEqualTo(4);
  }

  private static int await(CountDownLatch answer) {
    try {
      answer.await();
      return 1;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
