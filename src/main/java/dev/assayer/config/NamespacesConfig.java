package dev.assayer.config;

import java.util.Map;

/**
 * Which namespaces are verified, by their labels.
 *
 * @param ignoreLabel label that takes a namespace out in {@link Mode#IGNORE}
 * @param validateLabel label that takes a namespace in in {@link Mode#VALIDATE}
 * @param mode which of the two labels counts
 */
public record NamespacesConfig(String ignoreLabel, String validateLabel, Mode mode) {

  /** The label that counts. */
  public String label() {
    return mode == Mode.IGNORE ? ignoreLabel : validateLabel;
  }

  /** Whether a namespace with these labels is verified: the label counts by its presence. */
  public boolean covers(Map<String, String> labels) {
    return labels.containsKey(label()) == (mode == Mode.VALIDATE);
  }

  /** Which label counts. */
  public enum Mode {
    /** All namespaces but the labelled ones. */
    IGNORE,
    /** Only the labelled ones. */
    VALIDATE
  }
}
