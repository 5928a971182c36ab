package dev.assayer.state;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that is remembered of one repository. Immutable; compared by content for {@link
 * TrustState#replace}.
 *
 * @param root the root last trusted
 * @param marks by role name, {@code root} and delegations included
 * @param signers {@code role keyId} of every key that was seen to sign
 * @param verifiedAt when the chain was last verified
 */
public record RepositoryMemory(
    Optional<RootMemory> root,
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
