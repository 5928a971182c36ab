package dev.assayer.server;

import dev.assayer.decision.ValidatorRef;
import dev.assayer.validation.UpstreamProbe;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What is known of one validator's upstream. Used under the lock of {@link NotaryChecks}. */
final class WatchedNotary {
  /** Checks that fail in a row until the upstream counts as down. */
  private static final int FAILURES = 3;

  /** What the checks say. */
  enum State {
    UNKNOWN,
    UP,
    DOWN
  }

  private final ValidatorRef ref;
  private UpstreamProbe probe;
  private State state = State.UNKNOWN;
  private Optional<UpstreamProbe.Result> last = Optional.empty();
  private Optional<Duration> skew = Optional.empty();
  private Instant since = Instant.EPOCH;
  private int failures;
  private long failedAt;
  private boolean asked;
  private long askedAt;
  private boolean underWay;

  WatchedNotary(ValidatorRef ref, UpstreamProbe probe) {
    this.ref = ref;
    this.probe = probe;
  }

  ValidatorRef ref() {
    return ref;
  }

  UpstreamProbe probe() {
    return probe;
  }

  /** Goes on with the probe of a newer configuration. */
  void follow(UpstreamProbe newer) {
    if (!probe.equals(newer)) {
      probe = newer;
      underWay = false;
    }
  }

  /** Whether to ask now; if so, asking has begun. */
  boolean begin(CheckTimes times, long now) {
    long pause = (probe.suspended() ? times.urgently() : times.usually()).toNanos();
    if (underWay || (asked && now - askedAt < pause)) {
      return false;
    }
    asked = true;
    askedAt = now;
    underWay = true;
    return true;
  }

  /**
   * Takes note of an answer. Failures that follow each other faster than the usual pace count as
   * one, so that a short outage is not three failed checks because it was watched closely.
   *
   * @param starting true while the process starts, when the first check decides
   */
  void end(UpstreamProbe.Result result, CheckTimes times, boolean starting, long now, Instant at) {
    underWay = false;
    last = Optional.of(result);
    result.serverDate().ifPresent(date -> skew = Optional.of(Duration.between(date, at)));
    if (result.up()) {
      failures = 0;
      become(State.UP, at);
    } else {
      if (failures == 0 || now - failedAt >= times.apart().toNanos()) {
        failures++;
        failedAt = now;
      }
      if (failures >= FAILURES || (starting && state == State.UNKNOWN)) {
        become(State.DOWN, at);
      }
    }
  }

  private void become(State next, Instant at) {
    if (state != next) {
      state = next;
      since = at;
    }
  }

  State state() {
    return state;
  }

  /** Whether the last check succeeded; true before the first. */
  boolean lastUp() {
    return last.map(UpstreamProbe.Result::up).orElse(true);
  }

  /** Our clock less the upstream's, as of its last answer. */
  Optional<Duration> skew() {
    return skew;
  }

  String words() {
    String what =
        switch (state) {
          case UNKNOWN -> "not checked yet";
          case UP -> "up";
          case DOWN -> "down";
        };
    return ref.name()
        + " "
        + what
        + (state == State.UNKNOWN ? "" : " since " + since.truncatedTo(ChronoUnit.SECONDS))
        + last.map(result -> " (" + result.detail() + ")").orElse("");
  }
}
