package dev.assayer.validation;

import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import java.util.Optional;

/** Decides whether an image is trusted. Safe for concurrent use; never throws for bad input. */
public interface Validator extends AutoCloseable {
  /** Name, type and upstream, for the record. */
  ValidatorRef ref();

  /** Verifies within {@code deadline}, writing its stages to {@code stages}. */
  ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline);

  /** The way to find out whether its upstream answers; empty if it has none. */
  default Optional<UpstreamProbe> probe() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
