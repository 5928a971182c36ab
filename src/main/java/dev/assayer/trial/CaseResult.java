package dev.assayer.trial;

import dev.assayer.config.PolicyCase;
import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What became of a case.
 *
 * @param tested the case
 * @param found all that can be expected, by the same names
 * @param rule the rule that decided; empty if none did
 * @param detail what happened, in one sentence; may be empty
 * @param took time that the decision took
 */
public record CaseResult(
    PolicyCase tested, JsonObject found, OptionalInt rule, String detail, Duration took) {

  /** Whether all that is expected was found. */
  public boolean passed() {
    return mismatches().isEmpty();
  }

  /** The expected fields that were found otherwise. */
  public List<Mismatch> mismatches() {
    return tested.expected().entries().stream()
        .map(entry -> new Mismatch(entry.getKey(), entry.getValue(), found(entry)))
        .filter(pair -> !pair.expected().equals(pair.found()))
        .toList();
  }

  private Json found(Map.Entry<String, Json> expected) {
    return found.get(expected.getKey()).orElse(JsonNull.NULL);
  }

  /**
   * A field that differs.
   *
   * @param field its name
   * @param expected what the case says
   * @param found what the decision says; null for nothing
   */
  public record Mismatch(String field, Json expected, Json found) {}
}
