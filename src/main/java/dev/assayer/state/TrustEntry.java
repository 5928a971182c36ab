package dev.assayer.state;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is remembered of a repository, and since when: an entry of a later epoch replaces all that
 * was seen before somebody had it forgotten.
 *
 * @param epoch 0, or when it was last forgotten, in milliseconds since 1970 and always growing
 * @param forgotten why, for the record
 */
record TrustEntry(long epoch, Optional<Forgotten> forgotten, RepositoryMemory memory) {
  static final TrustEntry NONE = new TrustEntry(0, Optional.empty(), RepositoryMemory.NONE);

  /**
   * Why what was known of a repository was dropped.
   *
   * @param reason in words
   * @param by who had it dropped
   */
  record Forgotten(String reason, String by, Instant at) {}

  /** The outcome, and the roles in conflict. */
  record Outcome(TrustEntry entry, Set<String> conflicts) {}

  /** This and another together; in a conflict this one's marks stay. */
  Outcome with(TrustEntry other) {
    if (epoch != other.epoch) {
      return new Outcome(epoch > other.epoch ? this : other, Set.of());
    }
    Joined joined = Joined.of(memory, other.memory);
    return new Outcome(
        new TrustEntry(epoch, forgotten.or(other::forgotten), joined.memory()), joined.conflicts());
  }

  TrustEntry with(RepositoryMemory next) {
    return new TrustEntry(epoch, forgotten, next);
  }

  /** Whether the two bind later verifications in the same way. */
  boolean bindsLike(TrustEntry other) {
    return epoch == other.epoch
        && memory.marks().equals(other.memory.marks())
        && memory.onlineKeys().equals(other.memory.onlineKeys());
  }
}
