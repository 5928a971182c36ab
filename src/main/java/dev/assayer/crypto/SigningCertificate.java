package dev.assayer.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x509.Certificate;

/**
 * An X.509 certificate as facts: it is well-formed DER, and that is all. Whether its names, dates,
 * signature and key are good enough is asked with the methods here and decided by the caller.
 */
public final class SigningCertificate {
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_BUNDLE = 8;
  private static final ASN1ObjectIdentifier COMMON_NAME = new ASN1ObjectIdentifier("2.5.4.3");

  private final X509Certificate certificate;
  private final List<String> commonNames;
  private final boolean strongSignature;
  private final byte[] der;
  private final List<SigningCertificate> intermediates;
  private final KeyResult key;

  private SigningCertificate(
      X509Certificate certificate,
      List<String> commonNames,
      boolean strongSignature,
      byte[] der,
      List<SigningCertificate> intermediates,
      KeyResult key) {
    this.certificate = certificate;
    this.commonNames = commonNames;
    this.strongSignature = strongSignature;
    this.der = der;
    this.intermediates = intermediates;
    this.key = key;
  }

  /** Reads one certificate. */
  public static CertificateResult fromDer(byte[] der) {
    if (der.length > MAX_BYTES) {
      return refused("the certificate has " + der.length + " bytes, over " + MAX_BYTES);
    }
    Optional<ASN1Primitive> value = Der.read(der);
    if (value.isEmpty()) {
      return refused("the certificate is not DER");
    }
    try {
      Certificate parsed = Certificate.getInstance(value.get());
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      KeyResult key = VerificationKey.fromSpki(parsed.getSubjectPublicKeyInfo().getEncoded("DER"));
      return new CertificateResult.Loaded(
          new SigningCertificate(
              certificate,
              commonNames(parsed),
              CertificateSignatures.allowed(parsed.getSignatureAlgorithm()),
              der.clone(),
              List.of(),
              key));
    } catch (CertificateException | IOException | RuntimeException malformed) {
      return refused("the certificate is malformed");
    }
  }

  /**
   * Reads the bundle of a Notary v1 {@code ecdsa-x509} or {@code rsa-x509} key: PEM certificates,
   * the leaf first, and after it CAs only. The result is the leaf, which keeps the rest as {@link
   * #intermediates}. The leaf may say that it is a CA, as a self-signed delegation certificate
   * often does; what that means is the caller's to decide.
   */
  public static CertificateResult fromPemBundle(byte[] pem) {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    return switch (PemBlocks.read(text, PemBlocks.Around.COMMENTS)) {
      case PemBlocks.Read.Bad(String why) -> refused("the certificate bundle " + why);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) -> bundle(blocks);
    };
  }

  private static CertificateResult bundle(List<PemBlocks.Block> blocks) {
    if (blocks.size() > MAX_BUNDLE) {
      return refused("the bundle has " + blocks.size() + " certificates, over " + MAX_BUNDLE);
    }
    List<SigningCertificate> all = new ArrayList<>();
    for (PemBlocks.Block block : blocks) {
      if (!block.label().equals("CERTIFICATE")) {
        return refused("the bundle has a block of type \"" + Shown.text(block.label()) + "\"");
      }
      switch (fromDer(block.der())) {
        case CertificateResult.Loaded(SigningCertificate one) -> all.add(one);
        case CertificateResult.Refused bad -> {
          return bad;
        }
      }
    }
    SigningCertificate leaf = all.getFirst();
    if (all.stream().skip(1).anyMatch(other -> !other.isCa())) {
      return refused("the bundle has more than one certificate that is not a CA");
    }
    return new CertificateResult.Loaded(
        new SigningCertificate(
            leaf.certificate,
            leaf.commonNames,
            leaf.strongSignature,
            leaf.der,
            List.copyOf(all.subList(1, all.size())),
            leaf.key));
  }

  private static CertificateResult refused(String why) {
    return new CertificateResult.Refused(why);
  }

  /** The subject's key, if the key policy allows it. */
  public KeyResult key() {
    return key;
  }

  /** Every common name of the subject, exact: a NUL or a wildcard in it is still there. */
  public List<String> subjectCommonNames() {
    return commonNames;
  }

  /** Read at once, because the library decodes late and throws then. */
  private static List<String> commonNames(Certificate parsed) {
    List<String> names = new ArrayList<>();
    for (RDN rdn : parsed.getSubject().getRDNs()) {
      for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
        if (attribute.getType().equals(COMMON_NAME)) {
          names.add(
              attribute.getValue() instanceof ASN1String string
                  ? string.getString()
                  : attribute.getValue().toString());
        }
      }
    }
    return List.copyOf(names);
  }

  /** The subject for messages: printable ASCII, at most 80 characters. */
  public String subject() {
    return Shown.text(certificate.getSubjectX500Principal().getName());
  }

  /** Start of validity. */
  public Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  /** End of validity, itself included. */
  public Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /** Whether {@code when} lies within the validity, both ends included. */
  public boolean validAt(Instant when) {
    return !when.isBefore(notBefore()) && !when.isAfter(notAfter());
  }

  /** Whether basicConstraints say CA, and keyUsage, if there is one, allows to sign others. */
  public boolean isCa() {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0 && (usage == null || usage[5]);
  }

  /** Whether the certificate's own signature uses an allowed algorithm (SHA-2, Ed25519). */
  public boolean hasStrongSignature() {
    return strongSignature;
  }

  /** Name of the algorithm of the certificate's own signature, for messages. */
  public String signatureAlgorithm() {
    return Shown.text(certificate.getSigAlgName());
  }

  /** The DER encoding as it was read; a copy. */
  public byte[] der() {
    return der.clone();
  }

  /** Lower-case hex SHA-256 of {@link #der}. */
  public String fingerprint() {
    return Sha.sha256Hex(der);
  }

  /** The other certificates of the bundle this leaf came in; empty for one read alone. */
  public List<SigningCertificate> intermediates() {
    return intermediates;
  }

  /**
   * Whether the issuer's subject is this certificate's issuer, and its allowed key made this
   * certificate's signature with an allowed algorithm. Ask with itself to test for self-signed.
   */
  public boolean signedBy(SigningCertificate issuer) {
    return isIssuedInTheNameOf(issuer)
        && hasStrongSignature()
        && issuer.key instanceof KeyResult.Loaded
        && verifies(issuer.certificate.getPublicKey());
  }

  /** Whether the issuer's subject is this certificate's issuer; proves nothing. */
  boolean isIssuedInTheNameOf(SigningCertificate issuer) {
    return certificate
        .getIssuerX500Principal()
        .equals(issuer.certificate.getSubjectX500Principal());
  }

  private boolean verifies(PublicKey issuer) {
    try {
      certificate.verify(issuer);
      return true;
    } catch (GeneralSecurityException | RuntimeException refused) {
      return false;
    }
  }

  /**
   * Whether this certificate leads through its {@link #intermediates} to {@code anchor}, by RFC
   * 5280 section 6, with all of them valid at {@code when}, signed with allowed algorithms and
   * keys. A certificate is trusted also if it is the anchor itself and valid.
   */
  public ChainResult chainTo(SigningCertificate anchor, Instant when) {
    return Chains.check(this, anchor, when);
  }

  /** The certificate as the JDK sees it. */
  public X509Certificate x509() {
    return certificate;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SigningCertificate that && Arrays.equals(der, that.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }

  @Override
  public String toString() {
    return subject() + " sha256:" + fingerprint();
  }
}
