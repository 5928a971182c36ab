package dev.assayer.state;

import java.util.List;

/**
 * Marks and roots by repository. Implementations may share them between replicas; a replacement is
 * then atomic across all of them. Safe for concurrent use.
 */
public interface TrustState {
  /** What is known of a repository; {@link RepositoryMemory#NONE} if it was never seen. */
  RepositoryMemory recall(String repository);

  /**
   * Replaces what is known, if it still equals {@code expected}.
   *
   * @return false if another verification was faster; recall and check again
   */
  boolean replace(String repository, RepositoryMemory expected, RepositoryMemory next);

  /** Every repository seen, sorted. */
  List<String> repositories();
}
