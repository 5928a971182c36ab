package dev.assayer.samples;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates, honest and otherwise. */
public final class Certificates {
  private static final Duration TEN_YEARS = Duration.ofDays(3652);

  private Certificates() {}

  /** What a certificate is for; decides its extensions. */
  public enum Use {
    /** Signs other certificates. */
    CA,
    /** A TLS server. */
    SERVER,
    /** A TLS client. */
    CLIENT,
    /** Signs code: what Notary puts in its root certificates. */
    SIGNING
  }

  /**
   * What to put in a certificate. The issuer's key signs, whatever the issuer's name says.
   *
   * @param signatureAlgorithm JCA name, such as {@code SHA256withECDSA}
   * @param names DNS names and IP addresses of the subject alternative name; none: no extension
   */
  public record Spec(
      X500Name subject,
      KeyPair subjectKey,
      X500Name issuer,
      KeyPair issuerKey,
      Instant notBefore,
      Instant notAfter,
      Use use,
      List<String> names,
      String signatureAlgorithm) {

    /** Copies the list. */
    public Spec {
      names = List.copyOf(names);
    }

    /** Self-signed, valid from an hour ago, for ten years. */
    public static Spec selfSigned(X500Name subject, KeyPair pair, Use use) {
      Instant from = Instant.now().minus(Duration.ofHours(1));
      return new Spec(
          subject,
          pair,
          subject,
          pair,
          from,
          from.plus(TEN_YEARS),
          use,
          List.of(),
          defaultAlgorithm(pair));
    }

    /** Signed by somebody else. */
    public Spec issuedBy(X500Name name, KeyPair key) {
      return new Spec(
          subject, subjectKey, name, key, notBefore, notAfter, use, names, defaultAlgorithm(key));
    }

    /** Valid in another time. */
    public Spec valid(Instant from, Instant until) {
      return new Spec(
          subject, subjectKey, issuer, issuerKey, from, until, use, names, signatureAlgorithm);
    }

    /** With these DNS names and IP addresses. */
    public Spec named(List<String> dnsNamesAndAddresses) {
      return new Spec(
          subject,
          subjectKey,
          issuer,
          issuerKey,
          notBefore,
          notAfter,
          use,
          dnsNamesAndAddresses,
          signatureAlgorithm);
    }

    private static String defaultAlgorithm(KeyPair pair) {
      return switch (pair.getPrivate().getAlgorithm()) {
        case "RSA" -> "SHA256withRSA";
        case "Ed25519", "EdDSA" -> "Ed25519";
        default -> "SHA256withECDSA";
      };
    }
  }

  /** A subject with this common name and nothing else; the text is taken literally. */
  public static X500Name commonName(String text) {
    return new X500NameBuilder().addRDN(BCStyle.CN, text).build();
  }

  /** A self-signed signing leaf, valid ten years: the usual root certificate of a repository. */
  public static X509Certificate leaf(KeyPair pair, String commonName) {
    return make(Spec.selfSigned(commonName(commonName), pair, Use.SIGNING));
  }

  /** Makes the certificate. */
  public static X509Certificate make(Spec spec) {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            spec.issuer(),
            new BigInteger(127, new SecureRandom()),
            Date.from(spec.notBefore()),
            Date.from(spec.notAfter()),
            spec.subject(),
            spec.subjectKey().getPublic());
    try {
      boolean ca = spec.use() == Use.CA;
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(ca ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
      if (!ca) {
        KeyPurposeId purpose =
            switch (spec.use()) {
              case SERVER -> KeyPurposeId.id_kp_serverAuth;
              case CLIENT -> KeyPurposeId.id_kp_clientAuth;
              default -> KeyPurposeId.id_kp_codeSigning;
            };
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      if (!spec.names().isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives(spec.names()));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(spec.signatureAlgorithm())
                      .build(spec.issuerKey().getPrivate())));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalArgumentException("cannot make a certificate for " + spec.subject(), e);
    }
  }

  /** The certificate as PEM. */
  public static String pem(X509Certificate certificate) {
    try {
      return Pem.of("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate without an encoding", e);
    }
  }

  private static GeneralNames alternatives(List<String> names) {
    return new GeneralNames(
        names.stream().map(name -> new GeneralName(tag(name), name)).toArray(GeneralName[]::new));
  }

  private static int tag(String name) {
    boolean address =
        name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    return address ? GeneralName.iPAddress : GeneralName.dNSName;
  }
}
