package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The verified metadata of one repository.
 *
 * @param delegations by role, as far as they were asked for
 * @param fetchedNanos monotonic time when the timestamp was asked for
 * @param knownSigners {@code role keyId} of the signers known before
 * @param firstUse true if nothing of the repository was remembered
 * @param verified every file that was verified on the way, also one that then was not used
 */
record TrustedRepository(
    TrustedRoot root,
    Verified<RoleFile.Timestamp> timestamp,
    Verified<RoleFile.Snapshot> snapshot,
    Verified<RoleFile.Targets> targets,
    Map<String, DelegationState> delegations,
    long fetchedNanos,
    Set<String> knownSigners,
    boolean firstUse,
    List<Verified<?>> verified) {

  /** What became of a delegation that was asked for. */
  sealed interface DelegationState {
    /**
     * Verified.
     *
     * @param lineage the delegations that lead to it, each of which limits its paths
     */
    record Loaded(Verified<RoleFile.Targets> verified, List<Delegation> lineage)
        implements DelegationState {
      boolean covers(String tag) {
        return lineage.stream().allMatch(delegation -> delegation.covers(tag));
      }
    }

    /** Not delegated, or delegated and never published. */
    record Absent(String why) implements DelegationState {}

    /** Present and not trustworthy. */
    record Failed(Reason reason, String detail) implements DelegationState {}
  }

  /** The state of a delegation that the verification was asked for. */
  DelegationState delegation(String role) {
    DelegationState state = delegations.get(role);
    return state != null ? state : new DelegationState.Absent(role + " was not asked for");
  }

  /** Every verified role, root first. */
  List<Verified<?>> chain() {
    List<Verified<?>> chain = new ArrayList<>();
    chain.add(root.verified());
    chain.add(timestamp);
    chain.add(snapshot);
    chain.add(targets);
    delegations.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> {
          if (entry.getValue() instanceof DelegationState.Loaded loaded) {
            chain.add(loaded.verified());
          }
        });
    return chain;
  }

  /** Targets and the verified delegations by role. */
  Map<String, Verified<RoleFile.Targets>> loaded() {
    Map<String, Verified<RoleFile.Targets>> loaded = new HashMap<>();
    loaded.put(Roles.TARGETS, targets);
    delegations.forEach((role, state) -> {
      if (state instanceof DelegationState.Loaded found) {
        loaded.put(role, found.verified());
      }
    });
    return loaded;
  }

  /** Sum of the files' lengths. */
  int bytes() {
    return chain().stream().mapToInt(Verified::length).sum();
  }

  /** Refuses what has expired as of {@code at}, in chain order; delegations are left out. */
  void checkExpiry(Instant at) throws TrustException {
    checkExpiry(root.verified(), at);
    checkExpiry(timestamp, at);
    checkExpiry(snapshot, at);
    checkExpiry(targets, at);
  }

  /** Refuses a delegation that has expired as of {@code at}, or one that leads to it. */
  void checkExpiry(DelegationState.Loaded delegation, Instant at) throws TrustException {
    for (String role : Roles.lineage(delegation.verified().role())) {
      if (delegation(role) instanceof DelegationState.Loaded loaded) {
        checkExpiry(loaded.verified(), at);
      }
    }
  }

  static void checkExpiry(Verified<?> role, Instant at) throws TrustException {
    if (!at.isBefore(role.file().expires())) {
      throw new TrustException(
          Reason.METADATA_EXPIRED,
          role.role()
              + ".json version "
              + role.file().version()
              + " expired at "
              + role.file().expires()
              + ", it is "
              + at);
    }
  }
}
