package dev.assayer.decision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The trust data that a verdict rests on.
 *
 * @param rootKeys names of the trust roots that signed
 * @param chain the verified roles, root first
 * @param freshness {@code fresh} if the freshness proof was fetched for this verdict, else {@code
 *     memory}
 * @param age age of the freshness proof when it came from memory
 * @param firstUse true if nothing was remembered of this repository, so that no rollback could have
 *     been seen
 */
public record TrustFacts(
    List<String> rootKeys,
    List<RoleTrust> chain,
    String freshness,
    Optional<Duration> age,
    boolean firstUse) {}
