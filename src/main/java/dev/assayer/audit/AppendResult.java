package dev.assayer.audit;

import java.time.Duration;

/** What became of an entry. */
public sealed interface AppendResult {
  /**
   * It is in the log, durable as configured.
   *
   * @param index its place, from 0
   * @param queued how long it waited
   * @param wrote how long the disk took
   */
  record Written(long index, Hash leaf, Duration queued, Duration wrote) implements AppendResult {}

  /**
   * It is not, or nobody knows in time.
   *
   * @param why one clause, without secrets
   * @param never whether it is sure that it never will be
   */
  record Failed(String why, boolean never) implements AppendResult {
    /** It may be there yet, after a crash or a slow write. */
    Failed(String why) {
      this(why, false);
    }
  }
}
