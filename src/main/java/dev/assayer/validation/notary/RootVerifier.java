package dev.assayer.validation.notary;

import dev.assayer.crypto.ChainResult;
import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Reason;
import dev.assayer.image.Printable;
import dev.assayer.state.Mark;
import dev.assayer.state.RepositoryMemory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Establishes trust in a root file from pinned keys and from the root that was trusted before.
 *
 * <p>A root is trusted if (1) every pinned key signed it; (2) a threshold of its own root keys
 * signed it; (3) those keys' certificates name this repository, so that another repository's files
 * cannot stand for it; (4) it descends from the root that is remembered: each {@code <n>.root.json}
 * up to it is signed by the root keys of the one before and by its own. A root that the pinned key
 * no longer signs is refused with or without memory, so that a restart changes no answer. An
 * expired certificate warns; an expired root file is refused by the caller.
 */
final class RootVerifier {
  /** Rotations that are followed between two roots. */
  private static final int MAX_LINKS = 64;

  private final Signatures signatures;
  private final List<Pin> pins;
  private final boolean allowUnbound;
  private final String gun;
  private final RoleFiles files;

  RootVerifier(
      Signatures signatures, List<Pin> pins, boolean allowUnbound, String gun, RoleFiles files) {
    this.signatures = signatures;
    this.pins = pins;
    this.allowUnbound = allowUnbound;
    this.gun = gun;
    this.files = files;
  }

  /** Identifies the pinned keys, in any order. */
  static String fingerprint(List<Pin> pins) {
    return String.join(",", new TreeSet<>(pins.stream().map(Pin::fingerprint).toList()));
  }

  /** Establishes trust in {@code bytes} as of {@code at}. */
  TrustedRoot establish(byte[] bytes, RepositoryMemory memory, Instant at) throws TrustException {
    Candidate offered = candidate(bytes);
    Optional<Candidate> remembered = remembered(memory);
    checkMark(offered, memory);
    List<Candidate> line = List.of();
    if (remembered.isPresent() && remembered.get().version() < offered.version()) {
      line = descend(remembered.get(), offered);
    }
    Set<String> rotated = rotated(offered, remembered, memory, replaced(line));
    Optional<TrustException> notPinned = pinned(offered);
    if (notPinned.isPresent()) {
      throw notPinned.get();
    }
    List<TufKey> signedBy = signatures.require(offered.envelope(), offered.rootKeys());
    List<TufKey> bound = bound(offered, signedBy);
    List<Verified<RoleFile.Root>> way =
        line.stream()
            .limit(Math.max(0, line.size() - 1))
            .map(one -> one.verified(List.of()))
            .toList();
    return new TrustedRoot(offered.verified(bound), way, rotated, warnings(bound, at));
  }

  /**
   * The base roles whose keys changed since their marks were set. Where the remembered root is not
   * the one of the marks, as it can be in memory joined from several replicas, the way from it says
   * nothing about them; the keys that the marks belong to do.
   */
  private static Set<String> rotated(
      Candidate offered,
      Optional<Candidate> remembered,
      RepositoryMemory memory,
      Set<String> onTheWay) {
    Mark mark = memory.marks().get(Roles.ROOT);
    boolean ofTheMarks =
        mark == null || remembered.isPresent() && remembered.get().version() == mark.version();
    if (ofTheMarks || memory.onlineKeys().isEmpty()) {
      return onTheWay;
    }
    return memory.onlineKeys().get().equals(offered.file().onlineKeys())
        ? Set.of()
        : Set.of(Roles.TIMESTAMP, Roles.SNAPSHOT);
  }

  private Optional<Candidate> remembered(RepositoryMemory memory) throws TrustException {
    if (memory.root().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(candidate(memory.root().get().getBytes(StandardCharsets.UTF_8)));
  }

  private static void checkMark(Candidate offered, RepositoryMemory memory) throws TrustException {
    Mark mark = memory.marks().get(Roles.ROOT);
    if (mark != null) {
      Marks.check(Roles.ROOT, offered.version(), offered.envelope().signedSha256(), mark);
    }
  }

  /** Checks that every pin signed; the reason why not otherwise. */
  private Optional<TrustException> pinned(Candidate root) {
    if (root.envelope().signatures().isEmpty()) {
      return Optional.of(
          new TrustException(Reason.THRESHOLD_NOT_MET, "root.json carries no signature"));
    }
    for (Pin pin : pins) {
      if (signatures.isRevoked(pin.key())) {
        return untrusted("the pinned root key \"" + pin.name() + "\" is revoked here");
      }
      Optional<TrustException> problem =
          pin.authority().isPresent()
              ? signedUnder(root, pin, pin.authority().get())
              : signedBy(root, pin);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<TrustException> signedBy(Candidate root, Pin pin) {
    VerificationKey key = pin.key();
    List<TufKey> listed =
        root.rootKeys().keys().values().stream()
            .filter(listedKey ->
                listedKey
                    .usable()
                    .filter(k -> k.fingerprint().equals(key.fingerprint()))
                    .isPresent())
            .toList();
    if (signatures.signedBy(root.envelope(), key)) {
      Optional<SigningCertificate> leaf = pin.leaf();
      if (leaf.isPresent()
          && !listed.isEmpty()
          && listed.stream()
              .noneMatch(k -> k.certificate().filter(c -> c.equals(leaf.get())).isPresent())) {
        return untrusted(
            "root.json holds the key of the pinned certificate \""
                + pin.name()
                + "\" in another certificate");
      }
      // Where root lists the pinned key, it is this entry that must name the repository.
      return listed.isEmpty() || listed.stream().anyMatch(this::isBound)
          ? Optional.empty()
          : Optional.of(notForThisRepository(listed));
    }
    boolean claimed =
        listed.stream()
            .anyMatch(
                k -> root.envelope().signatures().stream().anyMatch(s -> s.keyId().equals(k.id())));
    return claimed
        ? Optional.of(
            new TrustException(
                Reason.SIGNATURE_INVALID,
                "the signature of the pinned root key \""
                    + pin.name()
                    + "\" on root.json is not valid"))
        : untrusted("root.json is not signed by the pinned root key \"" + pin.name() + "\"");
  }

  private Optional<TrustException> signedUnder(
      Candidate root, Pin pin, SigningCertificate authority) {
    List<TufKey> certified =
        root.rootKeys().keys().values().stream()
            .filter(key -> signedUnder(root, key, authority))
            .toList();
    if (certified.isEmpty()) {
      return untrusted(
          "root.json is not signed by a key that the pinned CA \"" + pin.name() + "\" certifies");
    }
    // The CA vouches for the names that it certified, not for other keys in the same root.
    return certified.stream().anyMatch(this::isBound)
        ? Optional.empty()
        : Optional.of(notForThisRepository(certified));
  }

  /** Certified as of its issuance, since an expired root certificate warns and does not fail. */
  private boolean signedUnder(Candidate root, TufKey key, SigningCertificate authority) {
    Optional<SigningCertificate> leaf = key.certificate();
    return leaf.isPresent()
        && signatures.signedBy(root.envelope(), key)
        && leaf.get().chainTo(authority, leaf.get().notBefore()) instanceof ChainResult.Trusted;
  }

  private static Optional<TrustException> untrusted(String detail) {
    return Optional.of(new TrustException(Reason.KEY_NOT_TRUSTED, detail));
  }

  /** Links the remembered root to the offered one; returns all from the one to the other. */
  private List<Candidate> descend(Candidate from, Candidate to) throws TrustException {
    if (to.version() - from.version() > MAX_LINKS) {
      throw chain(
          "root.json went from version " + from.version() + " to " + to.version() + " at once");
    }
    List<Candidate> line = new ArrayList<>();
    line.add(from);
    for (long version = from.version() + 1; version < to.version(); version++) {
      String name = version + ".root.json";
      byte[] bytes =
          files.require(files.root(version), Reason.ROOT_CHAIN, name + " is missing on the server");
      Candidate link = candidate(bytes);
      if (link.version() != version) {
        throw chain(name + " says version " + link.version());
      }
      line.add(link);
    }
    line.add(to);
    checkLinks(line);
    return line;
  }

  /** The base roles whose keys changed on the way. */
  private static Set<String> replaced(List<Candidate> line) {
    Set<String> rotated = new HashSet<>();
    for (int i = 1; i < line.size(); i++) {
      for (String role : List.of(Roles.TIMESTAMP, Roles.SNAPSHOT)) {
        if (!line.get(i - 1).keySet(role).equals(line.get(i).keySet(role))) {
          rotated.add(role);
        }
      }
    }
    return rotated;
  }

  /**
   * TUF 1.0 section 5.3.4: each root is signed by the threshold of the one before and its own. That
   * a key was revoked since does not undo the rotation that replaced it: the pinned keys, none of
   * them revoked, have signed the outcome.
   */
  private void checkLinks(List<Candidate> line) throws TrustException {
    Signatures then = signatures.beforeRevocations();
    for (int i = 1; i < line.size(); i++) {
      Candidate next = line.get(i);
      for (Candidate signer : List.of(line.get(i - 1), next)) {
        try {
          var _ = then.require(next.envelope(), signer.rootKeys());
        } catch (TrustException unsigned) {
          throw chain(
              "version "
                  + next.version()
                  + " of root.json is not signed by the root keys of version "
                  + signer.version()
                  + ": "
                  + unsigned.detail());
        }
      }
    }
  }

  private static TrustException chain(String detail) {
    return new TrustException(Reason.ROOT_CHAIN, detail);
  }

  /** The signing keys whose certificate names this repository; a threshold of them is needed. */
  private List<TufKey> bound(Candidate root, List<TufKey> signedBy) throws TrustException {
    List<TufKey> bound = signedBy.stream().filter(this::isBound).toList();
    if (bound.size() < root.rootKeys().threshold()) {
      throw notForThisRepository(signedBy);
    }
    return bound;
  }

  private boolean isBound(TufKey key) {
    return key.certificate().map(this::binds).orElse(allowUnbound);
  }

  private TrustException notForThisRepository(List<TufKey> keys) {
    Set<String> others = new TreeSet<>();
    for (TufKey key : keys) {
      if (!isBound(key)) {
        others.add(
            key.certificate()
                .map(RootVerifier::shown)
                .orElse("a bare key, which binds no repository (allowUnboundRoot accepts it)"));
      }
    }
    return new TrustException(
        Reason.GUN_MISMATCH,
        "root.json is not for " + gun + ": its root keys have " + String.join(", ", others));
  }

  /**
   * Whether the certificate names this repository: exactly one common name, equal to it or a prefix
   * of it that ends in {@code *} (notary trustpinning/certs.go). A lone {@code *} names nothing.
   */
  private boolean binds(SigningCertificate certificate) {
    return binds(certificate, gun, allowUnbound);
  }

  static boolean binds(SigningCertificate certificate, String gun, boolean allowUnbound) {
    List<String> names = certificate.subjectCommonNames();
    if (names.size() != 1 || certificate.isCa()) {
      return false;
    }
    String name = names.getFirst();
    if (name.endsWith("*")) {
      String prefix = name.substring(0, name.length() - 1);
      return prefix.isEmpty() ? allowUnbound : gun.startsWith(prefix);
    }
    return name.equals(gun);
  }

  private static String shown(SigningCertificate certificate) {
    List<String> names = certificate.subjectCommonNames();
    String shown =
        names.isEmpty()
            ? "no common name"
            : String.join(" and ", names.stream().limit(3).map(Printable::quoted).toList());
    return certificate.isCa()
        ? "a CA certificate (" + shown + "), which names no repository"
        : "a certificate for " + shown;
  }

  private static List<String> warnings(List<TufKey> keys, Instant at) {
    List<String> warnings = new ArrayList<>();
    for (TufKey key : keys) {
      key.certificate()
          .filter(certificate -> certificate.notAfter().isBefore(at))
          .ifPresent(certificate ->
              warnings.add("the root certificate expired on " + certificate.notAfter()));
    }
    return List.copyOf(warnings);
  }

  private static Candidate candidate(byte[] bytes) throws TrustException {
    Envelope envelope = Envelope.parse(bytes, Roles.ROOT);
    return new Candidate(envelope, MetadataParser.root(envelope.signed()));
  }

  private record Candidate(Envelope envelope, RoleFile.Root file) {
    long version() {
      return file.version();
    }

    RoleKeys rootKeys() {
      return file.role(Roles.ROOT);
    }

    Set<String> keySet(String role) {
      return file.role(role).keys().keySet();
    }

    Verified<RoleFile.Root> verified(List<TufKey> signedBy) {
      return new Verified<>(
          Roles.ROOT,
          file,
          rootKeys(),
          signedBy,
          envelope.sha256(),
          envelope.signedSha256(),
          envelope.file());
    }
  }
}
