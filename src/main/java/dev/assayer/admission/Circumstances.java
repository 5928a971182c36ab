package dev.assayer.admission;

import java.time.Instant;
import java.util.Optional;

/**
 * Under what an image is judged, besides its name.
 *
 * @param namespace the namespace of the object; empty for an object of the cluster
 * @param at the instant as of which to judge; empty for now
 * @param dryRun true if nothing may be remembered of it
 * @param finalObject true if the image stands in the object as it will run
 * @param settled what is known before any validator is asked
 */
record Circumstances(
    Optional<String> namespace,
    Optional<Instant> at,
    boolean dryRun,
    boolean finalObject,
    Settled settled) {

  /** Nothing is settled. */
  Circumstances(Optional<String> namespace, Optional<Instant> at, boolean dryRun) {
    this(namespace, at, dryRun, false, Settled.NOTHING);
  }

  /** The same where this is known. */
  Circumstances knowing(Settled known) {
    return new Circumstances(namespace, at, dryRun, finalObject, known);
  }

  /** The same in the object as it will run, or as it may still be rewritten. */
  Circumstances ofFinalObject(boolean isFinal) {
    return new Circumstances(namespace, at, dryRun, isFinal, settled);
  }
}
