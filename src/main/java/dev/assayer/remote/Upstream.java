package dev.assayer.remote;

import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;

/** One remote service that is asked over https. Safe for concurrent use. */
public interface Upstream extends AutoCloseable {
  /** The configured host, with a port unless it is 443. */
  String host();

  /**
   * Fetches, with authentication when asked for and at most one retry, and never beyond {@code
   * deadline}; never throws for what a server does.
   */
  FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline);

  /** Takes no more fetches; those under way still end by themselves. */
  @Override
  void close();
}
