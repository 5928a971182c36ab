package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void compressedAndUncompressedPointsAreOneKey(String curve) throws Exception {
    for (int i = 0; i < 6; i++) {
      byte[] spki = TestPki.ec(curve).getPublic().getEncoded();
      SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(spki);
      byte[] compressed =
          ECNamedCurveTable.getByName(curve)
              .getCurve()
              .decodePoint(info.getPublicKeyData().getOctets())
              .getEncoded(true);
      byte[] other = new SubjectPublicKeyInfo(info.getAlgorithm(), compressed).getEncoded("DER");

      VerificationKey a = TestPki.loaded(VerificationKey.fromSpki(spki));
      VerificationKey b = TestPki.loaded(VerificationKey.fromSpki(other));

      assertThat(other).isNotEqualTo(spki);
      assertThat(a.spki()).isEqualTo(spki);
      assertThat(b.fingerprint()).isEqualTo(a.fingerprint());
      assertThat(Set.of(a)).contains(b);
    }
  }

  @Test
  void rsaWithAndWithoutNullParametersIsOneKey() throws Exception {
    RSAPublicKey rsa = (RSAPublicKey) TestPki.rsa(2048).getPublic();
    byte[] withoutNull =
        new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                new org.bouncycastle.asn1.pkcs.RSAPublicKey(
                    rsa.getModulus(), rsa.getPublicExponent()))
            .getEncoded("DER");

    VerificationKey a = TestPki.loaded(VerificationKey.fromSpki(rsa.getEncoded()));
    VerificationKey b = TestPki.loaded(VerificationKey.fromSpki(withoutNull));

    assertThat(withoutNull).isNotEqualTo(rsa.getEncoded());
    assertThat(a.spki()).isEqualTo(rsa.getEncoded());
    assertThat(b).isEqualTo(a);
    assertThat(b.fingerprint()).isEqualTo(Sha.sha256Hex(rsa.getEncoded()));
  }

  @Test
  void rawAndEncodedEd25519IsOneKey() {
    byte[] spki = TestPki.ed25519().getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(spki, spki.length - 32, spki.length);

    assertThat(TestPki.loaded(VerificationKey.fromEd25519(raw)).spki()).isEqualTo(spki);
    assertThat(VerificationKey.fromEd25519(raw)).isEqualTo(VerificationKey.fromSpki(spki));
  }

  @Test
  void describeNamesAlgorithmAndSize() {
    assertThat(TestPki.key(TestPki.p256()).describe()).isEqualTo("ecdsa-p256");
    assertThat(TestPki.key(TestPki.ec("secp384r1")).describe()).isEqualTo("ecdsa-p384");
    assertThat(TestPki.key(TestPki.ec("secp521r1")).describe()).isEqualTo("ecdsa-p521");
    assertThat(TestPki.key(TestPki.rsa(3072)).describe()).isEqualTo("rsa-3072");
  }

  @Test
  @DisplayName("CRY-03 keys with trailing bytes, long-form lengths or bad integers are refused")
  void onlyDerIsAKey() throws Exception {
    KeyPair keys = TestPki.p256();
    byte[] spki = keys.getPublic().getEncoded();
    byte[] longForm =
        DerValue.concat(new byte[] {0x30, (byte) 0x81}, Arrays.copyOfRange(spki, 1, spki.length));
    byte[] rsa = TestPki.rsa(2048).getPublic().getEncoded();
    String hex = HexFormat.of().formatHex(rsa);
    byte[] negative = HexFormat.of().parseHex(hex.replace("0282010100", "0282010180"));

    for (byte[] bad :
        new byte[][] {
          {},
          {0x30},
          {0x30, (byte) 0x80, 0, 0},
          {0x30, (byte) 0x84, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
          Arrays.copyOf(spki, spki.length + 1),
          Arrays.copyOf(spki, spki.length - 1),
          longForm,
          negative,
          new byte[5000]
        }) {
      assertThat(VerificationKey.fromSpki(bad))
          .isInstanceOfSatisfying(
              KeyResult.Refused.class,
              refusal -> assertThat(refusal.kind()).isEqualTo(KeyResult.Kind.MALFORMED));
    }
  }

  @Test
  void everyCutOrFlippedByteGivesAResultAndNoException() {
    for (KeyPair keys : new KeyPair[] {TestPki.p256(), TestPki.rsa(2048), TestPki.ed25519()}) {
      byte[] good = keys.getPublic().getEncoded();
      for (int i = 0; i < good.length; i++) {
        assertThat(VerificationKey.fromSpki(Arrays.copyOf(good, i)))
            .isInstanceOf(KeyResult.Refused.class);
        byte[] flipped = good.clone();
        flipped[i] ^= (byte) 0x81;
        if (VerificationKey.fromSpki(flipped) instanceof KeyResult.Loaded(VerificationKey key)) {
          assertThat(key).isNotEqualTo(TestPki.key(keys));
        }
      }
    }
  }

  @Test
  void bigIntegersAreEncodedMinimally() throws Exception {
    for (long value : new long[] {0, 1, 127, 128, 255, 256, -1, -128, -129}) {
      byte[] encoded = DerValue.encode(BigInteger.valueOf(value));
      assertThat(DerValue.in(encoded).integer()).isEqualTo(BigInteger.valueOf(value));
    }
  }
}
