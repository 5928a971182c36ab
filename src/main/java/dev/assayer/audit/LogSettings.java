package dev.assayer.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a log is kept.
 *
 * @param directory its folder, made if it is not there
 * @param origin name of the log
 * @param keyFile Ed25519 private key, PEM; without one a key is made and kept in the folder
 * @param fsync whether an entry is on the disk before its append returns
 * @param interval longest time from an entry to the checkpoint over it
 */
public record LogSettings(
    Path directory, String origin, Optional<Path> keyFile, boolean fsync, Duration interval) {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** With a checkpoint a second. */
  public LogSettings(Path directory, String origin, Optional<Path> keyFile, boolean fsync) {
    this(directory, origin, keyFile, fsync, INTERVAL);
  }
}
