package dev.assayer.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The key that binds what is remembered outside the process, or that of pseudonyms; its file is
 * read when it is needed.
 */
public final class HmacKey {
  /** The shortest, in bytes: as long as the hash (RFC 2104 section 3). */
  public static final int MIN_BYTES = 32;

  private static final String FIELD = "state.hmacKeyFile";
  private static final String USERS_FIELD = "audit.usersKeyFile";
  private static final String REMEDY =
      "give all replicas the same file with at least "
          + MIN_BYTES
          + " random bytes, such as from: head -c 64 /dev/urandom";

  /** What the file holds. */
  public sealed interface Result {
    record Read(byte[] key) implements Result {}

    /**
     * No key, or a short one.
     *
     * @param problem one clause
     * @param remedy another
     */
    record Refused(String problem, String remedy) implements Result {}
  }

  private HmacKey() {}

  /** The file that the configuration names, if what is remembered leaves the process. */
  public static Optional<Path> file(StateConfig state) {
    return switch (state) {
      case StateConfig.Memory() -> Optional.empty();
      case StateConfig.Kubernetes kubernetes -> Optional.of(kubernetes.hmacKeyFile());
      case StateConfig.Valkey valkey -> Optional.of(valkey.hmacKeyFile());
    };
  }

  /** Reads a key. */
  public static Result read(Path file) {
    return switch (ReferencedFiles.regular(file)) {
      case ReferencedFiles.Unreadable(String why) ->
          new Result.Refused("the file " + file + " " + why, REMEDY);
      case ReferencedFiles.Read(byte[] bytes) ->
          bytes.length < MIN_BYTES
              ? new Result.Refused(
                  "the file " + file + " has " + bytes.length + " bytes, too few for a key", REMEDY)
              : new Result.Read(bytes);
    };
  }

  /** What is wrong with a key that a configuration needs, if anything is. */
  public static Optional<Finding> problem(Config config) {
    return problem(config, file(config.state()), FIELD)
        .or(() -> problem(config, users(config.audit()), USERS_FIELD));
  }

  private static Optional<Path> users(AuditConfig audit) {
    return audit.usersKeyFile().filter(_ -> audit.users() == AuditConfig.Users.HASH);
  }

  private static Optional<Finding> problem(Config config, Optional<Path> file, String field) {
    return file.map(HmacKey::read)
        .flatMap(result ->
            result instanceof Result.Refused(String problem, String remedy)
                ? Optional.of(
                    new Finding(Severity.ERROR, config.source(), 0, 0, field, "", problem, remedy))
                : Optional.empty());
  }
}
