package dev.assayer.crypto;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Which keys may verify anything: ECDSA on P-256, P-384 and P-521 (see {@link Curve}), Ed25519 (see
 * {@link Ed25519}), RSA by the rules here. Ours and not the provider's, because providers verify
 * under 512-bit keys, and one took a forgery under exponent 1.
 */
final class KeyPolicy {
  static final int MIN_RSA_BITS = 2048;
  static final int MAX_RSA_BITS = 8192;

  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);

  /** A larger exponent is no safer, and makes each verification slow. */
  private static final int MAX_EXPONENT_BITS = 64;

  private static final BigInteger SMALL_PRIMES = productOfPrimesBelow(1000);

  private KeyPolicy() {}

  /** Why an RSA key is refused, or empty for a good one. */
  static Optional<KeyResult.Refused> rsaRefusal(BigInteger modulus, BigInteger exponent) {
    if (modulus.signum() <= 0 || exponent.signum() <= 0) {
      return Optional.of(KeyResult.malformed("the RSA modulus or exponent is not positive"));
    }
    int bits = modulus.bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      return refuse("the RSA key has " + bits + " bits; allowed are 2048 to 8192");
    }
    if (exponent.compareTo(MIN_EXPONENT) < 0
        || !exponent.testBit(0)
        || exponent.bitLength() > MAX_EXPONENT_BITS) {
      String shown = exponent.bitLength() > MAX_EXPONENT_BITS ? "too large" : exponent.toString();
      return refuse("the RSA public exponent is " + shown + "; it must be odd, 65537 to 2^64");
    }
    if (!modulus.gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
      return refuse("the RSA modulus has a small prime factor");
    }
    return Optional.empty();
  }

  private static Optional<KeyResult.Refused> refuse(String why) {
    return Optional.of(KeyResult.notAllowed(why));
  }

  private static BigInteger productOfPrimesBelow(int limit) {
    BigInteger product = BigInteger.TWO;
    for (int odd = 3; odd < limit; odd += 2) {
      boolean prime = true;
      for (int divisor = 3; prime && divisor * divisor <= odd; divisor += 2) {
        prime = odd % divisor != 0;
      }
      if (prime) {
        product = product.multiply(BigInteger.valueOf(odd));
      }
    }
    return product;
  }
}
