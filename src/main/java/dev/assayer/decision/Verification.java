package dev.assayer.decision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one validator found of one image. Decisions that share a verification share one of these.
 *
 * @param repository {@code host[:port]/path} of the image, without tag and digest
 * @param signers the keys that signed, as far as they were verified
 * @param trust the chain of trust, present as far as it was verified as a whole
 */
public record Verification(
    ValidatorRef validator,
    String repository,
    Reason reason,
    List<Signer> signers,
    Optional<TrustFacts> trust,
    Duration took) {}
