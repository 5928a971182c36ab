package dev.assayer.state;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that is remembered of one repository. Immutable; compared by content for {@link
 * TrustState#replace}.
 *
 * @param root the root file last trusted, from which a newer one must descend; its bytes as text,
 *     so that the record compares by content. Joined from several replicas it can be absent or
 *     older than the mark of {@code root}
 * @param marks by role name, {@code root} and delegations included
 * @param onlineKeys identifies the keys of timestamp and snapshot under which their marks count
 * @param signers {@code role keyId} of every key that was seen to sign
 * @param verifiedAt when the chain was last verified
 */
public record RepositoryMemory(
    Optional<String> root,
    Map<String, Mark> marks,
    Optional<String> onlineKeys,
    Set<String> signers,
    Optional<Instant> verifiedAt) {
  /** Nothing seen yet. */
  public static final RepositoryMemory NONE =
      new RepositoryMemory(
          Optional.empty(), Map.of(), Optional.empty(), Set.of(), Optional.empty());

  /** Copies the collections. */
  public RepositoryMemory {
    marks = Map.copyOf(marks);
    signers = Set.copyOf(signers);
  }

  /** True if nothing was seen yet, so that a rollback could not be noticed. */
  public boolean isNew() {
    return marks.isEmpty();
  }

  /** The same without the root file. */
  RepositoryMemory withoutRoot() {
    return new RepositoryMemory(Optional.empty(), marks, onlineKeys, signers, verifiedAt);
  }

  /** The same, last verified at another time. */
  RepositoryMemory verifiedAt(Optional<Instant> when) {
    return new RepositoryMemory(root, marks, onlineKeys, signers, when);
  }
}
