package dev.assayer.admission;

import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.TrustState;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an {@link Assayer} needs besides its configuration, and what outlives a change of it.
 *
 * @param clock wall clock for records and for expiry
 * @param version software version, such as {@code 0.1.0}
 * @param replica name of this replica, such as the pod's
 * @param generation counts the configurations applied by this process, from 1
 * @param state what verification remembers of repositories, against rollback
 * @param sequence the number of the last decision of this process
 * @param observation is told of verifications and calls
 */
public record Environment(
    InstantSource clock,
    String version,
    String replica,
    long generation,
    TrustState state,
    AtomicLong sequence,
    Observation observation) {

  /** An environment that remembers nothing yet, in memory. */
  public Environment(InstantSource clock, String version, String replica, long generation) {
    this(
        clock,
        version,
        replica,
        generation,
        new InMemoryTrustState(),
        new AtomicLong(),
        Observation.none());
  }

  /** The same with somebody to be told of verifications and calls. */
  public Environment observedBy(Observation told) {
    return new Environment(clock, version, replica, generation, state, sequence, told);
  }

  /** The environment of the next configuration: memory and numbering go on. */
  public Environment next() {
    return new Environment(clock, version, replica, generation + 1, state, sequence, observation);
  }
}
