package dev.assayer.admission;

import java.time.Instant;
import java.util.Optional;

/**
 * Under what an image is judged, besides its name.
 *
 * @param namespace the namespace of the object; empty for an object of the cluster
 * @param at the instant as of which to judge; empty for now
 * @param dryRun true if nothing may be remembered of it
 */
record Circumstances(Optional<String> namespace, Optional<Instant> at, boolean dryRun) {}
