package dev.assayer.crypto;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), applies the key policy and re-encodes
 * it, so that one key has one encoding: points uncompressed, RSA parameters NULL.
 */
final class Spki {
  /** An RSA key of 8192 bits needs 1062 bytes. */
  private static final int MAX_BYTES = 2048;

  private static final String EC = "1.2.840.10045.2.1";
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String ED25519 = "1.3.101.112";

  private static final byte[] EC_ENCODED = DerValue.hex("06072a8648ce3d0201");
  private static final byte[] RSA_ENCODED = DerValue.hex("06092a864886f70d0101010500");
  private static final byte[] ED25519_ENCODED = DerValue.hex("06032b6570");
  private static final byte[] NO_UNUSED_BITS = {0};

  private Spki() {}

  static KeyResult load(byte[] der) {
    if (der.length > MAX_BYTES) {
      return KeyResult.malformed("the public key has " + der.length + " bytes, over " + MAX_BYTES);
    }
    try {
      DerValue outer = DerValue.in(der);
      DerValue info = outer.enter(DerValue.SEQUENCE);
      outer.expectEnd();
      DerValue algorithm = info.enter(DerValue.SEQUENCE);
      byte[] key = info.bitString();
      info.expectEnd();
      return read(algorithm, key);
    } catch (DerValue.Malformed malformed) {
      return KeyResult.malformed("the public key is not a SubjectPublicKeyInfo in DER");
    }
  }

  static KeyResult loadEd25519(byte[] raw) {
    Optional<KeyResult.Refused> refusal = Ed25519.refusal(raw);
    return refusal.isPresent() ? refusal.get() : loaded(KeyType.ED25519, 256, ED25519_ENCODED, raw);
  }

  private static KeyResult read(DerValue algorithm, byte[] key) throws DerValue.Malformed {
    String oid = algorithm.objectIdentifier();
    return switch (oid) {
      case EC -> ec(algorithm, key);
      case RSA -> rsa(algorithm, key);
      case ED25519 ->
          algorithm.atEnd()
              ? loadEd25519(key)
              : KeyResult.malformed("an Ed25519 key with algorithm parameters");
      default ->
          KeyResult.notAllowed(
              "the key algorithm "
                  + Shown.text(oid)
                  + " is none of ECDSA (P-256, P-384, P-521), Ed25519, RSA");
    };
  }

  private static KeyResult ec(DerValue algorithm, byte[] point) throws DerValue.Malformed {
    if (algorithm.nextTag() == DerValue.SEQUENCE) {
      return KeyResult.notAllowed("the EC key spells out its curve; only named curves are allowed");
    }
    String oid = algorithm.objectIdentifier();
    algorithm.expectEnd();
    Optional<Curve> curve = Curve.of(oid);
    if (curve.isEmpty()) {
      return KeyResult.notAllowed(
          "the curve " + Shown.text(oid) + " is none of P-256, P-384, P-521");
    }
    Optional<byte[]> uncompressed = curve.get().uncompressed(point);
    if (uncompressed.isEmpty()) {
      return KeyResult.malformed("the EC public key is not a point of its curve");
    }
    return loaded(
        curve.get().type(),
        curve.get().order().bitLength(),
        DerValue.concat(EC_ENCODED, curve.get().encodedOid()),
        uncompressed.get());
  }

  private static KeyResult rsa(DerValue algorithm, byte[] key) throws DerValue.Malformed {
    if (!algorithm.atEnd()) {
      algorithm.enter(DerValue.NULL).expectEnd();
      algorithm.expectEnd();
    }
    DerValue outer = DerValue.in(key);
    DerValue numbers = outer.enter(DerValue.SEQUENCE);
    outer.expectEnd();
    BigInteger modulus = numbers.integer();
    BigInteger exponent = numbers.integer();
    numbers.expectEnd();
    Optional<KeyResult.Refused> refusal = KeyPolicy.rsaRefusal(modulus, exponent);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    byte[] canonical =
        DerValue.encode(DerValue.SEQUENCE, DerValue.encode(modulus), DerValue.encode(exponent));
    return loaded(KeyType.RSA, modulus.bitLength(), RSA_ENCODED, canonical);
  }

  private static KeyResult loaded(KeyType type, int bits, byte[] algorithm, byte[] key) {
    byte[] spki =
        DerValue.encode(
            DerValue.SEQUENCE,
            DerValue.encode(DerValue.SEQUENCE, algorithm),
            DerValue.encode(DerValue.BIT_STRING, NO_UNUSED_BITS, key));
    return new KeyResult.Loaded(new VerificationKey(type, bits, spki));
  }
}
