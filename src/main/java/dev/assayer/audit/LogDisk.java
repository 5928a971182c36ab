package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The disk that a log is on.
 *
 * @param folder of the log
 */
public record LogDisk(Path folder) {

  /** Free bytes; empty if nobody knows. */
  public Optional<Long> free() {
    try {
      return Optional.of(Files.getFileStore(folder).getUsableSpace());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Retention begins early below so many free bytes; empty if nobody knows. */
  public Optional<Long> bound() {
    try {
      return Optional.of(Retention.bound(Files.getFileStore(folder).getTotalSpace()));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
