package dev.assayer.validation.notary;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the root keys that a Notary v1 server shows for a repository, so that a person can compare
 * and pin them. Nothing is trusted: whoever controls the server controls the answer.
 */
public final class RootKeyLookup {
  /** What came of it. */
  public sealed interface Result {
    /**
     * The keys of the root role.
     *
     * @param version of root.json
     * @param expires when root.json expires
     * @param threshold how many of the keys must have signed root.json
     */
    record Found(List<RootKey> keys, long version, Instant expires, int threshold)
        implements Result {}

    /**
     * No keys.
     *
     * @param detail one sentence
     */
    record Failed(Reason reason, String detail) implements Result {}
  }

  /**
   * One key of the root role.
   *
   * @param keyId TUF key id, hex
   * @param algorithm such as {@code ecdsa-p256}
   * @param pem public key, PEM SubjectPublicKeyInfo
   * @param commonNames of the certificate that wraps it; empty for a bare key
   * @param certificate the certificate that wraps it, PEM
   * @param since start of the certificate's validity, which is when Notary made the key
   * @param signed whether root.json carries a valid signature by this key
   * @param binding what the key speaks for
   */
  public record RootKey(
      String keyId,
      String algorithm,
      String pem,
      List<String> commonNames,
      Optional<String> certificate,
      Optional<Instant> since,
      boolean signed,
      Binding binding) {}

  /** What a root key speaks for, by its certificate. */
  public enum Binding {
    /** This repository. */
    REPOSITORY,
    /** Nothing in particular: a bare key, or the common name {@code *}. */
    NONE,
    /** Other repositories, or other certificates. */
    OTHER
  }

  private RootKeyLookup() {}

  /**
   * Asks {@code upstream} for the root.json of {@code gun}, such as {@code docker.io/library/x}.
   */
  public static Result lookup(Upstream upstream, String gun, Deadline deadline) {
    RoleFiles files = new RoleFiles(upstream, gun, new StageLog(), deadline);
    try {
      return read(current(files, upstream, gun), gun);
    } catch (TrustException failure) {
      return new Result.Failed(failure.reason(), failure.detail());
    }
  }

  /** What this root.json says. */
  static Result read(byte[] bytes, String gun) throws TrustException {
    Envelope envelope = Envelope.parse(bytes, Roles.ROOT);
    RoleFile.Root root = MetadataParser.root(envelope.signed());
    List<RootKey> keys = keys(envelope, root.role(Roles.ROOT), gun);
    return keys.isEmpty()
        ? new Result.Failed(Reason.KEY_NOT_ALLOWED, "root.json holds no root key that may be used")
        : new Result.Found(keys, root.version(), root.expires(), root.role(Roles.ROOT).threshold());
  }

  static byte[] current(RoleFiles files, Upstream upstream, String gun) throws TrustException {
    return files.require(
        files.current(Roles.ROOT),
        Reason.NO_TRUST_DATA,
        upstream.host() + " has no trust data for " + gun);
  }

  /** The usable keys of a role, as it lists them. */
  static List<RootKey> keys(Envelope envelope, RoleKeys role, String gun) {
    Signatures signatures = new Signatures(SignatureVerifier.create(), Set.of());
    List<RootKey> keys = new ArrayList<>();
    for (String id : role.keyIds()) {
      TufKey key = role.keys().get(id);
      if (key != null && key.usable().isPresent()) {
        VerificationKey usable = key.usable().get();
        Optional<SigningCertificate> certificate = key.certificate();
        keys.add(
            new RootKey(
                key.id(),
                usable.describe(),
                Pem.encodePublicKey(usable),
                certificate.map(SigningCertificate::subjectCommonNames).orElse(List.of()),
                certificate.map(wrapping -> Pem.encodeCertificate(wrapping.x509())),
                certificate.map(SigningCertificate::notBefore),
                signatures.signedBy(envelope, usable),
                certificate.map(wrapping -> binding(wrapping, gun)).orElse(Binding.NONE)));
      }
    }
    return List.copyOf(keys);
  }

  private static Binding binding(SigningCertificate certificate, String gun) {
    if (RootVerifier.binds(certificate, gun, false)) {
      return Binding.REPOSITORY;
    }
    return RootVerifier.binds(certificate, gun, true) ? Binding.NONE : Binding.OTHER;
  }
}
