package dev.assayer.validation;

import dev.assayer.image.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a rule asks of a validator.
 *
 * @param image the reference in normal form
 * @param trustRoots names of the trust roots that must have signed, resolved and not empty for
 *     validators with trust roots
 * @param delegations named delegations that must have signed, without {@code targets/}; empty for
 *     none
 * @param threshold how many of the delegations (or trust roots) suffice; empty for all
 * @param at the instant as of which expiry is judged
 * @param dryRun true if the answer must leave no trace in what is remembered of repositories
 */
public record ValidationRequest(
    ImageReference image,
    List<String> trustRoots,
    List<String> delegations,
    OptionalInt threshold,
    Instant at,
    boolean dryRun) {

  /** A request whose answer counts, and is remembered. */
  public ValidationRequest(
      ImageReference image,
      List<String> trustRoots,
      List<String> delegations,
      OptionalInt threshold,
      Instant at) {
    this(image, trustRoots, delegations, threshold, at, false);
  }
}
