package dev.assayer.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/** The NIST prime curves of FIPS 186-5 that are allowed; for all of them a = -3, cofactor 1. */
@SuppressWarnings("ImmutableEnumChecker") // its array never leaves it
enum Curve {
  P256(
      KeyType.EC_P256,
      "1.2.840.10045.3.1.7",
      "06082a8648ce3d030107",
      256,
      "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
      "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
  P384(
      KeyType.EC_P384,
      "1.3.132.0.34",
      "06052b81040022",
      384,
      "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
          + "ffffffff0000000000000000ffffffff",
      "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
          + "c656398d8a2ed19d2a85c8edd3ec2aef",
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
          + "581a0db248b0a77aecec196accc52973"),
  P521(
      KeyType.EC_P521,
      "1.3.132.0.35",
      "06052b81040023",
      521,
      "1ff" + "f".repeat(128),
      "051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0"
          + "bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
      "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc01"
          + "48f709a5d03bb5c9b8899c47aebb6fb71e91386409");

  private final KeyType type;
  private final String oid;
  private final String encodedOid;
  private final int bits;
  private final BigInteger p;
  private final BigInteger b;
  private final BigInteger n;

  Curve(KeyType type, String oid, String encodedOid, int bits, String p, String b, String n) {
    this.type = type;
    this.oid = oid;
    this.encodedOid = encodedOid;
    this.bits = bits;
    this.p = new BigInteger(p, 16);
    this.b = new BigInteger(b, 16);
    this.n = new BigInteger(n, 16);
  }

  static Optional<Curve> of(String oid) {
    return Arrays.stream(values()).filter(curve -> curve.oid.equals(oid)).findFirst();
  }

  static Optional<Curve> of(KeyType type) {
    return Arrays.stream(values()).filter(curve -> curve.type == type).findFirst();
  }

  KeyType type() {
    return type;
  }

  /** The object identifier, dotted. */
  String oid() {
    return oid;
  }

  /** The object identifier in DER. */
  byte[] encodedOid() {
    return DerValue.hex(encodedOid);
  }

  BigInteger fieldPrime() {
    return p;
  }

  BigInteger coefficientB() {
    return b;
  }

  BigInteger order() {
    return n;
  }

  /** Bytes of a coordinate, and of r and of s in a raw signature (order and field are as wide). */
  int width() {
    return (bits + 7) / 8;
  }

  /**
   * The uncompressed form (SEC 1 section 2.3.3) of a point given compressed or uncompressed; empty
   * for the point at infinity, a hybrid form, a coordinate out of range or a point off the curve.
   */
  Optional<byte[]> uncompressed(byte[] point) {
    int width = width();
    if (point.length == 1 + width && (point[0] == 2 || point[0] == 3)) {
      return decompress(coordinate(point, 1), point[0] == 3);
    }
    if (point.length != 1 + 2 * width || point[0] != 4) {
      return Optional.empty();
    }
    BigInteger x = coordinate(point, 1);
    BigInteger y = coordinate(point, 1 + width);
    boolean onCurve =
        x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(rightSide(x));
    return onCurve ? Optional.of(point.clone()) : Optional.empty();
  }

  private Optional<byte[]> decompress(BigInteger x, boolean odd) {
    if (x.compareTo(p) >= 0) {
      return Optional.empty();
    }
    BigInteger square = rightSide(x);
    // p = 3 mod 4 for all three curves, so a root, if there is one, is this power.
    BigInteger root = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    if (!root.multiply(root).mod(p).equals(square)) {
      return Optional.empty();
    }
    BigInteger y = root.testBit(0) == odd ? root : p.subtract(root).mod(p);
    if (y.testBit(0) != odd) {
      return Optional.empty();
    }
    byte[] out = new byte[1 + 2 * width()];
    out[0] = 4;
    write(x, out, 1);
    write(y, out, 1 + width());
    return Optional.of(out);
  }

  /** x^3 - 3x + b. */
  private BigInteger rightSide(BigInteger x) {
    return x.multiply(x).subtract(BigInteger.valueOf(3)).multiply(x).add(b).mod(p);
  }

  private BigInteger coordinate(byte[] point, int from) {
    return new BigInteger(1, point, from, width());
  }

  private void write(BigInteger value, byte[] out, int from) {
    byte[] bytes = value.toByteArray();
    int length = Math.min(bytes.length, width());
    System.arraycopy(bytes, bytes.length - length, out, from + width() - length, length);
  }
}
