package dev.assayer.validation.notary;

import dev.assayer.crypto.Sha;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The parsed {@code signed} part of a metadata file. */
sealed interface RoleFile {
  /** The metadata's version, from 1. */
  long version();

  /** When the metadata ceases to be valid. */
  Instant expires();

  /** Root: the keys of the four base roles. */
  record Root(long version, Instant expires, Map<String, RoleKeys> roles) implements RoleFile {
    RoleKeys role(String name) {
      RoleKeys keys = roles.get(name);
      if (keys == null) {
        throw new IllegalArgumentException("no base role: " + name);
      }
      return keys;
    }

    /** Identifies the keys of timestamp and snapshot; key ids are hashes of the keys. */
    String onlineKeys() {
      String both =
          Roles.TIMESTAMP
              + new TreeSet<>(role(Roles.TIMESTAMP).keys().keySet())
              + Roles.SNAPSHOT
              + new TreeSet<>(role(Roles.SNAPSHOT).keys().keySet());
      return Sha.sha256Hex(both.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Timestamp: which snapshot is current. */
  record Timestamp(long version, Instant expires, FileMeta snapshot) implements RoleFile {}

  /** Snapshot: which file of each role is current. */
  record Snapshot(long version, Instant expires, Map<String, FileMeta> files) implements RoleFile {
    Optional<FileMeta> file(String role) {
      return Optional.ofNullable(files.get(role));
    }
  }

  /**
   * Targets, or a delegation: tags with their digests, and further delegations.
   *
   * @param targets as parsed; an entry is read when it is asked for, since a bad one must not take
   *     the others away
   */
  record Targets(
      long version, Instant expires, JsonObject targets, Map<String, Delegation> delegations)
      implements RoleFile {
    Optional<Delegation> delegation(String role) {
      return Optional.ofNullable(delegations.get(role));
    }
  }
}
