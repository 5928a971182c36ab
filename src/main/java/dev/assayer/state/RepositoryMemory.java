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
 *     so that the record compares by content
 * @param marks by role name, {@code root} and delegations included
 * @param signers {@code role keyId} of every key that was seen to sign
 * @param verifiedAt when the chain was last verified
 */
public record RepositoryMemory(
    Optional<String> root,
    Map<String, Mark> marks,
    Set<String> signers,
    Optional<Instant> verifiedAt) {
  /** Nothing seen yet. */
  public static final RepositoryMemory NONE =
      new RepositoryMemory(Optional.empty(), Map.of(), Set.of(), Optional.empty());

  /** Copies the collections. */
  public RepositoryMemory {
    marks = Map.copyOf(marks);
    signers = Set.copyOf(signers);
  }

  /** True if nothing was seen yet, so that a rollback could not be noticed. */
  public boolean isNew() {
    return marks.isEmpty();
  }
}
