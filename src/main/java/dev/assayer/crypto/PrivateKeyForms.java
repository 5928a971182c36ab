package dev.assayer.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Map;
import java.util.Optional;

/**
 * The three encodings of private keys. Numbers are read here and handed to the JDK's key factories:
 * its TLS signs with its own key objects only.
 */
final class PrivateKeyForms {
  private static final String EC = "1.2.840.10045.2.1";
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String RSA_PSS = "1.2.840.113549.1.1.10";
  private static final String ED25519 = "1.3.101.112";

  /**
   * Context tags of optional parts: parameters and public key (RFC 5915), attributes (RFC 5958).
   */
  private static final int CONTEXT_0 = 0xa0;

  private static final int CONTEXT_1 = 0xa1;
  private static final int PRIMITIVE_1 = 0x81;

  private static final String REMEDY =
      "; make a new one, for example with: openssl genpkey -algorithm EC"
          + " -pkeyopt ec_paramgen_curve:P-256";

  /** Names of what people have by mistake. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "1.2.840.10045.3.1.1", "P-192",
          "1.3.132.0.33", "P-224",
          "1.3.132.0.10", "secp256k1",
          "1.3.101.110", "X25519",
          "1.3.101.113", "Ed448",
          "1.2.840.10040.4.1", "DSA");

  private PrivateKeyForms() {}

  /** OneAsymmetricKey (RFC 5958), version 1 or 2. */
  static PrivateKeyResult pkcs8(byte[] der) throws DerValue.Malformed {
    DerValue info = whole(der);
    int version = info.integer().intValue();
    if (version != 0 && version != 1) {
      throw new DerValue.Malformed("version");
    }
    DerValue algorithm = info.enter(DerValue.SEQUENCE);
    byte[] key = info.octetString();
    pass(info, CONTEXT_0);
    if (version == 1) {
      pass(info, PRIMITIVE_1);
    }
    info.expectEnd();
    String oid = algorithm.objectIdentifier();
    return switch (oid) {
      case RSA -> pkcs1(key);
      case EC -> ec(key, Optional.of(algorithm));
      case ED25519 -> ed25519(key);
      case RSA_PSS ->
          refused("is an RSA key restricted to PSS, which few TLS clients take" + REMEDY);
      default ->
          refused("has the algorithm " + shown(oid) + ", none of ECDSA, Ed25519 and RSA" + REMEDY);
    };
  }

  /** RSAPrivateKey with two primes. */
  static PrivateKeyResult pkcs1(byte[] der) throws DerValue.Malformed {
    DerValue numbers = whole(der);
    if (numbers.integer().signum() != 0) {
      return refused("is an RSA key of more than two primes" + REMEDY);
    }
    BigInteger n = numbers.integer();
    BigInteger e = numbers.integer();
    BigInteger d = numbers.integer();
    BigInteger p = numbers.integer();
    BigInteger q = numbers.integer();
    BigInteger dp = numbers.integer();
    BigInteger dq = numbers.integer();
    BigInteger inverse = numbers.integer();
    numbers.expectEnd();
    Optional<KeyResult.Refused> refusal = KeyPolicy.rsaRefusal(n, e);
    if (refusal.isPresent()) {
      return refused("is not allowed: " + refusal.get().why() + REMEDY);
    }
    if (!p.multiply(q).equals(n)) {
      throw new DerValue.Malformed("primes");
    }
    return make(
        "RSA", new RSAPrivateCrtKeySpec(n, e, d, p, q, dp, dq, inverse), "rsa-" + n.bitLength());
  }

  /** ECPrivateKey, the curve in it or in a block of its own. */
  static PrivateKeyResult sec1(byte[] der, Optional<byte[]> parameters) throws DerValue.Malformed {
    return ec(der, parameters.map(DerValue::in));
  }

  private static PrivateKeyResult ec(byte[] der, Optional<DerValue> outside)
      throws DerValue.Malformed {
    DerValue key = whole(der);
    if (!key.integer().equals(BigInteger.ONE)) {
      throw new DerValue.Malformed("version");
    }
    byte[] secret = key.octetString();
    Optional<DerValue> inside =
        key.nextTag() == CONTEXT_0 ? Optional.of(key.enter(CONTEXT_0)) : Optional.empty();
    pass(key, CONTEXT_1);
    key.expectEnd();
    Optional<String> curve = name(outside);
    Optional<String> again = name(inside);
    if (curve.isPresent() && again.isPresent() && !curve.equals(again)) {
      throw new DerValue.Malformed("two curves");
    }
    return ec(secret, curve.or(() -> again).orElse(""));
  }

  private static PrivateKeyResult ec(byte[] secret, String oid) throws DerValue.Malformed {
    if (oid.isEmpty()) {
      return refused("is an EC key that does not name its curve; convert it with: openssl pkey");
    }
    Optional<Curve> known = Curve.of(oid);
    if (known.isEmpty()) {
      return refused(
          "is an EC key on the curve " + shown(oid) + ", not P-256, P-384 or P-521" + REMEDY);
    }
    Curve curve = known.get();
    BigInteger scalar = new BigInteger(1, secret);
    if (secret.length > curve.width()
        || scalar.signum() == 0
        || scalar.compareTo(curve.order()) >= 0) {
      throw new DerValue.Malformed("scalar");
    }
    return make(
        "EC",
        new ECPrivateKeySpec(scalar, parameters(curve)),
        "ecdsa-p" + curve.order().bitLength());
  }

  /** The dotted name of the curve; a curve that is spelt out has none. */
  private static Optional<String> name(Optional<DerValue> parameters) throws DerValue.Malformed {
    if (parameters.isEmpty() || parameters.get().atEnd()) {
      return Optional.empty();
    }
    DerValue value = parameters.get();
    if (value.nextTag() == DerValue.SEQUENCE) {
      return Optional.of("that it spells out");
    }
    String oid = value.objectIdentifier();
    value.expectEnd();
    return Optional.of(oid);
  }

  private static PrivateKeyResult ed25519(byte[] key) throws DerValue.Malformed {
    DerValue outer = DerValue.in(key);
    byte[] seed = outer.octetString();
    outer.expectEnd();
    if (seed.length != Ed25519.KEY_BYTES) {
      throw new DerValue.Malformed("seed");
    }
    return make("Ed25519", new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed), "ed25519");
  }

  private static ECParameterSpec parameters(Curve curve) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curve.oid()));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK does not know " + curve, impossible);
    }
  }

  private static PrivateKeyResult make(String algorithm, KeySpec spec, String description)
      throws DerValue.Malformed {
    PrivateKey key;
    try {
      key = KeyFactory.getInstance(algorithm).generatePrivate(spec);
    } catch (GeneralSecurityException | RuntimeException refused) {
      throw new DerValue.Malformed("numbers");
    }
    return new PrivateKeyResult.Loaded(key, description);
  }

  private static String shown(String oid) {
    return OTHERS.getOrDefault(oid, Shown.text(oid));
  }

  private static DerValue whole(byte[] der) throws DerValue.Malformed {
    DerValue outer = DerValue.in(der);
    DerValue content = outer.enter(DerValue.SEQUENCE);
    outer.expectEnd();
    return content;
  }

  private static void pass(DerValue value, int optionalTag) throws DerValue.Malformed {
    if (value.nextTag() == optionalTag) {
      value.enter(optionalTag);
    }
  }

  private static PrivateKeyResult.Refused refused(String why) {
    return new PrivateKeyResult.Refused(why);
  }
}
