package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPolicyTest {
  private static final RSAPublicKey RSA_2048 = (RSAPublicKey) TestPki.rsa(2048).getPublic();

  private static void refused(byte[] spki, KeyResult.Kind kind, String why) {
    assertThat(VerificationKey.fromSpki(spki))
        .isInstanceOfSatisfying(
            KeyResult.Refused.class,
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(kind);
              assertThat(refusal.why()).contains(why);
            });
  }

  private static byte[] rsa(BigInteger modulus, BigInteger exponent) throws Exception {
    return new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
            new org.bouncycastle.asn1.pkcs.RSAPublicKey(modulus, exponent))
        .getEncoded("DER");
  }

  @ParameterizedTest(name = "CRY-05 {0} is refused")
  @DisplayName("CRY-05 keys on weak and foreign curves are refused at load")
  @ValueSource(
      strings = {
        "secp112r1",
        "secp160r1",
        "secp192r1",
        "secp224r1",
        "secp256k1",
        "brainpoolP256r1"
      })
  void weakCurvesAreRefused(String curve) {
    refused(TestPki.ec(curve).getPublic().getEncoded(), KeyResult.Kind.NOT_ALLOWED, "the curve 1.");
  }

  @Test
  @DisplayName("CRY-05 explicit curve parameters are refused even if they spell out P-256")
  void explicitParametersAreRefused() throws Exception {
    X9ECParameters p256 = ECNamedCurveTable.getByName("P-256");
    SubjectPublicKeyInfo named =
        SubjectPublicKeyInfo.getInstance(TestPki.p256().getPublic().getEncoded());
    byte[] explicit =
        new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(named.getAlgorithm().getAlgorithm(), p256),
                named.getPublicKeyData().getOctets())
            .getEncoded("DER");

    refused(explicit, KeyResult.Kind.NOT_ALLOWED, "only named curves");
  }

  @Test
  @DisplayName("CRY-06 RSA keys of 512 and 1024 bits are refused, 2048 and 8192 are the ends")
  void shortRsaIsRefused() throws Exception {
    refused(TestPki.rsa(512).getPublic().getEncoded(), KeyResult.Kind.NOT_ALLOWED, "512 bits");
    refused(TestPki.rsa(1024).getPublic().getEncoded(), KeyResult.Kind.NOT_ALLOWED, "1024 bits");
    refused(rsa(numberOfBits(2047), big(65537)), KeyResult.Kind.NOT_ALLOWED, "2047 bits");
    refused(rsa(numberOfBits(8193), big(65537)), KeyResult.Kind.NOT_ALLOWED, "8193 bits");
    assertThat(TestPki.loaded(VerificationKey.fromSpki(RSA_2048.getEncoded())).describe())
        .isEqualTo("rsa-2048");
    assertThat(
            TestPki.loaded(VerificationKey.fromSpki(rsa(numberOfBits(8192), big(65537))))
                .describe())
        .isEqualTo("rsa-8192");
  }

  @Test
  @DisplayName("CRY-07 RSA with exponent 1, under which anything can be forged, is refused")
  void exponentOneIsRefused() throws Exception {
    for (long exponent : new long[] {1, 3, 17, 65535, 65536, 65538}) {
      refused(
          rsa(RSA_2048.getModulus(), big(exponent)),
          KeyResult.Kind.NOT_ALLOWED,
          "exponent is " + exponent);
    }
    refused(
        rsa(RSA_2048.getModulus(), BigInteger.TWO.pow(64).add(BigInteger.ONE)),
        KeyResult.Kind.NOT_ALLOWED,
        "too large");
    refused(rsa(RSA_2048.getModulus(), BigInteger.ZERO), KeyResult.Kind.MALFORMED, "positive");
    refused(rsa(RSA_2048.getModulus().negate(), big(65537)), KeyResult.Kind.MALFORMED, "positive");
  }

  @Test
  @DisplayName("CRY-07 an even modulus, or one with a small factor, is refused")
  void modulusWithSmallFactorIsRefused() throws Exception {
    BigInteger even = RSA_2048.getModulus().clearBit(0);
    refused(rsa(even, big(65537)), KeyResult.Kind.NOT_ALLOWED, "small prime factor");
    BigInteger prime = BigInteger.probablePrime(2046, new Random(3));
    refused(rsa(prime.multiply(big(3)), big(65537)), KeyResult.Kind.NOT_ALLOWED, "small prime");
    refused(rsa(prime.multiply(big(997)), big(65537)), KeyResult.Kind.NOT_ALLOWED, "small prime");
  }

  @ParameterizedTest(name = "CRY-08 on {0}")
  @DisplayName("CRY-08 a point off its curve, at infinity or of hybrid form is refused")
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void pointOffTheCurveIsRefused(String curve) throws Exception {
    byte[] spki = TestPki.ec(curve).getPublic().getEncoded();
    byte[] off = spki.clone();
    off[off.length - 1] ^= 1;
    refused(off, KeyResult.Kind.MALFORMED, "not a point");

    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(spki);
    byte[] point = info.getPublicKeyData().getOctets();
    byte[] hybrid = point.clone();
    hybrid[0] = (byte) (6 + (point[point.length - 1] & 1));
    byte[] outOfField = point.clone();
    Arrays.fill(outOfField, 1, outOfField.length, (byte) 0xff);
    byte[] cut = Arrays.copyOf(point, point.length - 1);
    byte[] zero = new byte[point.length];
    zero[0] = 4;
    for (byte[] bad : List.of(new byte[] {0}, new byte[0], hybrid, outOfField, cut, zero)) {
      refused(
          new SubjectPublicKeyInfo(info.getAlgorithm(), bad).getEncoded("DER"),
          KeyResult.Kind.MALFORMED,
          "not a point");
    }
  }

  @Test
  @DisplayName("CRY-08 a compressed x that is on no point of the curve is refused")
  void compressedXWithoutPointIsRefused() throws Exception {
    SubjectPublicKeyInfo info =
        SubjectPublicKeyInfo.getInstance(TestPki.p256().getPublic().getEncoded());
    int refusals = 0;
    for (int x = 1; x <= 40; x++) {
      byte[] compressed = new byte[33];
      compressed[0] = 2;
      compressed[32] = (byte) x;
      byte[] spki = new SubjectPublicKeyInfo(info.getAlgorithm(), compressed).getEncoded("DER");
      if (VerificationKey.fromSpki(spki) instanceof KeyResult.Loaded(VerificationKey key)) {
        ECPoint point = ECNamedCurveTable.getByName("P-256").getCurve().decodePoint(compressed);
        assertThat(key.spki()).endsWith(point.getEncoded(false));
      } else {
        refusals++;
      }
    }
    assertThat(refusals).isBetween(10, 30);
  }

  @Test
  @DisplayName("CRY-12 Ed25519 keys of small order, in every encoding, are refused")
  void smallOrderKeysAreRefused() {
    List<String> small =
        List.of(
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
    for (String hex : small) {
      assertThat(VerificationKey.fromEd25519(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOfSatisfying(
              KeyResult.Refused.class,
              refusal -> assertThat(refusal.why()).contains("small order"));
    }
  }

  @Test
  @DisplayName("CRY-12 non-canonical, off-curve and short Ed25519 keys are refused")
  void badEd25519KeysAreRefused() {
    for (String hex :
        List.of(
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0200000000000000000000000000000000000000000000000000000000000000",
            "00",
            "")) {
      assertThat(VerificationKey.fromEd25519(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOfSatisfying(
              KeyResult.Refused.class,
              refusal -> assertThat(refusal.kind()).isEqualTo(KeyResult.Kind.MALFORMED));
    }
    for (int i = 0; i < 20; i++) {
      KeyPair good = TestPki.ed25519();
      assertThat(TestPki.key(good).describe()).isEqualTo("ed25519");
    }
  }

  @Test
  void otherAlgorithmsAreRefusedByName() throws Exception {
    byte[] dsa = KeyPairGenerator.getInstance("DSA").generateKeyPair().getPublic().getEncoded();
    refused(dsa, KeyResult.Kind.NOT_ALLOWED, "1.2.840.10040.4.1");
    byte[] pss =
        KeyPairGenerator.getInstance("RSASSA-PSS").generateKeyPair().getPublic().getEncoded();
    refused(pss, KeyResult.Kind.NOT_ALLOWED, "1.2.840.113549.1.1.10");
    byte[] x25519 =
        KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    refused(x25519, KeyResult.Kind.NOT_ALLOWED, "1.3.101.110");
  }

  @Test
  @DisplayName("CRY-05 the curves are those of FIPS 186-5, as the JDK knows them")
  void curveConstantsAgreeWithTheJdk() throws Exception {
    for (Curve curve : Curve.values()) {
      String name = "secp" + curve.order().bitLength() + "r1";
      ECPublicKey key = (ECPublicKey) TestPki.ec(name).getPublic();
      ECFieldFp field = (ECFieldFp) key.getParams().getCurve().getField();
      assertThat(curve.fieldPrime()).isEqualTo(field.getP());
      assertThat(curve.coefficientB()).isEqualTo(key.getParams().getCurve().getB());
      assertThat(curve.order()).isEqualTo(key.getParams().getOrder());
      assertThat(key.getParams().getCurve().getA())
          .isEqualTo(field.getP().subtract(BigInteger.valueOf(3)));
    }
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  /** An odd number of that length without a small factor. */
  private static BigInteger numberOfBits(int bits) {
    BigInteger low = BigInteger.ONE.shiftLeft(bits - 1);
    BigInteger prime = BigInteger.valueOf(1_000_003);
    BigInteger candidate = low.divide(prime).add(BigInteger.ONE).setBit(0);
    while (KeyPolicy.rsaRefusal(candidate.multiply(prime), big(65537))
        .filter(refusal -> refusal.why().contains("small prime"))
        .isPresent()) {
      candidate = candidate.add(BigInteger.TWO);
    }
    BigInteger number = candidate.multiply(prime);
    assertThat(number.bitLength()).isEqualTo(bits);
    return number;
  }
}
