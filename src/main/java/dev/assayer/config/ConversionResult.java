package dev.assayer.config;

import dev.assayer.json.JsonObject;
import java.util.List;

/** What converting a Connaisseur file gives. */
public sealed interface ConversionResult {

  /**
   * The file is converted.
   *
   * @param generation releases of Connaisseur that read such a file, such as {@code 2.x}
   * @param yaml our file, with the secrets of the other; it loads
   * @param json the same as JSON
   * @param changes what became of each part, in the order of the file
   * @param findings what our reader finds in the result, at places of the Connaisseur file
   */
  record Converted(
      String generation, String yaml, JsonObject json, List<Change> changes, List<Finding> findings)
      implements ConversionResult {
    /** Copies the lists. */
    public Converted {
      changes = List.copyOf(changes);
      findings = List.copyOf(findings);
    }

    @Override
    public String toString() {
      return "Converted[generation=" + generation + ", changes=" + changes.size() + "]";
    }
  }

  /**
   * It is no file of Connaisseur, or holds what leaves no safe conversion.
   *
   * @param errors why, at least one
   */
  record Refused(List<Finding> errors) implements ConversionResult {
    /** Copies the list. */
    public Refused {
      errors = List.copyOf(errors);
    }
  }
}
