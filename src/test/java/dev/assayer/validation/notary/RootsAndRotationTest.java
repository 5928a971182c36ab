package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.samples.TufRole;
import dev.assayer.state.RepositoryMemory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which root is trusted, at first sight and after others. */
class RootsAndRotationTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final TufKey first = rootKey();
  private final TufKey second = rootKey();
  private final TufKey third = rootKey();

  private static TufKey rootKey() {
    return TufKey.x509(KeyKind.ECDSA_P256, GUN);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aRootKeyIsReplacedWhileTheOldOneIsStillPinned() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.withoutMemory();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.withoutMemory().pin("default", second.publicKeyPem());
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aReplicaThatMissedARotationFollowsTheLinksFromTheRootItRemembers() {
    SignedRepository repository = rotatedTwice();
    rig.pin("default", third.publicKeyPem());
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertThat(rig.filesAskedFor()).contains("2.root.json").doesNotContain("1.root.json");
    assertThat(rig.memory(GUN).root())
        .hasValueSatisfying(root ->
            assertThat(root.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(file(repository, "root.json")));
  }

  @Test
  void aRootThatThePinnedKeyNoLongerSignsIsRefusedWithAndWithoutMemory() {
    SignedRepository unused = rotatedTwice();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "default");
    rig.withoutMemory();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "default");
    assertThat(unused.file("3.root.json")).isPresent();
  }

  /** Root 1 verified under the first key; then 2 and 3, each with a new key. */
  private SignedRepository rotatedTwice() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second);
    repository.publish();
    repository.role("root").keys(third);
    repository.publish();
    return repository;
  }

  @Test
  @DisplayName("TUF-17 root chain: a version is skipped, since 2.root.json is withheld")
  void aSkippedVersion() {
    SignedRepository repository = rotatedTwice();
    rig.pin("default", third.publicKeyPem());
    repository.withhold("2.root.json");
    RepositoryMemory before = rig.memory(GUN);
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "2.root.json");
    assertThat(rig.memory(GUN)).isEqualTo(before);
  }

  @Test
  @DisplayName("TUF-17 root chain: another version stands in for 2.root.json")
  void anotherVersionInPlaceOfTheLink() {
    SignedRepository repository = rotatedTwice();
    rig.pin("default", third.publicKeyPem());
    repository.serve("2.root.json", file(repository, "3.root.json"));
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "says version 3");
    repository.serve("2.root.json", file(repository, "1.root.json"));
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "says version 1");
  }

  @Test
  @DisplayName("TUF-17 root chain: root N+1 is signed by its own keys only")
  void theNextRootSignedByItselfAlone() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second).signers(second);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "not signed by the root keys of version 1");
    rig.pin("default", second.publicKeyPem());
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "not signed by the root keys of version 1");
    rig.withoutMemory().pin("default", first.publicKeyPem());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED);
  }

  @Test
  @DisplayName("TUF-17 root chain: a link in the middle is signed by its own keys only")
  void aLinkInTheMiddleSignedByItselfAlone() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second).signers(second);
    repository.publish();
    repository.role("root").keys(third).signers(first, second, third);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN);
  }

  @Test
  @DisplayName("TUF-17 root chain: root N+1 is signed by the old keys only")
  void theNextRootNotSignedByItself() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second).signers(first);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN);
    rig.withoutMemory();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
  }

  @Test
  @DisplayName("TUF-17 root chain: a version far ahead is not walked to")
  void aVersionFarAhead() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").version(Long.MAX_VALUE);
    repository.publish();
    rig.forgetRequests();
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "at once");
    assertThat(rig.filesAskedFor()).noneMatch(name -> name.endsWith(".root.json"));
  }

  @Test
  void aRootMayGainAThresholdAndKeepIt() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(first, second, third).threshold(2);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second, third).signers(first, second);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN, "1 of the 2 distinct keys");
    rig.withoutMemory();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET);
  }

  @Test
  @DisplayName("TUF-18 root file expired, rest fresh")
  void theRootFileHasExpired() {
    SignedRepository repository = rig.repository(GUN);
    repository.role("root").lifetime(Duration.ofDays(-1));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_EXPIRED, "root.json version 2");
  }

  @Test
  void anExpiredRootInTheMiddleOfTheChainIsNoObstacle() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second).lifetime(Duration.ofDays(-1));
    repository.publish();
    repository.role("root").keys(third).lifetime(Duration.ofDays(10)).signers(first, second, third);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("CVE-2015-9259: an old root with the stolen targets key is served again")
  void anOldRootIsServedAgain() {
    SignedRepository repository = rig.repository(GUN, first);
    var old = repository.publish();
    repository.targets().keys(key());
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "root.json");
  }

  @Test
  @DisplayName("root equivocation: two roots of one version, both validly signed")
  void twoRootsOfOneVersion() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").version(1);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.EQUIVOCATION, "root.json has version 1");
  }

  @Test
  void everyTrustRootMustHaveSigned() {
    SignedRepository repository = rig.repository(GUN, first, second);
    rig.pin("second", second.publicKeyPem());
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.pin("third", third.publicKeyPem());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "third");
    rig.pin("third", second.publicKeyPem());
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").signers(first);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "second");
  }

  @Test
  void theSignatureOfThePinnedKeyMustBeValid() {
    SignedRepository repository = rig.repository(GUN, first);
    repository
        .role("root")
        .editSignatures(s -> java.util.List.of(s.getFirst().withBytes(new byte[64])));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "pinned root key");
  }

  @Test
  void aRevokedPinIsRefusedByIdAndByFingerprintWhateverIsRemembered() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.revoke(Envelope.sha256(first.keyPair().getPublic().getEncoded()));
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "revoked");
    rig.revoke(TufKey.bare(first.keyPair()).id());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "revoked");
  }

  @Test
  void theOwnerReplacesAStolenRootKeyAndTheOperatorRevokesIt() {
    SignedRepository repository = rig.repository(GUN, first);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").keys(second);
    repository.publish();
    rig.revoke(first.id()).pin("default", second.publicKeyPem());
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("UPS-15 snapshot and timestamp keys rotated on the server through a new root")
  void onlineKeysRotatedThroughRoot() {
    SignedRepository repository = rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    for (String role : new String[] {"snapshot", "timestamp"}) {
      repository.role(role).keys(key());
      repository.publish();
      assertTrusted(rig.verify(IMAGE), DIGEST);
    }
  }

  @Test
  @DisplayName("UPS-15 snapshot or timestamp key rotated by an attacker, without root")
  void onlineKeysRotatedWithoutRoot() {
    SignedRepository repository = rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    for (String role : new String[] {"snapshot", "timestamp"}) {
      TufRole attacked = repository.role(role).signers(key());
      repository.publish();
      assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
      attacked.signersAsListed();
      repository.publish();
      assertTrusted(rig.verify(IMAGE), DIGEST);
    }
  }

  @Test
  @DisplayName("TUF-04 fast-forward: a stolen snapshot key signs version 2^63-1, then is rotated")
  void fastForwardIsUndoneByRotationAlone() {
    SignedRepository repository = rig.repository(GUN);
    repository.role("snapshot").version(Long.MAX_VALUE);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("snapshot").version(5);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "snapshot.json has version 5");
    repository.role("snapshot").keys(key()).version(5);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertThat(rig.memory(GUN).marks().get("snapshot").version()).isEqualTo(5);
    repository.role("snapshot").version(4);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "snapshot.json has version 4");
  }

  @Test
  @DisplayName("TUF-04 fast-forward of the timestamp, undone by rotating its key")
  void fastForwardOfTheTimestamp() {
    SignedRepository repository = rig.repository(GUN);
    repository.role("timestamp").version(Long.MAX_VALUE);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("timestamp").version(7);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "timestamp.json has version 7");
    repository.role("timestamp").keys(key()).version(7);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("a rotation of online keys does not reset the marks of targets")
  void rotationDoesNotResetTargets() {
    SignedRepository repository = rig.repository(GUN);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    repository.role("snapshot").keys(key());
    repository.targets().version(1).target("1.0", DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "targets.json has version 1");
  }
}
