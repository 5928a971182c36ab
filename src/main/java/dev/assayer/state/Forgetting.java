package dev.assayer.state;

import java.util.Map;

/** What became of a wish to forget a repository. */
public sealed interface Forgetting {
  /**
   * It is on record, and replicas follow when they next ask.
   *
   * @param dropped the marks that were shared, by role
   */
  record Done(Map<String, Mark> dropped) implements Forgetting {
    public Done {
      dropped = Map.copyOf(dropped);
    }
  }

  /** Not known: it may have happened. */
  record Unavailable(String why) implements Forgetting {}
}
