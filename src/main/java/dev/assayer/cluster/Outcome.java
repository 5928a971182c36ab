package dev.assayer.cluster;

import java.util.List;

/** What came of a command on the cluster. */
public sealed interface Outcome {
  /** Each line says what was done to one object. */
  record Done(List<String> lines) implements Outcome {
    public Done {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Nothing more could be done.
   *
   * @param done what was done before
   * @param why one sentence with the remedy
   * @param input whether what was given is wrong, rather than the cluster in the way
   */
  record Failed(List<String> done, String why, boolean input) implements Outcome {
    public Failed {
      done = List.copyOf(done);
    }
  }
}
