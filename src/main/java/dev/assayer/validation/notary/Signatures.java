package dev.assayer.validation.notary;

import dev.assayer.crypto.KeyResult;
import dev.assayer.crypto.SignatureScheme;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Reason;
import dev.assayer.image.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that enough distinct keys of a role signed a file. Counted are keys by their SPKI, neither
 * signatures nor key ids: one key may stand under two ids, and (r, n−s) verifies as well as (r, s).
 */
final class Signatures {
  private static final int SHOWN = 12;

  private final SignatureVerifier verifier;
  private final Set<String> revokedKeyIds;

  /**
   * Makes a checker.
   *
   * @param revokedKeyIds key ids or SPKI fingerprints that count for nothing
   */
  Signatures(SignatureVerifier verifier, Set<String> revokedKeyIds) {
    this.verifier = verifier;
    this.revokedKeyIds = revokedKeyIds;
  }

  /**
   * The distinct keys that validly signed.
   *
   * @throws TrustException if they are fewer than the threshold
   */
  List<TufKey> require(Envelope envelope, RoleKeys role) throws TrustException {
    String what = role.role() + ".json";
    if (envelope.signatures().isEmpty()) {
      throw new TrustException(Reason.THRESHOLD_NOT_MET, what + " carries no signature");
    }
    Tally tally = count(envelope, role);
    if (tally.valid().size() >= role.threshold()) {
      return List.copyOf(tally.valid().values());
    }
    if (!tally.valid().isEmpty()) {
      throw new TrustException(
          Reason.THRESHOLD_NOT_MET,
          what
              + " is validly signed by "
              + tally.valid().size()
              + " of the "
              + role.threshold()
              + " distinct keys it needs"
              + tally.remarks());
    }
    throw new TrustException(
        tally.reason(),
        what + " carries no valid signature by a key of its role" + tally.remarks());
  }

  /** Valid signatures by distinct key of the role, and what spoke against the others. */
  private Tally count(Envelope envelope, RoleKeys role) {
    Tally tally = new Tally(new LinkedHashMap<>(), new ArrayList<>(), new HashSet<>());
    for (Envelope.Signature signature : envelope.signatures()) {
      TufKey key = role.keys().get(signature.keyId());
      if (key == null) {
        tally.note(Reason.SIGNATURE_INVALID, "key " + shortId(signature) + " is not of this role");
        continue;
      }
      if (key.key() instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
        tally.note(
            kind == KeyResult.Kind.NOT_ALLOWED ? Reason.KEY_NOT_ALLOWED : Reason.METADATA_MALFORMED,
            "key " + shortId(signature) + " may not be used: " + why);
        continue;
      }
      VerificationKey usable = key.usable().orElseThrow();
      if (isRevoked(key.id(), usable)) {
        tally.note(Reason.KEY_NOT_TRUSTED, "key " + shortId(signature) + " is revoked here");
        continue;
      }
      if (tally.valid().containsKey(usable.fingerprint())) {
        continue;
      }
      Optional<SignatureScheme> scheme = scheme(signature.method(), usable);
      if (scheme.isEmpty()) {
        tally.note(
            Reason.ALGORITHM_NOT_ALLOWED,
            "method " + Printable.quoted(signature.method()) + " is not for " + usable.describe());
      } else if (verifier.verify(usable, scheme.get(), envelope.signedBytes(), signature.value())) {
        tally.valid().put(usable.fingerprint(), key);
      } else {
        tally.note(
            Reason.SIGNATURE_INVALID, "the signature by " + shortId(signature) + " is not valid");
      }
    }
    return tally;
  }

  /** Whether one of the signatures, under whatever key id, is by this key. */
  boolean signedBy(Envelope envelope, VerificationKey key) {
    return signedBy(envelope.signatures(), envelope, key);
  }

  /** Whether a signature under its own id is by this listed key, which is not revoked. */
  boolean signedBy(Envelope envelope, TufKey key) {
    List<Envelope.Signature> own =
        envelope.signatures().stream().filter(s -> s.keyId().equals(key.id())).toList();
    return key.usable()
        .filter(usable -> !isRevoked(key.id(), usable) && signedBy(own, envelope, usable))
        .isPresent();
  }

  private boolean signedBy(
      List<Envelope.Signature> signatures, Envelope envelope, VerificationKey key) {
    for (Envelope.Signature signature : signatures) {
      Optional<SignatureScheme> scheme = scheme(signature.method(), key);
      if (scheme.isPresent()
          && verifier.verify(key, scheme.get(), envelope.signedBytes(), signature.value())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether configuration distrusts this key, named by the id it is listed under, by the id that it
   * has without a certificate, or by its SPKI fingerprint.
   */
  boolean isRevoked(String keyId, VerificationKey key) {
    return !revokedKeyIds.isEmpty() && (revokedKeyIds.contains(keyId) || isRevoked(key));
  }

  /** The same for a key that is pinned, not listed. */
  boolean isRevoked(VerificationKey key) {
    return isRevoked(key, revokedKeyIds);
  }

  static boolean isRevoked(VerificationKey key, Set<String> revokedKeyIds) {
    return !revokedKeyIds.isEmpty()
        && (revokedKeyIds.contains(key.fingerprint())
            || revokedKeyIds.contains(TufKey.canonicalId(key)));
  }

  /** The same checks, but no key is revoked. */
  Signatures beforeRevocations() {
    return new Signatures(verifier, Set.of());
  }

  /** The scheme that a method names, if it is one for this type of key (CVE-2015-9258). */
  private static Optional<SignatureScheme> scheme(String method, VerificationKey key) {
    Optional<SignatureScheme> scheme =
        switch (method) {
          case "ecdsa" -> Optional.of(SignatureScheme.ECDSA_SHA256);
          case "rsapss" -> Optional.of(SignatureScheme.RSA_PSS_SHA256);
          case "rsapkcs1v15" -> Optional.of(SignatureScheme.RSA_PKCS1_SHA256);
          case "eddsa" -> Optional.of(SignatureScheme.ED25519);
          default -> Optional.empty();
        };
    return scheme.filter(known -> known.compatibleWith(key.type()));
  }

  /** A key id is hex; what claims to be one may be anything. */
  private static String shortId(Envelope.Signature signature) {
    String id = signature.keyId();
    boolean hex = id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return hex && id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : Printable.quoted(id);
  }

  private record Tally(Map<String, TufKey> valid, List<String> problems, Set<Reason> reasons) {
    private static final int REMARKS = 3;

    void note(Reason reason, String problem) {
      reasons.add(reason);
      if (problems.size() < REMARKS) {
        problems.add(problem);
      }
    }

    String remarks() {
      return problems.isEmpty() ? "" : " (" + String.join("; ", problems) + ")";
    }

    /** The most telling reason: what is wrong with a key of the role, before foreign keys. */
    Reason reason() {
      for (Reason reason :
          List.of(
              Reason.KEY_NOT_TRUSTED,
              Reason.KEY_NOT_ALLOWED,
              Reason.ALGORITHM_NOT_ALLOWED,
              Reason.METADATA_MALFORMED)) {
        if (reasons.contains(reason)) {
          return reason;
        }
      }
      return Reason.SIGNATURE_INVALID;
    }
  }
}
