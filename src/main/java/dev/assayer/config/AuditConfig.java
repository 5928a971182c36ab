package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The audit log.
 *
 * @param directory where the log is kept; empty: stdout only
 * @param keyFile Ed25519 key, PEM PKCS#8, that signs checkpoints
 * @param required whether a decision that cannot be recorded is denied
 * @param fsync whether an entry is on the disk before its decision is answered
 * @param users how users and groups are named in records and in all else that is told
 * @param usersKeyFile key of pseudonyms, at least 32 bytes; present if users are hashed
 * @param retention how much is kept
 * @param publish where checkpoints are kept beside the log
 */
public record AuditConfig(
    Optional<Path> directory,
    Optional<Path> keyFile,
    boolean required,
    boolean fsync,
    Users users,
    Optional<Path> usersKeyFile,
    Retention retention,
    Publish publish) {

  /** How users are named. */
  public enum Users {
    /** As the API server names them. */
    KEEP,
    /** By a pseudonym: HMAC-SHA-256 under a key. */
    HASH,
    /** Not at all. */
    OMIT
  }

  /**
   * How much of the log is kept; whichever limit is met first.
   *
   * @param age oldest entry kept
   * @param size bytes kept
   */
  public record Retention(Duration age, long size) {}

  /**
   * Where checkpoints are kept beside the log.
   *
   * @param interval between two for the same place
   * @param configMap whether in a ConfigMap, where there is a cluster
   * @param webhook a server to which they are posted
   * @param witness who signs them too
   */
  public record Publish(
      Duration interval, boolean configMap, Optional<Place> webhook, Optional<Witness> witness) {}

  /**
   * A server.
   *
   * @param url https
   * @param authorities that alone vouch for it; none: the system's
   */
  public record Place(URI url, List<X509Certificate> authorities) {
    /** Copies the list. */
    public Place {
      authorities = List.copyOf(authorities);
    }
  }

  /**
   * A witness (C2SP tlog-witness).
   *
   * @param at its submission prefix
   * @param key {@code name+id+key}
   */
  public record Witness(Place at, String key) {}
}
