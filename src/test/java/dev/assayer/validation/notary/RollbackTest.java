package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.addressed;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;
import static dev.assayer.validation.notary.NotaryRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.Edit;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufRole;
import dev.assayer.state.RepositoryMemory;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was seen does not go back, and what fails leaves no trace. */
class RollbackTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  /** The files before and after the tag moved; the later ones are served and verified. */
  private Map<String, byte[]> moved() {
    Map<String, byte[]> old = repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    return old;
  }

  @Test
  @DisplayName("TUF-08 rollback of the timestamp version; the trusted state is unchanged")
  void anEarlierPublicationIsServedAgain() {
    Map<String, byte[]> old = moved();
    RepositoryMemory before = rig.memory(GUN);
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "timestamp.json has version");
    assertRefused(rig.reopened().verify(IMAGE), Reason.ROLLBACK);
    assertThat(rig.memory(GUN)).isEqualTo(before);
    repository.serveAsPublished();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  @Test
  @DisplayName("TUF-09 rollback in snapshot: targets go down inside a newer snapshot")
  void olderTargetsInsideANewerSnapshot() {
    moved();
    repository.targets().version(1).target("1.0", DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "targets.json has version 1");
    assertRefused(rig.reopened().verify(IMAGE), Reason.ROLLBACK, "targets.json has version 1");
  }

  @Test
  @DisplayName("TUF-09 rollback of the snapshot version under a newer timestamp")
  void anOlderSnapshotUnderANewerTimestamp() {
    moved();
    repository.role("snapshot").version(1);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "snapshot.json has version 1");
  }

  @Test
  @DisplayName("TUF-09 rollback of a delegation inside a newer snapshot")
  void anOlderDelegationInsideANewerSnapshot() {
    TufRole releases = repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    releases.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    releases.version(1).target("1.0", DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "targets/releases.json has version 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp", "snapshot", "targets", "targets/releases"})
  @DisplayName("equivocation: the same version of a role with other content")
  void theSameVersionWithOtherContent(String name) {
    TufRole releases = repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    long version = rig.memory(GUN).marks().get(name).version();
    TufRole role = repository.role(name).version(version);
    releases.target("2.0", OTHER_DIGEST, 528);
    if (!name.startsWith("targets")) {
      role.lifetime(java.time.Duration.ofDays(9));
    } else {
      role.target("1.0", OTHER_DIGEST, 528);
    }
    RepositoryMemory before = rig.memory(GUN);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.EQUIVOCATION, name + ".json has version " + version);
    assertThat(rig.memory(GUN).marks().get(name)).isEqualTo(before.marks().get(name));
  }

  @Test
  void theSameVersionSignedAgainIsNoEquivocation() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().version(1).editFile(Edit.text("\"signatures\":", "\"signatures\": "));
    repository.targets().expires(trusted(rig.verify(IMAGE)).trust().chain().get(3).expires());
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("TUF-10 role removal: releases vanish from a newer snapshot")
  void releasesVanish() {
    TufRole releases =
        repository.delegate("targets/releases", key()).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    RepositoryMemory before = rig.memory(GUN);
    releases.published(false);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "targets/releases", "no longer lists");
    assertRefused(rig.reopened().verify(IMAGE), Reason.ROLLBACK, "targets/releases");
    assertThat(rig.memory(GUN)).isEqualTo(before);
    releases.published(true);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  @Test
  @DisplayName("TUF-10 role removal: a required delegation vanishes from a newer snapshot")
  void aRequiredDelegationVanishes() {
    TufRole lou = repository.delegate("targets/lou", key()).target("1.0", DIGEST, 528);
    repository.delegate("targets/max", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "lou", "max"), DIGEST);
    lou.published(false);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.ROLLBACK, "targets/lou");
  }

  @Test
  @DisplayName("TUF-10 removal by newer signed targets is legitimate")
  void removalByNewerTargets() {
    repository.delegate("targets/releases", key()).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    repository.removeDelegation("targets/releases");
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertThat(rig.memory(GUN).marks()).doesNotContainKey("targets/releases");
  }

  @Test
  @DisplayName("TUF-10 role removal: older targets that did not delegate yet are no removal")
  void removalByOlderTargets() {
    Map<String, byte[]> old = repository.publish();
    repository.delegate("targets/releases", key()).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    repository.removeDelegation("targets/releases");
    repository.targets().version(1).editFile(bytes -> old.get("targets.json"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "targets.json has version 1");
  }

  @Test
  @DisplayName("TUF-10 a nested delegation vanishes while its parent still delegates")
  void aNestedDelegationVanishes() {
    repository.delegate("targets/a", key());
    TufRole nested = repository.delegate("targets/a/b", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "a/b"), DIGEST);
    nested.published(false);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "a/b"), Reason.ROLLBACK, "targets/a/b");
    repository.removeDelegation("targets/a");
    repository.publish();
    assertRefused(rig.verify(IMAGE, "a/b"), Reason.DELEGATION_MISSING);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertThat(rig.memory(GUN).marks()).doesNotContainKeys("targets/a", "targets/a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "targets"})
  @DisplayName("TUF-11 a timestamp whose chain fails later is not remembered")
  void aFailedChainLeavesNoMark(String broken) {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    Map<String, byte[]> old = repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    RepositoryMemory before = rig.memory(GUN);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    byte[] bytes = file(repository, broken + ".json");
    byte[] edited = Edit.flipBit(-9).apply(bytes);
    repository.serve(broken + ".json", edited);
    repository.serve(addressed(broken, bytes), edited);
    assertRefused(rig.verify(IMAGE), Reason.HASH_MISMATCH, broken);
    assertThat(rig.memory(GUN)).isEqualTo(before);
    repository.serveAsPublished();
    repository.serveOnly(old);
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("TUF-11 a failure at first sight leaves nothing remembered")
  void aFailureAtFirstSight() {
    repository.role("snapshot").signers(key());
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
    assertThat(rig.memory(GUN)).isEqualTo(RepositoryMemory.NONE);
  }

  @Test
  @DisplayName("TUF-32 stored state lost: older unexpired files are trusted, and said so")
  void aReplicaThatLostItsMemory() {
    Map<String, byte[]> old = moved();
    assertThat(trusted(rig.verify(IMAGE)).trust().firstUse()).isFalse();
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    rig.withoutMemory();
    var result = trusted(rig.verify(IMAGE));
    assertTrusted(result, DIGEST);
    assertThat(result.trust().firstUse()).isTrue();
  }

  @Test
  @DisplayName("TUF-32 a new replica that shares the state refuses what an old one would")
  void aNewReplicaWithTheSharedState() {
    Map<String, byte[]> old = moved();
    repository.serveOnly(old);
    assertRefused(
        NotaryRig.validate(
            rig.replica(), rig.request(IMAGE), dev.assayer.time.Deadline.after(NotaryRig.BUDGET)),
        Reason.ROLLBACK);
  }

  @Test
  void theSignersOfARoleAreRememberedAndANewOneIsToldApart() {
    assertThat(trusted(rig.verify(IMAGE)).signers()).noneMatch(signer -> signer.firstSeen());
    repository.targets().keys(repository.targets().keys().getFirst(), key());
    repository.publish();
    assertThat(trusted(rig.verify(IMAGE)).signers())
        .extracting(signer -> signer.firstSeen())
        .containsExactlyInAnyOrder(true, false);
    assertThat(trusted(rig.verify(IMAGE)).signers()).noneMatch(signer -> signer.firstSeen());
  }
}
