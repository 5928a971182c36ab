package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.Edit;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.samples.TufRole;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The attacker runs the Notary, and holds some keys, never enough of them. */
class StolenKeysTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);
  private final TufKey attacker = key();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("stolen online keys: targets signed by the snapshot key")
  void targetsSignedByTheSnapshotKey() {
    TufKey online = repository.role("snapshot").keys().getFirst();
    repository.targets().signers(online).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets.json");
  }

  @Test
  @DisplayName("stolen online keys: another snapshot with targets of another repository")
  void targetsOfAnotherRepository() {
    SignedRepository other = SignedRepository.create("registry.example.com/evil/app");
    other.targets().target("1.0", OTHER_DIGEST, 528);
    other.publish();
    repository.targets().editFile(bytes -> file(other, "targets.json"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets.json");
  }

  @Test
  @DisplayName(
      "stolen online keys: releases are left out of the snapshot before first sight of them")
  void releasesHiddenAfterTargetsWereSeen() {
    TufRole releases = repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    releases.published(false);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    assertRefused(rig.verify(GUN + "@" + OTHER_DIGEST), Reason.ROLLBACK);
  }

  @Test
  @DisplayName("stolen online keys: the file of one delegation in the place of another")
  void oneDelegationsFileForAnother() {
    TufRole lou = repository.delegate("targets/lou", key()).target("1.0", OTHER_DIGEST, 528);
    TufRole max = repository.delegate("targets/max", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.DELEGATIONS_DISAGREE);
    byte[] lous = file(repository, "targets/lou.json");
    max.editFile(bytes -> lous);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.SIGNATURE_INVALID, "targets/max");
    lou.honest();
  }

  @Test
  @DisplayName("stolen online keys: targets.json in the place of releases that another key signs")
  void targetsInThePlaceOfReleases() {
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("targets/releases").editFile(bytes -> file(repository, "targets.json"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets/releases");
  }

  @Test
  @DisplayName("stolen delegation key: lou signs for releases, for max and for targets")
  void oneDelegationKeySignsForOthers() {
    repository.delegate("targets/lou", attacker);
    TufRole releases = repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    releases.signers(attacker).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets/releases");
    releases.signersAsListed().target("1.0", DIGEST, 528);
    repository.targets().signers(attacker).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets.json");
  }

  @Test
  @DisplayName("stolen delegation key: lou's file carries keys and roles for releases")
  void aDelegationDelegatesBesideItself() {
    TufRole lou = repository.delegate("targets/lou", attacker).target("1.0", OTHER_DIGEST, 528);
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    JsonObject role =
        JsonObject.builder()
            .put("keyids", List.of(attacker.id()))
            .put("name", "targets/releases")
            .put("paths", List.of(""))
            .put("threshold", 1)
            .build();
    lou.editSigned(
        Edit.all(
            Edit.set(
                JsonObject.builder().put(attacker.id(), attacker.json()).build(),
                "delegations",
                "keys"),
            Edit.set(new JsonArray(List.of(role)), "delegations", "roles")));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertRefused(rig.verify(IMAGE, "lou"), Reason.METADATA_MALFORMED);
  }

  @Test
  @DisplayName("stolen delegation key: a replaced key signs on")
  void aReplacedDelegationKeySignsOn() {
    TufRole releases = repository.delegate("targets/releases", attacker).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    releases.keys(key()).signers(attacker).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets/releases");
  }

  @Test
  @DisplayName("remembered content: a file verified under a replaced key is not trusted under new")
  void rememberedContentUnderAReplacedKey() {
    TufRole releases =
        repository.delegate("targets/releases", attacker).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    byte[] remembered = file(repository, "targets/releases.json");
    releases.keys(key()).editFile(bytes -> remembered);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets/releases");
    repository.targets().keys(key());
    byte[] targets = file(repository, "targets.json");
    repository.targets().editFile(bytes -> targets);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets.json");
  }

  @Test
  @DisplayName("remembered content: a raised threshold is asked of remembered files too")
  void rememberedContentUnderARaisedThreshold() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    TufKey own = repository.targets().keys().getFirst();
    byte[] targets = file(repository, "targets.json");
    repository.targets().keys(own, key()).threshold(2).editFile(bytes -> targets);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.THRESHOLD_NOT_MET, "targets.json");
  }

  @Test
  @DisplayName("no keys: root of the attacker, under a certificate for the repository")
  void theAttackersOwnRoot() {
    SignedRepository forged = SignedRepository.create(GUN);
    forged.targets().target("1.0", OTHER_DIGEST, 528);
    forged.role("root").version(2);
    forged.publish();
    rig.server.add(forged);
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED);
    rig.server.add(repository);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.server.add(forged);
    assertRefused(rig.verify(IMAGE), Reason.ROOT_CHAIN);
  }

  @Test
  @DisplayName("no keys: the attacker's root lists the pinned key beside his own, which signs")
  void theAttackersRootListsThePinnedKey() {
    TufKey pinned = repository.role("root").keys().getFirst();
    TufKey own = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    SignedRepository forged = SignedRepository.create(GUN);
    forged.role("root").keys(own, pinned).signers(own, own.withId(pinned.id()));
    forged.targets().target("1.0", OTHER_DIGEST, 528);
    forged.publish();
    rig.server.add(forged);
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "pinned root key");
  }

  @Test
  @DisplayName(
      "the key table of a signed root lists the attacker's key under the id of the listed one")
  void aForeignKeyUnderAListedId() {
    String listed = repository.targets().keys().getFirst().id();
    repository.role("root").editSigned(Edit.set(attacker.json(), "keys", listed));
    repository.targets().signers(attacker.withId(listed)).target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets.json");
  }

  @Test
  @DisplayName("no keys: signed twice over, the second signed part is not what was signed")
  void aSecondSignedPart() {
    String forged = "\"signed\":{\"_type\":\"Targets\",\"targets\":{}},\"signed\":";
    repository.targets().editFile(Edit.text("\"signed\":", forged));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "twice");
  }

  @Test
  @DisplayName("custom data of a target is never the digest")
  void customData() {
    repository
        .targets()
        .target("1.0", DIGEST, 528, JsonObject.builder().put("sha256", OTHER_DIGEST).build());
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository
        .targets()
        .editSigned(Edit.set(Json.of(OTHER_DIGEST), "targets", "1.0", "hashes", "SHA256"));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }
}
