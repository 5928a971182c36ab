package dev.assayer.remote;

import dev.assayer.time.Deadline;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * How often and how long something is tried. Between attempts it waits exponentially longer, with
 * jitter, or as long as the receiver asks for, whichever is longer.
 *
 * @param attempts at most
 * @param each the longest time for one attempt
 * @param first the wait after the first attempt, on average
 * @param longest the longest wait, also if a receiver asks for more
 */
public record Patience(int attempts, Duration each, Duration first, Duration longest) {
  private static final double GROWTH = 2;
  private static final double JITTER = 0.5;

  /**
   * Tries until it is delivered, refused for good, or the attempts or the time are used up.
   *
   * @param attempt is given the time that it may take
   * @param whole for all attempts together
   * @param hurry ends every wait, and with it the trying, when it reaches zero
   * @return what the last attempt gave
   */
  public CourierResult deliver(
      Function<Deadline, CourierResult> attempt, Deadline whole, CountDownLatch hurry) {
    IntervalFunction waits =
        IntervalFunction.ofExponentialRandomBackoff(first, GROWTH, JITTER, longest);
    for (int n = 1; ; n++) {
      CourierResult result = attempt.apply(whole.within(each));
      if (!result.worthRepeating() || n == attempts || hurry.getCount() == 0) {
        return result;
      }
      Duration wait = wait(result, Duration.ofMillis(waits.apply(n)));
      if (wait.compareTo(whole.remaining()) >= 0 || hurried(hurry, wait)) {
        return result;
      }
    }
  }

  private Duration wait(CourierResult result, Duration backoff) {
    Optional<Duration> asked =
        result instanceof CourierResult.Refused refused ? refused.retryAfter() : Optional.empty();
    Duration wait = asked.filter(given -> given.compareTo(backoff) > 0).orElse(backoff);
    return wait.compareTo(longest) > 0 ? longest : wait;
  }

  private static boolean hurried(CountDownLatch hurry, Duration wait) {
    try {
      return hurry.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
