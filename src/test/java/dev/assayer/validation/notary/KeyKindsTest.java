package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static dev.assayer.validation.notary.NotaryRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignatureMethod;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.RSAKeyGenParameterSpec;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of key that Notary has, honest and too weak. */
class KeyKindsTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ECDSA_P256, ECDSA, ecdsa-p256",
    "ECDSA_P384, ECDSA, ecdsa-p384",
    "ECDSA_P521, ECDSA, ecdsa-p521",
    "RSA_2048, RSAPSS, rsa-2048",
    "RSA_2048, RSAPKCS1V15, rsa-2048",
    "ED25519, EDDSA, ed25519"
  })
  void everyRoleMaySignWithIt(KeyKind kind, SignatureMethod method, String name) {
    KeyPair pair = kind.generate();
    TufKey bare = TufKey.bare(pair).withMethod(method);
    TufKey root =
        kind == KeyKind.ED25519
            ? TufKey.x509(KeyKind.ECDSA_P256, GUN)
            : TufKey.x509(pair, Certificates.leaf(pair, GUN)).withMethod(method);
    SignedRepository repository = rig.repository(GUN, root);
    repository.role("timestamp").keys(bare);
    repository.role("snapshot").keys(bare);
    repository.targets().keys(kind == KeyKind.ED25519 ? bare : root);
    repository.delegate("targets/releases", bare).target("1.0", DIGEST, 528);
    repository.publish();
    var trusted = trusted(rig.verify(IMAGE));
    assertTrusted(trusted, DIGEST);
    assertThat(trusted.signers())
        .singleElement()
        .satisfies(signer -> {
          assertThat(signer.algorithm()).isEqualTo(name);
          assertThat(signer.keyId()).isEqualTo(bare.id());
          assertThat(signer.role()).isEqualTo("targets/releases");
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyKind.class,
      names = {"ECDSA_P384", "ED25519", "RSA_2048"})
  void aBareRootKeyNeedsAllowUnboundRoot(KeyKind kind) {
    rig.repository(GUN, TufKey.bare(kind));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, "allowUnboundRoot");
    rig.allowUnbound();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void twoOfThreeKeysSuffice() {
    SignedRepository repository = rig.repository(GUN);
    TufKey a = key();
    TufKey b = TufKey.bare(KeyKind.ED25519);
    TufKey c = TufKey.bare(KeyKind.RSA_2048);
    repository.targets().keys(a, b, c).threshold(2).signers(c, b);
    repository.publish();
    var trusted = trusted(rig.verify(IMAGE));
    assertThat(trusted.signers())
        .extracting(signer -> signer.keyId())
        .containsExactlyInAnyOrder(b.id(), c.id());
    repository.targets().signers(b);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }

  @Test
  void rsaOf1024BitsIsNotAllowed() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    refused(generator.generateKeyPair(), "1024 bits");
  }

  @Test
  void rsaWithExponentThreeIsNotAllowed() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)));
    refused(generator.generateKeyPair(), "exponent is 3");
  }

  @Test
  void aCurveOf224BitsIsNotAllowed() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    generator.initialize(ECNamedCurveTable.getParameterSpec("secp224r1"));
    refused(generator.generateKeyPair(), "curve");
  }

  private void refused(KeyPair weak, String word) {
    SignedRepository repository = rig.repository(GUN);
    repository.targets().keys(TufKey.bare(weak));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_ALLOWED, word);
  }

  @Test
  void aKeyUnderTheLabelOfAnotherTypeIsMalformed() {
    SignedRepository repository = rig.repository(GUN);
    KeyPair pair = KeyKind.RSA_2048.generate();
    repository.targets().keys(TufKey.claiming("ecdsa", pair.getPublic().getEncoded(), pair));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "ecdsa holds a key of rsa-2048");
  }

  @Test
  void anUnknownKeyTypeIsNotAllowed() {
    SignedRepository repository = rig.repository(GUN);
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    repository
        .targets()
        .keys(TufKey.claiming("ecdsa-sha2-nistp256", pair.getPublic().getEncoded(), pair));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_ALLOWED);
  }

  @Test
  void aWeakKeyBesideAGoodOneDoesNotCount() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    TufKey weak = TufKey.bare(generator.generateKeyPair());
    SignedRepository repository = rig.repository(GUN);
    repository.targets().keys(weak, key());
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().threshold(2);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }
}
