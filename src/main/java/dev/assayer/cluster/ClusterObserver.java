package dev.assayer.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Is told what happens between Assayer and the cluster. Safe for concurrent use; never blocks or
 * throws.
 */
public interface ClusterObserver {
  /**
   * A call to the API server ended.
   *
   * @param verb {@code get}, {@code list}, {@code create}, {@code update}, {@code patch} or {@code
   *     delete}
   * @param result {@link KubeAnswer#code}
   */
  void called(String verb, String result);

  /** The webhook objects were looked at: whether all are there, and which fields differ. */
  void webhook(boolean present, Set<DriftField> drifted);

  /** The least {@code timeoutSeconds} of the live webhooks, if there are any. */
  void webhookTimeout(OptionalLong seconds);

  /** A sentinel was seen for the first time with this result. */
  void sentinelSeen(SentinelResult result);

  /** The start of the sentinel that is honoured now; empty for none. */
  void sentinelHonoured(Optional<Instant> started);

  /**
   * What became of an Event about a denial.
   *
   * @param result {@code sent}, {@code failed}, {@code repeated} or {@code dropped}
   */
  void event(String result);

  /** Whether this replica does the work that one replica does for all. */
  void leads(boolean leads);

  /**
   * A break-glass object was seen for the first time with this result.
   *
   * @param result {@code accepted}, {@code expired} or {@code refused}
   */
  void breakGlassSeen(String result);

  /** How many break-glass objects are in force, and when the last of them expires. */
  void breakGlass(int active, Optional<Instant> until);

  /**
   * The owner that an object claims was looked up.
   *
   * @param result {@code living}, {@code refuted} or {@code unknown}
   */
  void ownerLookedUp(String result);

  /** Nobody wants to know. */
  static ClusterObserver none() {
    return new ClusterObserver() {
      @Override
      public void called(String verb, String result) {}

      @Override
      public void webhook(boolean present, Set<DriftField> drifted) {}

      @Override
      public void webhookTimeout(OptionalLong seconds) {}

      @Override
      public void sentinelSeen(SentinelResult result) {}

      @Override
      public void sentinelHonoured(Optional<Instant> started) {}

      @Override
      public void event(String result) {}

      @Override
      public void leads(boolean leads) {}

      @Override
      public void breakGlassSeen(String result) {}

      @Override
      public void breakGlass(int active, Optional<Instant> until) {}

      @Override
      public void ownerLookedUp(String result) {}
    };
  }
}
