package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignatureMethod;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.samples.TufSignature;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who signed, how often, and how many had to. */
class SignaturesAndThresholdsTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("TUF-01 arbitrary software: targets.json signed by a key that no trusted root lists")
  void targetsOfAStranger() {
    repository.targets().signers(key()).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
  }

  @Test
  @DisplayName("TUF-01 arbitrary software: a stranger signs under the id of the listed key")
  void targetsOfAStrangerUnderTheIdOfTheListedKey() {
    String listed = repository.targets().keys().getFirst().id();
    repository.targets().signers(key().withId(listed)).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "is not valid");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"timestamp", "snapshot", "targets", "targets/releases"})
  @DisplayName("TUF-13 key compromise below threshold: 1 of 2 keys of a threshold-2 role")
  void oneOfTwoKeys(String role) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    TufKey stolen = key();
    TufKey safe = key();
    repository.role(role).keys(stolen, safe).threshold(2);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role(role).signers(stolen);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "1 of the 2 distinct keys");
  }

  @Test
  @DisplayName("TUF-13 key compromise below threshold: only the pinned key of a threshold-2 root")
  void onlyThePinnedKeyOfAThresholdTwoRoot() {
    TufKey pinned = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    rig.repository(GUN, pinned, TufKey.x509(KeyKind.ECDSA_P256, GUN))
        .role("root")
        .threshold(2)
        .signers(pinned);
    SignedRepository two = rig.repository(GUN, pinned, TufKey.x509(KeyKind.ECDSA_P256, GUN));
    two.role("root").threshold(2).signers(pinned);
    two.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }

  @Test
  @DisplayName("TUF-14 same key twice: as ecdsa and as ecdsa-x509, which have different key ids")
  void theSameKeyBareAndWrapped() {
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    twice(TufKey.bare(pair), TufKey.x509(pair, Certificates.leaf(pair, GUN)));
  }

  @Test
  @DisplayName("TUF-14 same key twice: in two certificates")
  void theSameKeyInTwoCertificates() {
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    twice(
        TufKey.x509(pair, Certificates.leaf(pair, GUN)),
        TufKey.x509(pair, Certificates.leaf(pair, GUN)));
  }

  @Test
  @DisplayName("TUF-14 same key twice: under its own id and under an invented one")
  void theSameKeyUnderAFalseId() {
    TufKey honest = key();
    twice(honest, honest.withId("0".repeat(64)));
  }

  @Test
  @DisplayName("TUF-14 same key twice: its point written whole and compressed")
  void theSameKeyWithACompressedPoint() {
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    byte[] whole = pair.getPublic().getEncoded();
    byte[] compressed = new byte[59];
    System.arraycopy(whole, 0, compressed, 0, 26);
    compressed[1] = 57;
    compressed[24] = 34;
    System.arraycopy(whole, 27, compressed, 27, 32);
    compressed[25] = 0;
    boolean odd = ((ECPublicKey) pair.getPublic()).getW().getAffineY().testBit(0);
    compressed[26] = (byte) (odd ? 3 : 2);
    twice(TufKey.bare(pair), TufKey.claiming("ecdsa", compressed, pair));
  }

  @Test
  @DisplayName("TUF-14 same key twice: an RSA key that signs by both methods")
  void theSameRsaKeyByBothMethods() {
    KeyPair pair = KeyKind.RSA_2048.generate();
    TufKey wrapped = TufKey.x509(pair, Certificates.leaf(pair, GUN));
    twice(TufKey.bare(pair), wrapped.withMethod(SignatureMethod.RSAPKCS1V15));
  }

  private void twice(TufKey one, TufKey other) {
    assertThat(one.id()).isNotEqualTo(other.id());
    repository.targets().keys(one, other).threshold(2);
    repository.publish();
    assertThat(repository.file("targets.json")).isPresent();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "1 of the 2 distinct keys");
  }

  @Test
  @DisplayName("TUF-15 same signature repeated for one key id")
  void theSameSignatureRepeated() {
    TufKey stolen = key();
    repository
        .targets()
        .keys(stolen, key())
        .threshold(2)
        .signers(stolen)
        .editSignatures(s -> List.of(s.getFirst(), s.getFirst(), s.getFirst()));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }

  @Test
  @DisplayName("TUF-15 one key signs twice with different bytes, and once as (r, n-s)")
  void differentSignaturesOfOneKey() {
    TufKey stolen = key();
    repository
        .targets()
        .keys(stolen, key())
        .threshold(2)
        .signers(stolen, stolen)
        .editSignatures(SignaturesAndThresholdsTest::withTwin);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }

  @Test
  @DisplayName("TUF-15 a signature is never an identity: (r, n-s) alone is as good as (r, s)")
  void aMalleatedSignatureIsAsGood() {
    repository.targets().editSignatures(s -> List.of(withTwin(s).getLast()));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  private static List<TufSignature> withTwin(List<TufSignature> signatures) {
    BigInteger order =
        new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    byte[] raw = signatures.getFirst().bytes();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64));
    byte[] twin = order.subtract(s).toByteArray();
    byte[] other = Arrays.copyOf(raw, 64);
    Arrays.fill(other, 32, 64, (byte) 0);
    int length = Math.min(32, twin.length);
    System.arraycopy(twin, twin.length - length, other, 64 - length, length);
    List<TufSignature> all = new ArrayList<>(signatures);
    all.add(signatures.getFirst().withBytes(other));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"root", "timestamp", "snapshot", "targets", "targets/releases"})
  @DisplayName("TUF-30 unsigned metadata: signatures empty")
  void unsigned(String role) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.role(role).editSignatures(signatures -> List.of());
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "no signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsapss", "rsapkcs1v15", "eddsa", "pycrypto-pkcs#1 pss", "none", ""})
  @DisplayName("CVE-2015-9258: the unsigned method field chooses another algorithm than the key's")
  void aMethodThatIsNotTheKeys(String method) {
    repository
        .targets()
        .editSignatures(s -> s.stream().map(one -> one.withMethod(method)).toList());
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void theMethodIsReadWithoutRegardToCase() {
    repository.targets().editSignatures(s -> List.of(s.getFirst().withMethod("ECDSA")));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void tooManySignaturesAreNotEvenTried() {
    repository.targets().editSignatures(s -> java.util.Collections.nCopies(129, s.getFirst()));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.TOO_MANY_SIGNATURES, "129");
  }

  @Test
  void junkSignaturesBesideAValidOneDoNotHarm() {
    repository
        .targets()
        .editSignatures(s -> {
          List<TufSignature> all = new ArrayList<>();
          all.add(s.getFirst().withKeyId("unknown"));
          all.add(s.getFirst().withBytes(new byte[64]));
          all.add(s.getFirst().withMethod("none"));
          all.addAll(s);
          return all;
        });
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aRevokedKeyCountsForNothingByIdAndByFingerprint() {
    TufKey other = key();
    repository.targets().keys(repository.targets().keys().getFirst(), other).threshold(2);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.revoke(other.id());
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "revoked");
    rig.revoke(Envelope.sha256(other.keyPair().getPublic().getEncoded()));
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "revoked");
    repository.targets().keys(other).threshold(1);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "revoked");
  }
}
