package dev.assayer.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A policy test with the configuration that it is about.
 *
 * @param source the file, as named
 * @param configFile the configuration's file
 * @param config the configuration
 * @param cases in file order, at least one, names distinct
 */
public record PolicySuite(String source, Path configFile, Config config, List<PolicyCase> cases) {

  /** Copies the list. */
  public PolicySuite {
    cases = List.copyOf(cases);
  }

  /** What loading one gives. */
  public sealed interface Result {
    /**
     * The file and its configuration are usable.
     *
     * @param findings warnings about the configuration, in file order
     */
    record Loaded(PolicySuite suite, List<Finding> findings) implements Result {}

    /**
     * The file, or its configuration, is refused.
     *
     * @param errors in file order
     */
    record Refused(List<Finding> errors) implements Result {}
  }
}
