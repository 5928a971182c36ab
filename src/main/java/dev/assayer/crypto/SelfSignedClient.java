package dev.assayer.crypto;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Makes a client identity that lives in memory only: a new P-256 key and a self-signed certificate
 * (RFC 5280 section 4.1) for TLS clients. It is worth nothing but to whom knows that certificate.
 */
public final class SelfSignedClient {
  private static final byte[] ECDSA_WITH_SHA256 =
      DerValue.encode(DerValue.SEQUENCE, DerValue.hex("06082a8648ce3d040302"));
  private static final byte[] COMMON_NAME = DerValue.hex("0603550403");

  private static final int UTF8_STRING = 0x0c;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int UTC_TIME = 0x17;
  private static final int SET = 0x31;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;

  /** keyUsage digitalSignature, critical; extendedKeyUsage clientAuth. */
  private static final byte[] CLIENT_EXTENSIONS =
      DerValue.encode(
          EXTENSIONS,
          DerValue.encode(
              DerValue.SEQUENCE,
              DerValue.hex("300e0603551d0f0101ff040403020780"),
              DerValue.hex("30130603551d25040c300a06082b06010505070302")));

  /** "No well-defined expiration" (RFC 5280 section 4.1.2.5): it ends with the process. */
  private static final String NEVER = "99991231235959Z";

  private SelfSignedClient() {}

  /**
   * Makes a new one.
   *
   * @param commonName the subject and issuer
   * @param from start of its validity, between 1950 and 2049
   */
  public static TlsIdentity create(String commonName, Instant from) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] body = body(commonName, from, pair);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] der =
          DerValue.encode(DerValue.SEQUENCE, body, ECDSA_WITH_SHA256, bitString(signature.sign()));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new TlsIdentity(List.of(certificate), pair.getPrivate(), "ecdsa-p256", List.of());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK cannot make a certificate", impossible);
    }
  }

  private static byte[] body(String commonName, Instant from, KeyPair pair) {
    byte[] name = name(commonName);
    String start =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC).format(from);
    return DerValue.encode(
        DerValue.SEQUENCE,
        DerValue.encode(VERSION, DerValue.encode(BigInteger.TWO)),
        DerValue.encode(new BigInteger(127, new SecureRandom()).setBit(126)),
        ECDSA_WITH_SHA256,
        name,
        DerValue.encode(DerValue.SEQUENCE, text(UTC_TIME, start), text(GENERALIZED_TIME, NEVER)),
        name,
        pair.getPublic().getEncoded(),
        CLIENT_EXTENSIONS);
  }

  private static byte[] name(String commonName) {
    byte[] attribute =
        DerValue.encode(DerValue.SEQUENCE, COMMON_NAME, text(UTF8_STRING, commonName));
    return DerValue.encode(DerValue.SEQUENCE, DerValue.encode(SET, attribute));
  }

  private static byte[] text(int tag, String text) {
    return DerValue.encode(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bitString(byte[] bytes) {
    return DerValue.encode(DerValue.BIT_STRING, new byte[] {0}, bytes);
  }
}
