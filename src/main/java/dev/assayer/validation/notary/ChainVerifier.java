package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Verdict;
import dev.assayer.remote.FetchResult;
import dev.assayer.state.BoundedMemory;
import dev.assayer.state.ContentKey;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.validation.notary.TrustedRepository.DelegationState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One pass down the chain: root → timestamp → snapshot → targets → delegations. Each link is
 * checked in the order signature, version, expiry (TUF 1.0 section 5), and the first that fails
 * gives the reason. Nothing is remembered here but verified files under their content address.
 */
final class ChainVerifier {
  private final Signatures signatures;
  private final RootVerifier roots;
  private final RoleFiles files;
  private final BoundedMemory<ContentKey, Verified<?>> contents;
  private final RepositoryMemory memory;
  private final Instant at;
  private final StageLog stages;
  private final List<Verified<?>> seen = new ArrayList<>();

  ChainVerifier(
      Signatures signatures,
      RootVerifier roots,
      RoleFiles files,
      BoundedMemory<ContentKey, Verified<?>> contents,
      RepositoryMemory memory,
      Instant at,
      StageLog stages) {
    this.signatures = signatures;
    this.roots = roots;
    this.files = files;
    this.contents = contents;
    this.memory = memory;
    this.at = at;
    this.stages = stages;
  }

  /** What was verified so far, also when the whole then fails. */
  List<Verified<?>> seen() {
    return List.copyOf(seen);
  }

  /** Verifies with files from the server, prefetched in parallel by the caller. */
  TrustedRepository cold(List<String> delegations, long fetchedNanos) throws TrustException {
    byte[] rootBytes =
        files.require(
            files.current(Roles.ROOT),
            Reason.NO_TRUST_DATA,
            "the server has no trust data for this repository");
    TrustedRoot root = establish(rootBytes);
    Online online = online(root);
    FileMeta rootMeta = online.snapshot().file().file(Roles.ROOT).orElseThrow();
    if (!rootMeta.sha256().equals(root.verified().sha256())) {
      // Published in between, or mixed: the snapshot's root decides, and must lead back to itself.
      byte[] announced = announcedRoot(rootMeta);
      root = establish(announced);
      online = online(root);
      rootMeta = online.snapshot().file().file(Roles.ROOT).orElseThrow();
    }
    checkRootMeta(rootMeta, root);
    return descend(root, online, delegations, fetchedNanos);
  }

  /**
   * Verifies from a root that was trusted moments ago: one small GET unless something changed.
   *
   * @throws TrustException also when the root itself has changed; the cold way then decides
   */
  TrustedRepository warm(TrustedRoot root, List<String> delegations, long fetchedNanos)
      throws TrustException {
    checkFresh(root.verified(), Set.of());
    TrustedRoot known = new TrustedRoot(root.verified(), root.way(), Set.of(), root.warnings());
    see(known);
    Online online = online(known);
    checkRootMeta(online.snapshot().file().file(Roles.ROOT).orElseThrow(), known);
    return descend(known, online, delegations, fetchedNanos);
  }

  private TrustedRoot establish(byte[] bytes) throws TrustException {
    try (StageLog.Span _ = stages.begin("verify root")) {
      TrustedRoot root = roots.establish(bytes, memory, at);
      see(root);
      TrustedRepository.checkExpiry(root.verified(), at);
      return root;
    }
  }

  private void see(TrustedRoot root) {
    seen.addAll(root.way());
    seen.add(root.verified());
  }

  private static void checkRootMeta(FileMeta meta, TrustedRoot root) throws TrustException {
    if (!meta.sha256().equals(root.verified().sha256())) {
      throw new TrustException(
          Reason.MIX_AND_MATCH,
          "snapshot.json names another root.json than the one that signs for it");
    }
    meta.check(root.bytes(), root.verified().sha256(), "root.json");
  }

  private byte[] announcedRoot(FileMeta meta) throws TrustException {
    byte[] bytes =
        files.require(
            files.addressed(Roles.ROOT, meta),
            Reason.MIX_AND_MATCH,
            "snapshot.json names another root.json than the server has");
    meta.check(bytes, Envelope.sha256(bytes), "root.json");
    return bytes;
  }

  private record Online(
      Verified<RoleFile.Timestamp> timestamp, Verified<RoleFile.Snapshot> snapshot) {}

  private Online online(TrustedRoot root) throws TrustException {
    byte[] bytes =
        files.require(
            files.current(Roles.TIMESTAMP),
            Reason.METADATA_MISSING,
            "the server has root.json but no timestamp.json");
    Verified<RoleFile.Timestamp> timestamp =
        verified(
            bytes, Envelope.sha256(bytes), root.role(Roles.TIMESTAMP), RoleFile.Timestamp.class);
    seen.add(timestamp);
    checkFresh(timestamp, root.rotated());
    Verified<RoleFile.Snapshot> snapshot =
        load(
            root.role(Roles.SNAPSHOT),
            timestamp.file().snapshot(),
            Roles.TIMESTAMP,
            RoleFile.Snapshot.class);
    checkFresh(snapshot, root.rotated());
    return new Online(timestamp, snapshot);
  }

  private TrustedRepository descend(
      TrustedRoot root, Online online, List<String> delegations, long fetchedNanos)
      throws TrustException {
    RoleFile.Snapshot snapshot = online.snapshot().file();
    Verified<RoleFile.Targets> targets =
        load(
            root.role(Roles.TARGETS),
            snapshot.file(Roles.TARGETS).orElseThrow(),
            Roles.SNAPSHOT,
            RoleFile.Targets.class);
    checkFresh(targets, Set.of());
    Map<String, Verified<RoleFile.Targets>> parents = new HashMap<>();
    parents.put(Roles.TARGETS, targets);
    Map<String, DelegationState> states = new LinkedHashMap<>();
    for (String wanted : delegations) {
      states.put(wanted, delegation(wanted, snapshot, parents, states));
    }
    Marks.checkRemovals(snapshot, parents, memory);
    return new TrustedRepository(
        root,
        online.timestamp(),
        online.snapshot(),
        targets,
        Map.copyOf(states),
        fetchedNanos,
        memory.signers(),
        memory.isNew(),
        seen());
  }

  private DelegationState delegation(
      String wanted,
      RoleFile.Snapshot snapshot,
      Map<String, Verified<RoleFile.Targets>> parents,
      Map<String, DelegationState> states)
      throws TrustException {
    List<Delegation> lineage = new ArrayList<>();
    DelegationState state = new DelegationState.Absent(wanted);
    for (String role : Roles.lineage(wanted)) {
      Verified<RoleFile.Targets> parent = parents.get(Roles.parent(role));
      Optional<Delegation> delegated =
          parent == null ? Optional.empty() : parent.file().delegation(role);
      if (delegated.isEmpty()) {
        return new DelegationState.Absent(Roles.parent(role) + " does not delegate to " + role);
      }
      lineage.add(delegated.get());
      Optional<FileMeta> meta = snapshot.file(role);
      if (meta.isEmpty()) {
        return new DelegationState.Absent(role + " was never published");
      }
      try {
        Verified<RoleFile.Targets> verified =
            load(delegated.get().keys(), meta.get(), Roles.SNAPSHOT, RoleFile.Targets.class);
        checkFresh(verified, Set.of());
        parents.put(role, verified);
        state = new DelegationState.Loaded(verified, List.copyOf(lineage));
        states.put(role, state);
      } catch (TrustException failed) {
        if (isPassing(failed.reason())) {
          throw failed;
        }
        return new DelegationState.Failed(failed.reason(), failed.detail());
      }
    }
    return state;
  }

  /** Says nothing of the delegation, so it must not be remembered as its state. */
  private static boolean isPassing(Reason reason) {
    return reason.verdict() != Verdict.REJECTED && reason != Reason.TOO_LARGE;
  }

  /** Version and expiry of a file whose signatures are valid. */
  private void checkFresh(Verified<?> role, Set<String> rotated) throws TrustException {
    Marks.check(role, memory, rotated);
    TrustedRepository.checkExpiry(role, at);
  }

  /** The file that {@code meta} announces: from memory, prefetched, or by its address. */
  private <F extends RoleFile> Verified<F> load(
      RoleKeys keys, FileMeta meta, String announcedBy, Class<F> type) throws TrustException {
    String role = keys.role();
    ContentKey address = address(meta, keys);
    Optional<Verified<?>> known = contents.get(address);
    if (known.isPresent()) {
      if (known.get().length() != meta.length()) {
        throw new TrustException(
            Reason.LENGTH_MISMATCH,
            role
                + ".json has "
                + known.get().length()
                + " bytes but "
                + meta.length()
                + " were announced");
      }
      seen.add(known.get());
      return cast(known.get(), type);
    }
    byte[] bytes = announced(role, keys, meta, announcedBy, type);
    Verified<F> verified = verified(bytes, meta.sha256(), keys, type);
    contents.put(address, verified, bytes.length);
    seen.add(verified);
    return verified;
  }

  /** Includes a sha512 that was announced, so that another one is checked anew. */
  private static ContentKey address(FileMeta meta, RoleKeys keys) {
    String sha512 = meta.sha512().map(hash -> " sha512:" + hash).orElse("");
    return new ContentKey(meta.sha256(), keys.fingerprint() + sha512);
  }

  private <F extends RoleFile> byte[] announced(
      String role, RoleKeys keys, FileMeta meta, String announcedBy, Class<F> type)
      throws TrustException {
    Optional<FetchResult> current = files.prefetched(role);
    if (current.isPresent() && current.get() instanceof FetchResult.Body(byte[] bytes)) {
      String sha256 = Envelope.sha256(bytes);
      if (sha256.equals(meta.sha256())) {
        meta.check(bytes, sha256, role + ".json");
        return bytes;
      }
    }
    if (current.isPresent()
        && current.get() instanceof FetchResult.Failed failed
        && failed.reason().verdict() == Verdict.TIMEOUT) {
      // No time is left to ask by address; this failure knows what took it.
      throw new TrustException(failed.reason(), failed.detail(), failed.outage());
    }
    FetchResult result = files.addressed(role, meta);
    if (result instanceof FetchResult.NotFound) {
      FetchResult other = files.current(role);
      if (other instanceof FetchResult.Body(byte[] bytes)) {
        // The server has this role, but not as announced: the file itself, or another one?
        check(meta, bytes, keys, announcedBy, type);
        return bytes;
      }
      throw new TrustException(
          Reason.METADATA_MISSING,
          announcedBy + ".json names " + role + ".json but the server does not have it");
    }
    byte[] bytes = files.require(result, Reason.METADATA_MISSING, role + ".json is missing");
    check(meta, bytes, keys, announcedBy, type);
    return bytes;
  }

  /** Tells a validly signed file of another publication from one that nobody signed. */
  private <F extends RoleFile> void check(
      FileMeta meta, byte[] bytes, RoleKeys keys, String announcedBy, Class<F> type)
      throws TrustException {
    String sha256 = Envelope.sha256(bytes);
    try {
      meta.check(bytes, sha256, keys.role() + ".json");
    } catch (TrustException mismatch) {
      if (!sha256.equals(meta.sha256()) && isSigned(bytes, sha256, keys, type)) {
        throw new TrustException(
            Reason.MIX_AND_MATCH,
            announcedBy
                + ".json names another "
                + keys.role()
                + ".json than the validly signed one that the server has");
      }
      throw mismatch;
    }
  }

  private <F extends RoleFile> boolean isSigned(
      byte[] bytes, String sha256, RoleKeys keys, Class<F> type) {
    try {
      return verified(bytes, sha256, keys, type).length() == bytes.length;
    } catch (TrustException unsigned) {
      return false;
    }
  }

  private <F extends RoleFile> Verified<F> verified(
      byte[] bytes, String sha256, RoleKeys keys, Class<F> type) throws TrustException {
    try (StageLog.Span _ = stages.begin("verify " + keys.role())) {
      Envelope envelope = Envelope.parse(bytes, keys.role());
      List<TufKey> signedBy = signatures.require(envelope, keys);
      RoleFile file = MetadataParser.parse(envelope, keys.role());
      return new Verified<>(
          keys.role(), type.cast(file), keys, signedBy, sha256, envelope.signedSha256(), bytes);
    }
  }

  private static <F extends RoleFile> Verified<F> cast(Verified<?> known, Class<F> type) {
    return new Verified<>(
        known.role(),
        type.cast(known.file()),
        known.keys(),
        known.signedBy(),
        known.sha256(),
        known.signedSha256(),
        known.bytes());
  }
}
