package dev.assayer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The audit log.
 *
 * @param directory where the log is kept; empty: stdout only
 * @param keyFile Ed25519 key, PEM PKCS#8, that signs checkpoints
 * @param required whether a decision that cannot be recorded is denied
 * @param fsync whether an entry is on the disk before its decision is answered
 * @param retention how much is kept
 */
public record AuditConfig(
    Optional<Path> directory,
    Optional<Path> keyFile,
    boolean required,
    boolean fsync,
    Retention retention) {

  /**
   * How much of the log is kept; whichever limit is met first.
   *
   * @param age oldest entry kept
   * @param size bytes kept
   */
  public record Retention(Duration age, long size) {}
}
