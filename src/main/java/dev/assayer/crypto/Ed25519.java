package dev.assayer.crypto;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;

/** Checks of Ed25519 values (RFC 8032 section 5.1) that providers leave out or do differently. */
final class Ed25519 {
  static final int KEY_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;

  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** Order of the base point. */
  static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  /** y of two of the points of order 8; the other two have -y. */
  private static final BigInteger ORDER_8_Y =
      new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16);

  /** y of the points of order 1, 2, 4 and 8: keys under which anybody can sign. */
  private static final Set<BigInteger> SMALL_ORDER_Y =
      Set.of(
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          BigInteger.ZERO,
          ORDER_8_Y,
          P.subtract(ORDER_8_Y));

  private Ed25519() {}

  /** Why this encoded public key is refused, or empty for a good one. */
  static Optional<KeyResult.Refused> refusal(byte[] key) {
    if (key.length != KEY_BYTES) {
      return Optional.of(
          KeyResult.malformed("an Ed25519 key has 32 bytes, this has " + key.length));
    }
    BigInteger y = littleEndian(key, 0).clearBit(255);
    if (y.compareTo(P) >= 0) {
      return Optional.of(KeyResult.malformed("the Ed25519 key is not in canonical form"));
    }
    if (SMALL_ORDER_Y.contains(y)) {
      return Optional.of(KeyResult.notAllowed("the Ed25519 key is a point of small order"));
    }
    return onCurve(y)
        ? Optional.empty()
        : Optional.of(KeyResult.malformed("the Ed25519 key is not a point of the curve"));
  }

  /** Whether the second half of a 64-byte signature is below L, as RFC 8032 section 5.1.7 asks. */
  static boolean scalarInRange(byte[] signature) {
    return littleEndian(signature, KEY_BYTES).compareTo(L) < 0;
  }

  /** Whether x^2 = (y^2 - 1) / (d y^2 + 1) has a root: Euler's criterion. */
  private static boolean onCurve(BigInteger y) {
    BigInteger ySquare = y.multiply(y).mod(P);
    BigInteger numerator = ySquare.subtract(BigInteger.ONE);
    BigInteger denominator = D.multiply(ySquare).add(BigInteger.ONE);
    BigInteger product = numerator.multiply(denominator).mod(P);
    return product.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
  }

  private static BigInteger littleEndian(byte[] bytes, int from) {
    byte[] reversed = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      reversed[i] = bytes[from + KEY_BYTES - 1 - i];
    }
    return new BigInteger(1, reversed);
  }
}
