package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.state.InMemoryFacts;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.SharedFacts;
import dev.assayer.state.TrustState;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What an {@link Assayer} needs besides its configuration, and what outlives a change of it.
 *
 * @param clock wall clock for records and for expiry
 * @param version software version, such as {@code 0.1.0}
 * @param replica name of this replica, such as the pod's
 * @param generation counts the configurations applied by this process, from 1
 * @param state what verification remembers of repositories, against rollback
 * @param facts what was verified, for later and for other replicas
 * @param sequence the number of the last decision of this process
 * @param observation is told of verifications and calls
 * @param announcements makes for a configuration what tells those who insist on knowing
 * @param cluster the cluster around this process, if there is one
 * @param recorder keeps the record of each decision before it is answered
 */
public record Environment(
    InstantSource clock,
    String version,
    String replica,
    long generation,
    TrustState state,
    SharedFacts facts,
    AtomicLong sequence,
    Observation observation,
    Function<Config, Announcements> announcements,
    Optional<ClusterView> cluster,
    Recorder recorder) {

  /** An environment that remembers nothing yet, in memory. */
  public Environment(InstantSource clock, String version, String replica, long generation) {
    this(
        clock,
        version,
        replica,
        generation,
        new InMemoryTrustState(),
        new InMemoryFacts(clock),
        new AtomicLong(),
        Observation.none(),
        _ -> Announcements.none(),
        Optional.empty(),
        Recorder.none());
  }

  /** The same with somebody to be told of verifications and calls. */
  public Environment observedBy(Observation told) {
    return with(generation, state, facts, told, announcements, cluster, recorder);
  }

  /** The same with somebody who tells of admissions before they are made. */
  public Environment announcing(Function<Config, Announcements> announcers) {
    return with(generation, state, facts, observation, announcers, cluster, recorder);
  }

  /** The same in a cluster. */
  public Environment in(ClusterView around) {
    return with(
        generation, state, facts, observation, announcements, Optional.of(around), recorder);
  }

  /** The same with what is remembered kept here. */
  public Environment remembering(TrustState marks, SharedFacts found) {
    return with(generation, marks, found, observation, announcements, cluster, recorder);
  }

  /** The same with records kept by this. */
  public Environment recordedBy(Recorder keeper) {
    return with(generation, state, facts, observation, announcements, cluster, keeper);
  }

  /** The environment of the next configuration: memory and numbering go on. */
  public Environment next() {
    return with(generation + 1, state, facts, observation, announcements, cluster, recorder);
  }

  private Environment with(
      long number,
      TrustState marks,
      SharedFacts found,
      Observation told,
      Function<Config, Announcements> announcers,
      Optional<ClusterView> around,
      Recorder keeper) {
    return new Environment(
        clock, version, replica, number, marks, found, sequence, told, announcers, around, keeper);
  }
}
