package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys, certificates and revocation lists for tests. */
final class TestPki {
  @SuppressWarnings("TimeInStaticInitializer") // One time for all certificates of a run.
  static final Instant NOW = Instant.now();

  static final BouncyCastleProvider BC = new BouncyCastleProvider();

  private static final AtomicLong SERIAL = new AtomicLong(1000);

  private TestPki() {}

  static KeyPair ec(String curve) {
    return generate("EC", generator -> generator.initialize(new ECGenParameterSpec(curve)));
  }

  static KeyPair p256() {
    return ec("secp256r1");
  }

  static KeyPair rsa(int bits) {
    return generate("RSA", generator -> generator.initialize(bits));
  }

  static KeyPair ed25519() {
    return generate("Ed25519", generator -> {});
  }

  private interface Setup {
    void on(KeyPairGenerator generator) throws GeneralSecurityException;
  }

  private static KeyPair generate(String algorithm, Setup setup) {
    try {
      KeyPairGenerator generator =
          algorithm.equals("EC")
              ? KeyPairGenerator.getInstance("EC", BC)
              : KeyPairGenerator.getInstance(algorithm);
      setup.on(generator);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key of a result that must be a good one. */
  static VerificationKey loaded(KeyResult result) {
    assertThat(result).isInstanceOf(KeyResult.Loaded.class);
    return ((KeyResult.Loaded) result).key();
  }

  static VerificationKey key(KeyPair pair) {
    return loaded(VerificationKey.fromSpki(pair.getPublic().getEncoded()));
  }

  static SigningCertificate facts(X509Certificate certificate) throws GeneralSecurityException {
    CertificateResult result = SigningCertificate.fromDer(certificate.getEncoded());
    assertThat(result).isInstanceOf(CertificateResult.Loaded.class);
    return ((CertificateResult.Loaded) result).certificate();
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static byte[] bundle(X509Certificate... certificates) {
    return Arrays.stream(certificates)
        .map(TestPki::pem)
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.US_ASCII);
  }

  static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate with its private key. */
  record Holder(X509Certificate certificate, KeyPair keys) {
    X500Name name() {
      return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    Draft issue(String subject, KeyPair subjectKeys) {
      return new Draft(new X500Name(subject), subjectKeys, name(), keys);
    }

    X509CRL revoke(X509Certificate... revoked) throws Exception {
      JcaX509v2CRLBuilder builder =
          new JcaX509v2CRLBuilder(
              certificate.getSubjectX500Principal(), Date.from(NOW.minus(Duration.ofHours(1))));
      builder.setNextUpdate(Date.from(NOW.plus(Duration.ofDays(1))));
      for (X509Certificate one : revoked) {
        builder.addCRLEntry(one.getSerialNumber(), Date.from(NOW), CRLReason.keyCompromise);
      }
      return new JcaX509CRLConverter()
          .getCRL(
              builder.build(new JcaContentSignerBuilder(algorithm(keys)).build(keys.getPrivate())));
    }
  }

  static Draft selfSigned(String subject, KeyPair keys) {
    return new Draft(new X500Name(subject), keys, new X500Name(subject), keys);
  }

  static Holder ca(String subject) {
    return selfSigned(subject, p256()).authority().make();
  }

  private static String algorithm(KeyPair keys) {
    return switch (keys.getPublic().getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }

  /** A certificate in the making: a leaf for 127.0.0.1 and localhost unless told otherwise. */
  static final class Draft {
    private final X500Name subject;
    private final KeyPair subjectKeys;
    private final X500Name issuer;
    private final KeyPair issuerKeys;
    private boolean authority;
    private boolean names = true;
    private String signature;
    private Instant from = NOW.minus(Duration.ofDays(1));
    private Instant to = NOW.plus(Duration.ofDays(30));

    Draft(X500Name subject, KeyPair subjectKeys, X500Name issuer, KeyPair issuerKeys) {
      this.subject = subject;
      this.subjectKeys = subjectKeys;
      this.issuer = issuer;
      this.issuerKeys = issuerKeys;
      this.signature = algorithm(issuerKeys);
    }

    Draft authority() {
      authority = true;
      return this;
    }

    Draft forOtherHost() {
      names = false;
      return this;
    }

    Draft signedWith(String algorithm) {
      signature = algorithm;
      return this;
    }

    Draft valid(Instant start, Instant end) {
      from = start;
      to = end;
      return this;
    }

    Holder make() {
      try {
        JcaX509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(from),
                Date.from(to),
                subject,
                subjectKeys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                names
                    ? new GeneralName[] {
                      new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                      new GeneralName(GeneralName.dNSName, "localhost")
                    }
                    : new GeneralName[] {new GeneralName(GeneralName.dNSName, "other.example")}));
        X509Certificate certificate =
            new JcaX509CertificateConverter()
                .getCertificate(
                    builder.build(
                        new JcaContentSignerBuilder(signature)
                            .setProvider(BC)
                            .build(issuerKeys.getPrivate())));
        return new Holder(certificate, subjectKeys);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
