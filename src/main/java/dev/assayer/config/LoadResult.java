package dev.assayer.config;

import java.util.List;

/** What loading a configuration gives. */
public sealed interface LoadResult {

  /**
   * The file is usable.
   *
   * @param config what it says
   * @param findings {@link Severity#DEFERRED} and {@link Severity#WARNING} findings, in file order
   */
  record Loaded(Config config, List<Finding> findings) implements LoadResult {}

  /**
   * The file is refused as a whole.
   *
   * @param errors every error found, in file order, at most 100 and one that says so
   */
  record Refused(List<Finding> errors) implements LoadResult {}
}
