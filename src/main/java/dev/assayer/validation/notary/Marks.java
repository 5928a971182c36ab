package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.state.Mark;
import dev.assayer.state.RepositoryMemory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Versions that must not go back: a lower one is a rollback, the same one with other content is
 * equivocation (TUF 1.0 sections 5.4.3 and 5.5.5, extended to every role since Notary's snapshot
 * names no versions).
 */
final class Marks {
  private Marks() {}

  /** Checks one role against its mark. */
  static void check(String role, long version, String signedSha256, Mark mark)
      throws TrustException {
    if (version < mark.version()) {
      throw new TrustException(
          Reason.ROLLBACK,
          role + ".json has version " + version + " but version " + mark.version() + " was seen");
    }
    if (version == mark.version() && !signedSha256.equals(mark.signedSha256())) {
      throw new TrustException(
          Reason.EQUIVOCATION,
          role + ".json has version " + version + " with other content than was seen before");
    }
  }

  /**
   * Checks a verified role, unless the root that is trusted now replaced the online keys: then the
   * marks of timestamp and snapshot say nothing (TUF 1.0 section 5.3.11, fast-forward recovery).
   */
  static void check(Verified<?> role, RepositoryMemory memory, Set<String> rotated)
      throws TrustException {
    Mark mark = memory.marks().get(role.role());
    if (mark != null && !isReset(role.role(), rotated)) {
      check(role.role(), role.file().version(), role.signedSha256(), mark);
    }
  }

  private static boolean isReset(String role, Set<String> rotated) {
    return !rotated.isEmpty() && (role.equals(Roles.TIMESTAMP) || role.equals(Roles.SNAPSHOT));
  }

  /**
   * A delegated role that was seen and is gone from the snapshot is a rollback, unless newer signed
   * metadata of its parent removed it. A parent that this chain did not load says neither.
   */
  static void checkRemovals(
      RoleFile.Snapshot snapshot,
      Map<String, Verified<RoleFile.Targets>> loaded,
      RepositoryMemory memory)
      throws TrustException {
    for (String role : memory.marks().keySet()) {
      if (Roles.isDelegation(role)
          && snapshot.file(role).isEmpty()
          && fate(role, loaded) == Fate.DELEGATED) {
        throw new TrustException(
            Reason.ROLLBACK,
            "snapshot.json no longer lists " + role + ", which was seen before and is not removed");
      }
    }
  }

  private enum Fate {
    DELEGATED,
    REMOVED,
    UNKNOWN
  }

  private static Fate fate(String role, Map<String, Verified<RoleFile.Targets>> loaded) {
    if (role.equals(Roles.TARGETS)) {
      return Fate.DELEGATED;
    }
    String parent = Roles.parent(role);
    if (fate(parent, loaded) == Fate.REMOVED) {
      return Fate.REMOVED;
    }
    Verified<RoleFile.Targets> signed = loaded.get(parent);
    if (signed == null) {
      return Fate.UNKNOWN;
    }
    return signed.file().delegation(role).isPresent() ? Fate.DELEGATED : Fate.REMOVED;
  }

  /** What is remembered after a chain was verified in full. */
  static RepositoryMemory advanced(
      RepositoryMemory memory, TrustedRepository trusted, Instant now) {
    Map<String, Mark> marks = new HashMap<>();
    memory
        .marks()
        .forEach((role, mark) -> {
          if (!Roles.isDelegation(role) || fate(role, trusted.loaded()) != Fate.REMOVED) {
            marks.put(role, mark);
          }
        });
    Set<String> signers = new HashSet<>(memory.signers());
    for (Verified<?> role : trusted.chain()) {
      marks.put(role.role(), new Mark(role.file().version(), role.signedSha256()));
      role.signedBy().forEach(key -> signers.add(signer(role.role(), key)));
    }
    return new RepositoryMemory(
        Optional.of(new String(trusted.root().bytes(), StandardCharsets.UTF_8)),
        marks,
        Optional.of(trusted.root().verified().file().onlineKeys()),
        signers,
        Optional.of(now));
  }

  /** How a signer is remembered. */
  static String signer(String role, TufKey key) {
    return role + ' ' + key.id();
  }
}
