package dev.assayer.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test: issues server certificates and a CRL. */
public final class TestCa {
  private static final Duration LONG = Duration.ofDays(30);
  private static final Duration AGO = Duration.ofDays(1);

  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /** A server's key and its certificate. */
  public record Identity(PrivateKey key, X509Certificate certificate) {
    /** A context for a server that shows this identity. */
    public SSLContext serverContext() {
      return serverTls(key, certificate);
    }
  }

  /**
   * What a server certificate shall hold.
   *
   * @param names DNS names, or addresses if they begin with a digit
   */
  public record Wish(List<String> names, KeyPair keys, Instant notBefore, Instant notAfter) {
    /** The same, valid at another time. */
    public Wish valid(Instant from, Instant to) {
      return new Wish(names, keys, from, to);
    }

    /** The same for another key. */
    public Wish keys(KeyPair other) {
      return new Wish(names, other, notBefore, notAfter);
    }
  }

  /** Makes an authority with a P-256 key. */
  public TestCa(String name) {
    this.name = name;
    this.keys = ec();
    Instant now = Instant.now();
    Wish own = new Wish(List.of(), keys, now.minus(AGO), now.plus(LONG));
    this.certificate = issue(own, name, name, keys.getPrivate(), true);
  }

  /** The authority's own certificate, the trust anchor. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** A P-256 certificate for these names, valid now. */
  public static Wish wish(String... names) {
    Instant now = Instant.now();
    return new Wish(List.of(names), ec(), now.minus(AGO), now.plus(LONG));
  }

  /** A certificate for {@code localhost} and 127.0.0.1. */
  public Identity localhost() {
    return issue(wish("localhost", "127.0.0.1"));
  }

  /** Issues what is wished for. */
  public Identity issue(Wish wish) {
    return new Identity(
        wish.keys().getPrivate(), issue(wish, "server", name, keys.getPrivate(), false));
  }

  /** A certificate that nobody but its own key vouches for. */
  public static Identity selfSigned(Wish wish) {
    PrivateKey key = wish.keys().getPrivate();
    return new Identity(key, issue(wish, "lonely", "lonely", key, false));
  }

  /** A list that revokes these certificates. */
  public X509CRL revoke(X509Certificate... revoked) {
    Date now = Date.from(Instant.now());
    try {
      X509v2CRLBuilder builder =
          new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), now);
      builder.setNextUpdate(Date.from(now.toInstant().plus(LONG)));
      for (X509Certificate one : revoked) {
        builder.addCRLEntry(one.getSerialNumber(), now, CRLReason.keyCompromise);
      }
      byte[] der = builder.build(signer(keys.getPrivate())).getEncoded();
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A P-256 key pair. */
  public static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An RSA key pair of any size. */
  public static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate issue(
      Wish wish, String subject, String issuer, PrivateKey signer, boolean authority) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + issuer),
              new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
              Date.from(wish.notBefore()),
              Date.from(wish.notAfter()),
              new X500Name("CN=" + subject),
              wish.keys().getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      int usage =
          authority
              ? KeyUsage.keyCertSign | KeyUsage.cRLSign
              : KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      if (!wish.names().isEmpty()) {
        GeneralName[] names =
            wish.names().stream().map(TestCa::alternative).toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      byte[] der = builder.build(signer(signer)).getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName alternative(String name) {
    boolean address = Character.isDigit(name.charAt(0));
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    return new JcaContentSignerBuilder(algorithm).build(key);
  }

  private static SSLContext serverTls(PrivateKey key, X509Certificate certificate) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], new X509Certificate[] {certificate});
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
