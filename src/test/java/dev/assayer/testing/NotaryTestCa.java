package dev.assayer.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptor;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Makes the keys and certificates that a Notary on loopback and its signers need. */
public final class NotaryTestCa {
  private static final Duration LIFETIME = Duration.ofDays(3000);

  private final KeyPair keys;
  private final X500Name name;
  private final String certificatePem;

  private NotaryTestCa(KeyPair keys, X500Name name, String certificatePem) {
    this.keys = keys;
    this.name = name;
    this.certificatePem = certificatePem;
  }

  /** The kinds of key that the Notary client accepts for a delegation. */
  public enum KeyKind {
    EC_P256("EC", "secp256r1", "SHA256withECDSA"),
    EC_P384("EC", "secp384r1", "SHA256withECDSA"),
    RSA_2048("RSA", "2048", "SHA256withRSA"),
    RSA_3072("RSA", "3072", "SHA256withRSA");

    private final String algorithm;
    private final String parameter;
    private final String signature;

    KeyKind(String algorithm, String parameter, String signature) {
      this.algorithm = algorithm;
      this.parameter = parameter;
      this.signature = signature;
    }

    KeyPair generate() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
          generator.initialize(new ECGenParameterSpec(parameter), new SecureRandom());
        } else {
          generator.initialize(Integer.parseInt(parameter), new SecureRandom());
        }
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("cannot make a key of kind " + this, e);
      }
    }
  }

  /**
   * A certificate and its private key as PEM files.
   *
   * @param key PKCS#8, not encrypted
   */
  public record Identity(Path certificate, Path key) {}

  /** A new authority that signs with P-256. */
  public static NotaryTestCa create() {
    KeyPair keys = KeyKind.EC_P256.generate();
    X500Name name = new X500Name("CN=notary test authority");
    try {
      X509v3CertificateBuilder builder = builder(name, name, keys);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new NotaryTestCa(keys, name, sign(builder, keys, KeyKind.EC_P256));
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The authority's own certificate. */
  public String certificatePem() {
    return certificatePem;
  }

  /** A certificate for {@code localhost} and 127.0.0.1, for both ends of a connection. */
  public Identity loopback(Path directory) {
    KeyPair leaf = KeyKind.EC_P256.generate();
    try {
      X509v3CertificateBuilder builder = builder(name, new X500Name("CN=localhost"), leaf);
      GeneralName[] names = {
        new GeneralName(GeneralName.dNSName, "localhost"),
        new GeneralName(GeneralName.iPAddress, "127.0.0.1")
      };
      KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      return write(directory, "localhost", sign(builder, keys, KeyKind.EC_P256), leaf);
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A self-signed certificate, as people make them for a delegation. */
  public static Identity delegation(Path directory, String commonName, KeyKind kind) {
    KeyPair own = kind.generate();
    X500Name subject = new X500Name("CN=" + commonName);
    try {
      X509v3CertificateBuilder builder = builder(subject, subject, own);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      return write(directory, commonName, sign(builder, own, kind), own);
    } catch (CertIOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A public key that has signed nothing, as PEM. */
  public static String strangerPem() {
    return pem("PUBLIC KEY", KeyKind.EC_P256.generate().getPublic().getEncoded());
  }

  /** An RSA-3072 key in the encrypted form that {@code notary init --rootkey} takes. */
  static Path rsaRootKey(Path directory, String passphrase) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      PEMEncryptor encryptor =
          new JcePEMEncryptorBuilder("AES-256-CBC").setProvider(new BouncyCastleProvider()).build(passphrase.toCharArray());
      PrivateKey key = KeyKind.RSA_3072.generate().getPrivate();
      writer.writeObject(new JcaMiscPEMGenerator(key, encryptor));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      String withRole = text.toString().replaceFirst("\n", "\nrole: root\n");
      return Files.writeString(directory.resolve("root.key"), withRole);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String pem(String type, byte[] der) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, der));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair of) {
    Instant from = Instant.now().minus(Duration.ofDays(1));
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()),
        Date.from(from),
        Date.from(from.plus(LIFETIME)),
        subject,
        of.getPublic());
  }

  private static String sign(X509v3CertificateBuilder builder, KeyPair signer, KeyKind kind) {
    try {
      var contentSigner = new JcaContentSignerBuilder(kind.signature).build(signer.getPrivate());
      return pem("CERTIFICATE", builder.build(contentSigner).getEncoded());
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("cannot sign a certificate with " + kind, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Identity write(Path directory, String name, String certificate, KeyPair pair) {
    Path certificateFile = directory.resolve(name + ".crt");
    Path keyFile = directory.resolve(name + ".key");
    try {
      Files.writeString(certificateFile, certificate);
      Files.writeString(keyFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Identity(certificateFile, keyFile);
  }
}
