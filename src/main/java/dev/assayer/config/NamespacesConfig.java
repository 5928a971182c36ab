package dev.assayer.config;

/**
 * Which namespaces are verified, by their labels.
 *
 * @param ignoreLabel label that takes a namespace out in {@link Mode#IGNORE}
 * @param validateLabel label that takes a namespace in in {@link Mode#VALIDATE}
 * @param mode which of the two labels counts
 */
public record NamespacesConfig(String ignoreLabel, String validateLabel, Mode mode) {

  /** Which label counts. */
  public enum Mode {
    /** All namespaces but the labelled ones. */
    IGNORE,
    /** Only the labelled ones. */
    VALIDATE
  }
}
