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
import org.bouncycastle.asn1.x509.Extension;
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

/** Makes the keys and certificates that people bring to Notary, in the files it takes. */
public final class SignerKeys {
  /** Longer than the metadata that is signed with them, so that recordings do not age by them. */
  private static final Duration LIFETIME = Duration.ofDays(4000);

  private SignerKeys() {}

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

  /** A self-signed certificate, as people make them for a delegation. */
  public static Identity delegation(Path directory, String commonName, KeyKind kind) {
    KeyPair own = kind.generate();
    X500Name subject = new X500Name("CN=" + commonName);
    try {
      X509v3CertificateBuilder builder = builder(subject, own);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      return write(directory, commonName, sign(builder, own, kind), own.getPrivate());
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
          new JcePEMEncryptorBuilder("AES-256-CBC")
              .setProvider(new BouncyCastleProvider())
              .build(passphrase.toCharArray());
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

  private static X509v3CertificateBuilder builder(X500Name subject, KeyPair of) {
    Instant from = Instant.now().minus(Duration.ofDays(1));
    return new JcaX509v3CertificateBuilder(
        subject,
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

  /** Writes a certificate and its key as {@code name.crt} and {@code name.key}. */
  static Identity write(Path directory, String name, String certificatePem, PrivateKey key) {
    Path certificateFile = directory.resolve(name + ".crt");
    Path keyFile = directory.resolve(name + ".key");
    try {
      Files.writeString(certificateFile, certificatePem);
      Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Identity(certificateFile, keyFile);
  }
}
