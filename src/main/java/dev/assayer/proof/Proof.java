package dev.assayer.proof;

import java.util.List;

/**
 * What came of verifying a decision again.
 *
 * @param parts the policy, the whole decision, and each image
 * @param assumed what no file can prove, one sentence each
 */
public record Proof(List<Part> parts, List<String> assumed) {

  /** Copies the lists. */
  public Proof {
    parts = List.copyOf(parts);
    assumed = List.copyOf(assumed);
  }

  /** How a part came out. */
  public enum Result {
    /** Verified again, with the same outcome. */
    PROVEN,
    /** Nothing speaks against it, and it cannot be verified. */
    NOT_PROVABLE,
    /** The evidence says something else than the record. */
    CONTRADICTED
  }

  /**
   * A part of a decision.
   *
   * @param what {@code policy}, {@code decision}, or the image as requested
   * @param why a sentence
   */
  public record Part(String what, Result result, String why) {}

  /** The worst of the parts. */
  public Result result() {
    return parts.stream().map(Part::result).max(Enum::compareTo).orElse(Result.NOT_PROVABLE);
  }
}
