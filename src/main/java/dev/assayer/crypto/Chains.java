package dev.assayer.crypto;

import dev.assayer.crypto.ChainResult.Problem;
import dev.assayer.crypto.ChainResult.Untrusted;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds and checks the chain from a leaf to one pinned certificate. */
final class Chains {
  private Chains() {}

  static ChainResult check(SigningCertificate leaf, SigningCertificate anchor, Instant when) {
    if (leaf.equals(anchor)) {
      return fault(leaf, when).<ChainResult>map(f -> f).orElseGet(ChainResult.Trusted::new);
    }
    List<SigningCertificate> path = new ArrayList<>();
    List<SigningCertificate> unused = new ArrayList<>(leaf.intermediates());
    if (!find(leaf, anchor, path, unused)) {
      return noPath(leaf, anchor);
    }
    for (SigningCertificate link : path) {
      Optional<Untrusted> fault = fault(link, when);
      if (fault.isPresent()) {
        return fault.get();
      }
    }
    if (!anchor.validAt(when)) {
      return expired(anchor, when);
    }
    return pkix(path, anchor, when);
  }

  /**
   * Depth first; each certificate is tried once, so hostile bundles cost at most quadratic work.
   * Leaves the path in {@code path}, leaf first, anchor not included.
   */
  private static boolean find(
      SigningCertificate from,
      SigningCertificate anchor,
      List<SigningCertificate> path,
      List<SigningCertificate> unused) {
    path.add(from);
    if (from.signedBy(anchor)) {
      return true;
    }
    for (SigningCertificate next : List.copyOf(unused)) {
      if (unused.contains(next) && from.signedBy(next)) {
        unused.remove(next);
        if (find(next, anchor, path, unused)) {
          return true;
        }
      }
    }
    path.removeLast();
    return false;
  }

  /** Names the first obvious reason, since "no path" alone helps nobody. */
  private static ChainResult noPath(SigningCertificate leaf, SigningCertificate anchor) {
    List<SigningCertificate> all = new ArrayList<>(leaf.intermediates());
    all.addFirst(leaf);
    for (SigningCertificate one : all) {
      if (!one.hasStrongSignature()) {
        return new Untrusted(
            Problem.WEAK_SIGNATURE, one.subject() + " is signed with " + one.signatureAlgorithm());
      }
      if (one.key() instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
        return new Untrusted(Problem.KEY_NOT_ALLOWED, one.subject() + ": " + why);
      }
    }
    if (anchor.key() instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
      return new Untrusted(Problem.KEY_NOT_ALLOWED, anchor.subject() + ": " + why);
    }
    return new Untrusted(
        Problem.NO_PATH, leaf.subject() + " was not issued under " + anchor.subject());
  }

  private static Optional<Untrusted> fault(SigningCertificate one, Instant when) {
    if (!one.validAt(when)) {
      return Optional.of(expired(one, when));
    }
    if (one.key() instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
      return Optional.of(new Untrusted(Problem.KEY_NOT_ALLOWED, one.subject() + ": " + why));
    }
    return Optional.empty();
  }

  private static Untrusted expired(SigningCertificate one, Instant when) {
    return new Untrusted(
        Problem.EXPIRED,
        one.subject()
            + " is valid from "
            + one.notBefore()
            + " to "
            + one.notAfter()
            + ", not at "
            + when);
  }

  private static ChainResult pkix(
      List<SigningCertificate> path, SigningCertificate anchor, Instant when) {
    List<SigningCertificate> issuers = new ArrayList<>(path.subList(1, path.size()));
    issuers.add(anchor);
    for (SigningCertificate issuer : issuers) {
      if (!issuer.isCa()) {
        return new Untrusted(Problem.NOT_A_CA, issuer.subject() + " is not a CA");
      }
    }
    try {
      CertPath links =
          CertificateFactory.getInstance("X.509")
              .generateCertPath(path.stream().map(SigningCertificate::x509).toList());
      PKIXParameters rules = new PKIXParameters(Set.of(new TrustAnchor(anchor.x509(), null)));
      rules.setRevocationEnabled(false);
      rules.setDate(Date.from(when));
      CertPathValidator.getInstance("PKIX").validate(links, rules);
      return new ChainResult.Trusted();
    } catch (GeneralSecurityException | RuntimeException broken) {
      return new Untrusted(
          Problem.NO_PATH,
          path.getFirst().subject() + ": " + Shown.text(String.valueOf(broken.getMessage())));
    }
  }
}
