package dev.assayer.crypto;

import java.io.IOException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The texts in which other tools hand over one private key. */
public final class KeyForms {
  private KeyForms() {}

  /** Name of the form to PEM. */
  public static Map<String, String> of(KeyPair pair) {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
      Map<String, String> forms = new LinkedHashMap<>();
      forms.put("PKCS#8", TestPki.pem("PRIVATE KEY", info.getEncoded("DER")));
      switch (pair.getPrivate().getAlgorithm()) {
        case "RSA" -> forms.put("PKCS#1", TestPki.pem("RSA PRIVATE KEY", inside(info)));
        case "EC" -> {
          ASN1ObjectIdentifier curve =
              ASN1ObjectIdentifier.getInstance(info.getPrivateKeyAlgorithm().getParameters());
          String sec1 = TestPki.pem("EC PRIVATE KEY", sec1(pair, curve));
          forms.put("SEC 1", sec1);
          String parameters = TestPki.pem("EC PARAMETERS", curve.getEncoded());
          forms.put("SEC 1 after parameters", parameters + sec1);
          forms.put(
              "SEC 1 with the curve outside only",
              parameters + TestPki.pem("EC PRIVATE KEY", withoutCurve(pair, curve)));
        }
        default -> {
          byte[] open =
              SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
                  .getPublicKeyData()
                  .getOctets();
          PrivateKeyInfo both =
              new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey(), null, open);
          forms.put("PKCS#8 version 2", TestPki.pem("PRIVATE KEY", both.getEncoded("DER")));
        }
      }
      return forms;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] inside(PrivateKeyInfo info) throws IOException {
    return info.parsePrivateKey().toASN1Primitive().getEncoded("DER");
  }

  static byte[] sec1(KeyPair pair, ASN1ObjectIdentifier curve) throws IOException {
    DERBitString open =
        new DERBitString(
            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
                .getPublicKeyData()
                .getOctets());
    return structure(pair, open, curve);
  }

  private static byte[] withoutCurve(KeyPair pair, ASN1ObjectIdentifier curve) throws IOException {
    return new org.bouncycastle.asn1.sec.ECPrivateKey(
            Curve.of(curve.getId()).orElseThrow().order().bitLength(),
            ((ECPrivateKey) pair.getPrivate()).getS(),
            null)
        .getEncoded("DER");
  }

  private static byte[] structure(KeyPair pair, DERBitString open, ASN1ObjectIdentifier curve)
      throws IOException {
    ECPrivateKey key = (ECPrivateKey) pair.getPrivate();
    return new org.bouncycastle.asn1.sec.ECPrivateKey(
            key.getParams().getOrder().bitLength(), key.getS(), open, curve)
        .getEncoded("DER");
  }

  /** PKCS#8 around anything. */
  static String pkcs8(String algorithm, byte[] key) {
    try {
      return TestPki.pem(
          "PRIVATE KEY",
          new DERSequence(
                  new ASN1Encodable[] {
                    new ASN1Integer(0),
                    new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm), DERNull.INSTANCE),
                    new DEROctetString(key)
                  })
              .getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
