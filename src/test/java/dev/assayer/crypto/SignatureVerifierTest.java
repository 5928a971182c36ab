package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignatureVerifierTest {
  private static final byte[] MESSAGE = "the signed bytes".getBytes(StandardCharsets.UTF_8);
  private static final KeyPair P256 = TestPki.p256();
  private static final KeyPair P384 = TestPki.ec("secp384r1");
  private static final KeyPair P521 = TestPki.ec("secp521r1");
  private static final KeyPair RSA = TestPki.rsa(2048);
  private static final KeyPair ED = TestPki.ed25519();
  private static final Map<ProviderChoice, SignatureVerifier> VERIFIERS =
      new EnumMap<>(ProviderChoice.class);

  private static SignatureVerifier with(ProviderChoice choice) {
    return VERIFIERS.computeIfAbsent(choice, one -> SignatureVerifier.create(List.of(one)));
  }

  private static byte[] sign(KeyPair keys, String algorithm, byte[] message) throws Exception {
    Signature signature = Signature.getInstance(algorithm);
    if (algorithm.equals("RSASSA-PSS")) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    signature.initSign(keys.getPrivate());
    signature.update(message);
    return signature.sign();
  }

  private static byte[] raw(KeyPair keys, String hash) throws Exception {
    return sign(keys, hash + "withECDSAinP1363Format", MESSAGE);
  }

  private static boolean ecdsa(ProviderChoice choice, KeyPair keys, byte[] signature) {
    return with(choice).verify(TestPki.key(keys), SignatureScheme.ECDSA_SHA256, MESSAGE, signature);
  }

  @ParameterizedTest
  @EnumSource
  void goodSignaturesVerifyAndAlteredOnesDoNot(ProviderChoice choice) throws Exception {
    record Case(KeyPair keys, SignatureScheme scheme, String algorithm) {}
    for (Case one :
        List.of(
            new Case(P256, SignatureScheme.ECDSA_SHA256, "SHA256withECDSAinP1363Format"),
            new Case(P384, SignatureScheme.ECDSA_SHA256, "SHA256withECDSAinP1363Format"),
            new Case(P521, SignatureScheme.ECDSA_SHA256, "SHA256withECDSAinP1363Format"),
            new Case(RSA, SignatureScheme.RSA_PSS_SHA256, "RSASSA-PSS"),
            new Case(RSA, SignatureScheme.RSA_PKCS1_SHA256, "SHA256withRSA"),
            new Case(ED, SignatureScheme.ED25519, "Ed25519"))) {
      byte[] signature = sign(one.keys(), one.algorithm(), MESSAGE);
      VerificationKey key = TestPki.key(one.keys());
      SignatureVerifier verifier = with(choice);
      assertThat(verifier.verify(key, one.scheme(), MESSAGE, signature)).as("%s", one).isTrue();
      assertThat(verifier.verify(key, one.scheme(), new byte[0], signature)).isFalse();
      for (int bit = 0; bit < signature.length * 8; bit += 29) {
        byte[] altered = signature.clone();
        altered[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(verifier.verify(key, one.scheme(), MESSAGE, altered))
            .as("bit %d", bit)
            .isFalse();
      }
      for (SignatureScheme other : SignatureScheme.values()) {
        if (other != one.scheme()) {
          assertThat(verifier.verify(key, other, MESSAGE, signature)).isFalse();
        }
      }
    }
  }

  @ParameterizedTest(name = "CRY-01 {0}")
  @DisplayName("CRY-01 ECDSA r or s of 0 or n never verifies, raw or in DER (CVE-2022-21449)")
  @EnumSource
  void psychicSignaturesAreRefused(ProviderChoice choice) throws Exception {
    for (KeyPair keys : List.of(P256, P384, P521)) {
      Curve curve = Curve.of(TestPki.key(keys).type()).orElseThrow();
      byte[] good = raw(keys, "SHA256");
      BigInteger zero = BigInteger.ZERO;
      BigInteger n = curve.order();
      BigInteger r = new BigInteger(1, Arrays.copyOf(good, curve.width()));
      BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, curve.width(), good.length));
      assertThat(ecdsa(choice, keys, join(curve, r, s))).isTrue();
      for (BigInteger[] pair :
          new BigInteger[][] {
            {zero, zero}, {zero, s}, {r, zero}, {n, n}, {n, s}, {r, n}, {n, zero}, {zero, n}
          }) {
        assertThat(ecdsa(choice, keys, join(curve, pair[0], pair[1]))).isFalse();
        assertThat(
                ecdsa(
                    choice,
                    keys,
                    DerValue.encode(
                        DerValue.SEQUENCE, DerValue.encode(pair[0]), DerValue.encode(pair[1]))))
            .isFalse();
      }
    }
  }

  @ParameterizedTest(name = "CRY-02 {0}")
  @DisplayName("CRY-02 (r, n-s) verifies too, so a signature identifies nothing")
  @EnumSource
  void malleatedSignatureVerifies(ProviderChoice choice) throws Exception {
    byte[] good = raw(P256, "SHA256");
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
    byte[] other =
        join(
            Curve.P256, new BigInteger(1, Arrays.copyOf(good, 32)), Curve.P256.order().subtract(s));

    assertThat(other).isNotEqualTo(good);
    assertThat(ecdsa(choice, P256, other)).isTrue();
  }

  @ParameterizedTest(name = "CRY-03 {0}")
  @DisplayName("CRY-03 a DER signature, also with trailing bytes or BER lengths, is not a raw one")
  @EnumSource
  void derSignaturesAreRefused(ProviderChoice choice) throws Exception {
    byte[] der = sign(P256, "SHA256withECDSA", MESSAGE);
    assertThat(ecdsa(choice, P256, der)).isFalse();
    assertThat(ecdsa(choice, P256, Arrays.copyOf(der, der.length + 1))).isFalse();
    assertThat(ecdsa(choice, P256, Arrays.copyOf(der, 64))).isFalse();
    byte[] longForm =
        DerValue.concat(new byte[] {0x30, (byte) 0x81}, Arrays.copyOfRange(der, 1, der.length));
    assertThat(ecdsa(choice, P256, longForm)).isFalse();
    assertThat(ecdsa(choice, P256, new byte[0])).isFalse();
  }

  @ParameterizedTest(name = "CRY-04 {0}")
  @DisplayName("CRY-04 raw ECDSA of any other length than twice the order's is refused")
  @EnumSource
  void rawSignatureOfOtherLengthIsRefused(ProviderChoice choice) throws Exception {
    byte[] good = raw(P256, "SHA256");
    for (int length : new int[] {0, 1, 32, 63, 65, 66, 96, 128}) {
      assertThat(ecdsa(choice, P256, Arrays.copyOf(good, length))).as("%d", length).isFalse();
    }
    byte[] padded = new byte[66];
    System.arraycopy(good, 0, padded, 1, 32);
    System.arraycopy(good, 32, padded, 34, 32);
    assertThat(ecdsa(choice, P256, padded)).isFalse();
    assertThat(ecdsa(choice, P384, good)).isFalse();
  }

  @ParameterizedTest(name = "CRY-11 {0}")
  @DisplayName("CRY-11 signatures over SHA-1, MD5, SHA-224, SHA-512 or a cut SHA-256 are refused")
  @EnumSource
  void otherHashesAreRefused(ProviderChoice choice) throws Exception {
    for (String hash : List.of("SHA1", "SHA224", "SHA384", "SHA512")) {
      assertThat(ecdsa(choice, P256, raw(P256, hash))).as(hash).isFalse();
      assertThat(ecdsa(choice, P384, raw(P384, hash))).as(hash).isFalse();
    }
    byte[] cut = Arrays.copyOf(Sha.sha256(MESSAGE), 20);
    assertThat(ecdsa(choice, P256, sign(P256, "NONEwithECDSAinP1363Format", cut))).isFalse();
    for (String hash : List.of("MD5", "SHA1", "SHA224", "SHA512")) {
      assertThat(
              with(choice)
                  .verify(
                      TestPki.key(RSA),
                      SignatureScheme.RSA_PKCS1_SHA256,
                      MESSAGE,
                      sign(RSA, hash + "withRSA", MESSAGE)))
          .as(hash)
          .isFalse();
    }
  }

  @ParameterizedTest(name = "CRY-11 {0}")
  @DisplayName("CRY-11 RSA-PSS with another hash, mask hash or salt length is refused")
  @EnumSource
  void otherPssParametersAreRefused(ProviderChoice choice) throws Exception {
    for (PSSParameterSpec other :
        List.of(
            new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1),
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, 32, 1),
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1),
            new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 32, 1))) {
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(other);
      signature.initSign(RSA.getPrivate());
      signature.update(MESSAGE);
      assertThat(
              with(choice)
                  .verify(
                      TestPki.key(RSA), SignatureScheme.RSA_PSS_SHA256, MESSAGE, signature.sign()))
          .as("%s", other)
          .isFalse();
    }
  }

  @ParameterizedTest(name = "CRY-12 {0}")
  @DisplayName("CRY-12 an Ed25519 signature with S + L is refused")
  @EnumSource
  void nonCanonicalScalarIsRefused(ProviderChoice choice) throws Exception {
    byte[] good = sign(ED, "Ed25519", MESSAGE);
    byte[] bigger = good.clone();
    BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(good, 32, 64))).add(Ed25519.L);
    byte[] sum = s.toByteArray();
    Arrays.fill(bigger, 32, 64, (byte) 0);
    for (int i = 0; i < Math.min(32, sum.length); i++) {
      bigger[32 + i] = sum[sum.length - 1 - i];
    }

    VerificationKey key = TestPki.key(ED);
    assertThat(with(choice).verify(key, SignatureScheme.ED25519, MESSAGE, good)).isTrue();
    assertThat(with(choice).verify(key, SignatureScheme.ED25519, MESSAGE, bigger)).isFalse();
    assertThat(Ed25519.scalarInRange(good)).isTrue();
    assertThat(Ed25519.scalarInRange(bigger)).isFalse();
    assertThat(with(choice).verify(key, SignatureScheme.ED25519, MESSAGE, new byte[64])).isFalse();
    assertThat(with(choice).verify(key, SignatureScheme.ED25519, MESSAGE, new byte[63])).isFalse();
  }

  @Test
  void theFastestProviderThatWorksIsTaken() {
    assertThat(SignatureVerifier.create().providerName()).startsWith("AmazonCorretto");
    assertThat(SignatureVerifier.create(List.of(ProviderChoice.JDK)).providerNames())
        .containsExactlyInAnyOrder("SunEC 25", "SunRsaSign 25");
    assertThat(with(ProviderChoice.BOUNCY_CASTLE).providerName(SignatureScheme.ED25519))
        .startsWith("BC ");
  }

  @Test
  void withoutAWorkingProviderThereIsNoVerifier() {
    assertThatThrownBy(() -> SignatureVerifier.create(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ECDSA_SHA256");
  }

  @ParameterizedTest
  @EnumSource
  void aProviderThatSaysYesToEverythingFailsTheKnownAnswerTest(SignatureScheme scheme) {
    for (boolean answer : new boolean[] {true, false}) {
      LyingProvider liar = new LyingProvider(answer, ProviderChoice.JDK.algorithm(scheme));
      assertThat(
              KnownAnswers.passedBy(new Engine(scheme, ProviderChoice.JDK.algorithm(scheme), liar)))
          .isFalse();
    }
    assertThat(
            KnownAnswers.passedBy(
                new Engine(
                    scheme,
                    ProviderChoice.JDK.algorithm(scheme),
                    ProviderChoice.JDK.load(scheme).orElseThrow())))
        .isTrue();
  }

  private static byte[] join(Curve curve, BigInteger r, BigInteger s) {
    return DerValue.concat(fixed(r, curve.width()), fixed(s, curve.width()));
  }

  private static byte[] fixed(BigInteger value, int width) {
    byte[] bytes = value.toByteArray();
    byte[] out = new byte[width];
    int length = Math.min(width, bytes.length);
    System.arraycopy(bytes, bytes.length - length, out, width - length, length);
    return out;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }
}
