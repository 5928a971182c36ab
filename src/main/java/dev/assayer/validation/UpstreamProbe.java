package dev.assayer.validation;

import dev.assayer.time.Deadline;
import java.time.Instant;
import java.util.Optional;

/** Asks a validator's upstream, for its health and not for an image. Safe for concurrent use. */
public interface UpstreamProbe {
  /** Asks once, past any circuit breaker; an answer closes it. Never throws for what comes back. */
  Result probe(Deadline deadline);

  /** Whether calls are refused at present because earlier ones failed. */
  boolean suspended();

  /**
   * What came of it.
   *
   * @param up whether the upstream can serve verifications
   * @param detail one sentence on what it did
   * @param serverDate its clock as this answer showed it, to the second
   */
  record Result(boolean up, String detail, Optional<Instant> serverDate) {}
}
