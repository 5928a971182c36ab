package dev.assayer.remote;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Spares an upstream that is down, and the callers that would wait for it.
 *
 * <p>It opens after a number of failures in a row: a count window of that size in which all must
 * have failed. Fetches that run in parallel are one observation, so that a single verification
 * cannot open it: a failure counts when its call began after the last counted failure, or when
 * {@link #SAME_EVENT} has passed since. Only {@link Health#DOWN} is a failure; {@link Health#UP}
 * breaks the row; {@link Health#UNKNOWN} changes nothing. After the pause one call is let through
 * as a probe; calls that come meanwhile wait for its end, so that the first verification after an
 * outage succeeds as a whole. A probe that lasts longer than {@link #PROBE_WAIT} is not waited for
 * any more: the next call takes its place. Up to {@link #MOST_SLEEPERS} calls with time to spare
 * wait for the end of the pause too, so that nothing signed is denied because its upstream was down
 * a moment ago; more are refused at once, so that an upstream that is down holds few callers.
 *
 * <p>All times are of the monotonic clock: a wall clock that is set back prolongs no pause.
 */
final class Breaker {
  static final Duration SAME_EVENT = Duration.ofMillis(200);
  static final Duration PROBE_WAIT = Duration.ofSeconds(1);

  /** Calls that wait for the end of a pause. */
  static final int MOST_SLEEPERS = 32;

  /** For a probe that hangs, and for the one in its place. */
  private static final int MOST_WAITS = 2;

  /** The breaker's own pause begins a moment after ours. */
  private static final Duration TICK = Duration.ofMillis(2);

  /** Answer to a call that wants to be made. */
  sealed interface Entry {}

  /** It may be made, and must be ended. */
  record Permit(long begun, Optional<CountDownLatch> probe) implements Entry {}

  /** It may not; {@code why} says so with the last failure. */
  record Refused(String why) implements Entry {}

  private final CircuitBreaker circuit;
  private final int failures;
  private final Duration pause;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<CountDownLatch> probe = Optional.empty();
  private CountDownLatch reopened = new CountDownLatch(1);
  private int sleepers;
  private boolean counted;
  private long countedAt;
  private long openedAt;
  private long probedAt;
  private String lastFailure = "";

  /** {@code changed} is told each new state, in turn, and must not block. */
  Breaker(String name, int failures, Duration pause, Consumer<BreakerState> changed) {
    this.failures = failures;
    this.pause = pause;
    long start = System.nanoTime();
    InstantSource monotonic = () -> Instant.EPOCH.plusNanos(System.nanoTime() - start);
    circuit =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(failures)
                .minimumNumberOfCalls(failures)
                .failureRateThreshold(100)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(monotonic.withZone(ZoneOffset.UTC))
                .writableStackTraceEnabled(false)
                .build());
    circuit
        .getEventPublisher()
        .onStateTransition(event -> changed.accept(state(event.getStateTransition().getToState())));
  }

  /**
   * Asks to call.
   *
   * @param remaining how long the caller could wait for a probe
   */
  Entry enter(Duration remaining) {
    long due = System.nanoTime() + remaining.toNanos();
    awaitPauseEnd(remaining);
    for (int waits = 0; ; waits++) {
      CountDownLatch wait;
      lock.lock();
      try {
        Entry entry = tryEnter();
        if (entry instanceof Permit || !probing() || waits == MOST_WAITS) {
          return entry;
        }
        wait = probe.orElseThrow();
      } finally {
        lock.unlock();
      }
      if (!await(wait, Math.min(due - System.nanoTime(), PROBE_WAIT.toNanos()))) {
        giveUp(wait);
      }
    }
  }

  /** Once a call, and only where more than half of its time remains for the call itself. */
  private void awaitPauseEnd(Duration remaining) {
    long left;
    CountDownLatch wait;
    lock.lock();
    try {
      left = pauseLeft().toNanos();
      boolean open = circuit.getState() == State.OPEN && left > 0;
      if (!open || sleepers == MOST_SLEEPERS || remaining.toNanos() / 2 < left) {
        return;
      }
      sleepers++;
      wait = reopened;
    } finally {
      lock.unlock();
    }
    await(wait, left + TICK.toNanos());
    lock.lock();
    try {
      sleepers--;
    } finally {
      lock.unlock();
    }
  }

  /** A probe that hangs, perhaps since before the upstream came back, makes room for another. */
  private void giveUp(CountDownLatch hanging) {
    lock.lock();
    try {
      boolean same = probing() && probe.equals(Optional.of(hanging));
      if (same && System.nanoTime() - probedAt >= PROBE_WAIT.toNanos()) {
        circuit.releasePermission();
        probe = Optional.empty();
        hanging.countDown();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean probing() {
    return circuit.getState() == State.HALF_OPEN && probe.isPresent();
  }

  /**
   * Ends a call.
   *
   * @param detail what happened, if it failed
   */
  void end(Permit permit, Health health, String detail) {
    lock.lock();
    try {
      boolean probing = permit.probe().isPresent() && probe.equals(permit.probe());
      // A call from before the breaker opened has no say in the probe, nor a probe given up on.
      if (probing || circuit.getState() == State.CLOSED) {
        long took = System.nanoTime() - permit.begun();
        switch (health) {
          case UP -> circuit.onSuccess(took, TimeUnit.NANOSECONDS);
          case UNKNOWN -> circuit.releasePermission();
          case DOWN -> fail(permit, took, detail);
        }
      }
      if (probing) {
        permit.probe().ifPresent(CountDownLatch::countDown);
        probe = Optional.empty();
      } else if (permit.probe().isPresent() && health == Health.UP) {
        close(); // late, but it answers
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes at once: somebody has found the upstream answering. Callers that wait go on. */
  void close() {
    lock.lock();
    try {
      if (circuit.getState() != State.CLOSED) {
        circuit.transitionToClosedState();
        probe.ifPresent(CountDownLatch::countDown);
        probe = Optional.empty();
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    reopened.countDown();
    reopened = new CountDownLatch(1);
  }

  BreakerState state() {
    return state(circuit.getState());
  }

  private static BreakerState state(State state) {
    return switch (state) {
      case OPEN, FORCED_OPEN -> BreakerState.OPEN;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
    };
  }

  private Entry tryEnter() {
    if (!circuit.tryAcquirePermission()) {
      return new Refused(refusal());
    }
    if (circuit.getState() == State.HALF_OPEN) {
      probe = Optional.of(new CountDownLatch(1));
      probedAt = System.nanoTime();
      return new Permit(System.nanoTime(), probe);
    }
    return new Permit(System.nanoTime(), Optional.empty());
  }

  private void fail(Permit permit, long took, String detail) {
    long now = permit.begun() + took;
    boolean another =
        !counted
            || permit.begun() - countedAt >= 0
            || now - countedAt >= SAME_EVENT.toNanos()
            || permit.probe().isPresent();
    if (!another) {
      circuit.releasePermission();
      return;
    }
    counted = true;
    countedAt = now;
    lastFailure = detail;
    circuit.onError(took, TimeUnit.NANOSECONDS, new IllegalStateException(detail));
    if (circuit.getState() == State.OPEN) {
      openedAt = now;
    }
  }

  private String refusal() {
    Duration left = pauseLeft();
    String next = left.isNegative() ? "a probe is under way" : "next try in " + Words.time(left);
    return "circuit open after " + failures + " failures, last: " + lastFailure + "; " + next;
  }

  private Duration pauseLeft() {
    return pause.minusNanos(System.nanoTime() - openedAt);
  }

  private static boolean await(CountDownLatch latch, long nanos) {
    try {
      return latch.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
