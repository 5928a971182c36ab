package dev.assayer.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), applies the key policy and re-encodes
 * it, so that one key has one encoding: points uncompressed, RSA parameters NULL.
 */
final class Spki {
  /** An RSA key of 8192 bits needs 1062 bytes. */
  private static final int MAX_BYTES = 2048;

  private static final ASN1ObjectIdentifier EC = new ASN1ObjectIdentifier("1.2.840.10045.2.1");
  private static final ASN1ObjectIdentifier RSA = new ASN1ObjectIdentifier("1.2.840.113549.1.1.1");
  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

  private Spki() {}

  static KeyResult load(byte[] der) {
    if (der.length > MAX_BYTES) {
      return KeyResult.malformed("the public key has " + der.length + " bytes, over " + MAX_BYTES);
    }
    Optional<ASN1Primitive> value = Der.read(der);
    if (value.isEmpty()) {
      return KeyResult.malformed("the public key is not DER");
    }
    try {
      return read(SubjectPublicKeyInfo.getInstance(value.get()));
    } catch (IOException | RuntimeException malformed) {
      return KeyResult.malformed("the public key is not a SubjectPublicKeyInfo");
    }
  }

  static KeyResult loadEd25519(byte[] raw) {
    Optional<KeyResult.Refused> refusal = Ed25519.refusal(raw);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return loaded(KeyType.ED25519, 256, new SubjectPublicKeyInfo(identifier(ED25519), raw.clone()));
  }

  private static KeyResult read(SubjectPublicKeyInfo info) throws IOException {
    ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
    ASN1Encodable parameters = info.getAlgorithm().getParameters();
    if (algorithm.equals(EC)) {
      return ec(parameters, info.getPublicKeyData().getOctets());
    }
    if (algorithm.equals(RSA)) {
      return parameters == null || parameters instanceof ASN1Null
          ? rsa(ASN1Sequence.getInstance(info.parsePublicKey()))
          : KeyResult.malformed("an RSA key with algorithm parameters");
    }
    if (algorithm.equals(ED25519)) {
      return parameters == null
          ? loadEd25519(info.getPublicKeyData().getOctets())
          : KeyResult.malformed("an Ed25519 key with algorithm parameters");
    }
    return KeyResult.notAllowed(
        "the key algorithm "
            + Shown.text(algorithm.getId())
            + " is none of ECDSA (P-256, P-384, P-521), Ed25519, RSA");
  }

  private static KeyResult ec(ASN1Encodable parameters, byte[] point) {
    if (!(parameters instanceof ASN1ObjectIdentifier oid)) {
      return parameters instanceof ASN1Sequence
          ? KeyResult.notAllowed("the EC key spells out its curve; only named curves are allowed")
          : KeyResult.malformed("the EC key names no curve");
    }
    Optional<Curve> curve = Curve.of(oid);
    if (curve.isEmpty()) {
      return KeyResult.notAllowed(
          "the curve " + Shown.text(oid.getId()) + " is none of P-256, P-384, P-521");
    }
    Optional<byte[]> uncompressed = curve.get().uncompressed(point);
    if (uncompressed.isEmpty()) {
      return KeyResult.malformed("the EC public key is not a point of its curve");
    }
    return loaded(
        curve.get().type(),
        curve.get().order().bitLength(),
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(EC, curve.get().oid()), uncompressed.get()));
  }

  private static KeyResult rsa(ASN1Sequence key) throws IOException {
    if (key.size() != 2) {
      return KeyResult.malformed("an RSA key has a modulus and an exponent");
    }
    BigInteger modulus = ASN1Integer.getInstance(key.getObjectAt(0)).getValue();
    BigInteger exponent = ASN1Integer.getInstance(key.getObjectAt(1)).getValue();
    Optional<KeyResult.Refused> refusal = KeyPolicy.rsaRefusal(modulus, exponent);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return loaded(
        KeyType.RSA,
        modulus.bitLength(),
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(RSA, DERNull.INSTANCE), new RSAPublicKey(modulus, exponent)));
  }

  private static AlgorithmIdentifier identifier(ASN1ObjectIdentifier algorithm) {
    return new AlgorithmIdentifier(algorithm);
  }

  private static KeyResult loaded(KeyType type, int bits, SubjectPublicKeyInfo info) {
    try {
      return new KeyResult.Loaded(new VerificationKey(type, bits, info.getEncoded("DER")));
    } catch (IOException impossible) {
      return KeyResult.malformed("the public key cannot be encoded");
    }
  }
}
