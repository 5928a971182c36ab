package dev.assayer.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What to verify of a log, and against what.
 *
 * @param directory its folder
 * @param keys trusted keys; at least one
 * @param origin the name that the log must have; empty for any
 * @param earlier checkpoints of the log that were kept elsewhere
 * @param witnesses each must have signed a checkpoint that is here or was kept elsewhere
 * @param progress told of entries done and to do
 */
public record VerifyRequest(
    Path directory,
    List<LogKeys.Found> keys,
    Optional<String> origin,
    List<Path> earlier,
    List<WitnessKey> witnesses,
    BiConsumer<Long, Long> progress) {

  /** Copies the lists. */
  public VerifyRequest {
    keys = List.copyOf(keys);
    earlier = List.copyOf(earlier);
    witnesses = List.copyOf(witnesses);
  }

  /** Without witnesses. */
  public VerifyRequest(
      Path directory,
      List<LogKeys.Found> keys,
      Optional<String> origin,
      List<Path> earlier,
      BiConsumer<Long, Long> progress) {
    this(directory, keys, origin, earlier, List.of(), progress);
  }
}
