package dev.assayer.crypto;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Certificates of the listener, from files of the operator: the chain to serve, and the authorities
 * of clients. Read with the JDK alone, so that a start does not wait for the ASN.1 library.
 */
public final class TlsCertificates {
  private static final int MAX_CHARS = 1 << 20;
  private static final int MAX_CERTIFICATES = 100;

  private TlsCertificates() {}

  /** One or more {@code CERTIFICATE} blocks and no other; comments may stand between them. */
  static PemList<X509Certificate> read(String text) {
    if (text.length() > MAX_CHARS) {
      return refused("has " + text.length() + " characters, over " + MAX_CHARS);
    }
    if (text.contains("PRIVATE KEY")) {
      return refused(
          "holds a private key; leave only CERTIFICATE blocks in it (are the two files swapped?)");
    }
    return switch (PemBlocks.read(text, PemBlocks.Around.COMMENTS)) {
      case PemBlocks.Read.Bad(String why) -> refused(why);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks)
          when blocks.size() > MAX_CERTIFICATES ->
          refused("holds " + blocks.size() + " certificates, over " + MAX_CERTIFICATES);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) -> decode(blocks);
    };
  }

  private static PemList<X509Certificate> decode(List<PemBlocks.Block> blocks) {
    List<X509Certificate> all = new ArrayList<>();
    for (PemBlocks.Block block : blocks) {
      String which = "block " + (all.size() + 1);
      if (!block.label().equals("CERTIFICATE")) {
        return refused(which + " is \"" + Shown.text(block.label()) + "\", not CERTIFICATE");
      }
      try {
        all.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der())));
      } catch (GeneralSecurityException | RuntimeException malformed) {
        return refused(which + " is not a certificate; was the file cut off or damaged?");
      }
    }
    return new PemList.Loaded<>(all);
  }

  /**
   * Reads the authorities whose clients may connect. Each must be a CA that passes the key policy:
   * a leaf among them could be used to issue others.
   */
  public static PemList<X509Certificate> authorities(String text) {
    PemList<X509Certificate> read = read(text);
    if (read instanceof PemList.Loaded<X509Certificate>(List<X509Certificate> items)) {
      for (X509Certificate one : items) {
        if (one.getBasicConstraints() < 0) {
          return refused(subject(one) + " is not a CA; give the certificate of its issuer");
        }
        Optional<String> refusal = refusal(one);
        if (refusal.isPresent()) {
          return refused(refusal.get() + "; have clients issued under another CA");
        }
      }
    }
    return read;
  }

  /** Why no client should believe this certificate, its dates apart; empty for a good one. */
  static Optional<String> refusal(X509Certificate one) {
    if (VerificationKey.fromCertificate(one)
        instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
      return Optional.of("the certificate " + subject(one) + " is not allowed: " + why);
    }
    // A self-signature proves nothing and need not be strong.
    if (!CertificateSignatures.allowed(one) && !issued(one, one)) {
      return Optional.of(
          "the certificate "
              + subject(one)
              + " is signed with "
              + Shown.text(one.getSigAlgName())
              + ", which clients refuse");
    }
    return Optional.empty();
  }

  /** The leaf, its issuer, and so on, as far as the given certificates go. */
  static List<X509Certificate> path(X509Certificate leaf, List<X509Certificate> given) {
    List<X509Certificate> path = new ArrayList<>(List.of(leaf));
    List<X509Certificate> unused = new ArrayList<>(given);
    unused.remove(leaf);
    Optional<X509Certificate> next = Optional.of(leaf);
    while (next.isPresent()) {
      X509Certificate last = next.get();
      next =
          issued(last, last)
              ? Optional.empty()
              : unused.stream().filter(one -> issued(one, last)).findFirst();
      next.ifPresent(issuer -> {
        path.add(issuer);
        unused.remove(issuer);
      });
    }
    return path;
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException other) {
      return false;
    }
  }

  /** Subject, serial number in hex and validity, for messages. */
  public static String describe(X509Certificate one) {
    return subject(one)
        + ", serial "
        + Shown.text(one.getSerialNumber().toString(16))
        + ", valid "
        + one.getNotBefore().toInstant()
        + " to "
        + one.getNotAfter().toInstant();
  }

  /** Whether {@code when} lies within the validity, both ends included. */
  public static boolean validAt(X509Certificate one, Instant when) {
    return !when.isBefore(one.getNotBefore().toInstant())
        && !when.isAfter(one.getNotAfter().toInstant());
  }

  private static String subject(X509Certificate one) {
    return Shown.text(one.getSubjectX500Principal().getName());
  }

  private static PemList<X509Certificate> refused(String why) {
    return new PemList.Refused<>(why);
  }
}
