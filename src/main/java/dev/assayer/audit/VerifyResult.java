package dev.assayer.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a verification found. */
public sealed interface VerifyResult {
  /**
   * All is as it was written.
   *
   * @param head the signed head
   * @param key the key that signed it
   * @param unsigned entries of the journal behind it, which no checkpoint covers yet
   * @param torn bytes of a write that a crash cut off
   * @param removed what the log says of entries that it has removed by retention
   * @param lost bundles among those that were missing or not what was written already, as the log's
   *     own entries say
   * @param cosigned what each witness that was asked for has signed last
   */
  record Sound(
      Checkpoint head,
      LogKey key,
      long unsigned,
      long torn,
      Optional<Tombstone> removed,
      List<String> lost,
      List<Cosigned> cosigned)
      implements VerifyResult {}

  /**
   * A checkpoint of the log that a witness signed.
   *
   * @param witness its name
   * @param size of the checkpoint
   * @param time what the witness says of when
   */
  record Cosigned(String witness, long size, Instant time) {}

  /**
   * Something is not.
   *
   * @param damages the first comes first, some at most; never empty
   */
  record Damaged(List<Damage> damages) implements VerifyResult {}

  /** There is no log to verify, or it cannot be read; {@code why} is a sentence. */
  record Unreadable(String why) implements VerifyResult {}
}
