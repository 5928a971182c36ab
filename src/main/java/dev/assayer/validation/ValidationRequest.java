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
 */
public record ValidationRequest(
    ImageReference image,
    List<String> trustRoots,
    List<String> delegations,
    OptionalInt threshold,
    Instant at) {}
