package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.addressed;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static dev.assayer.validation.notary.NotaryRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.samples.Edit;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufRole;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who may speak for a tag, and how many must. */
class DelegationsTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";
  private static final String THIRD_DIGEST = "sha256:" + "c3".repeat(32);

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  private TufRole delegate(String name, String digest) {
    return repository.delegate("targets/" + name, key()).target("1.0", digest, 528);
  }

  @Test
  @DisplayName("TUF-22 path escape: releases may sign rel- only, yet provides latest")
  void outsideItsPaths() {
    delegate("releases", DIGEST).paths("rel-").target("rel-1", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.DELEGATION_NOT_AUTHORISED, "paths do not cover");
    assertRefused(rig.verify(GUN + "@" + DIGEST), Reason.DELEGATION_NOT_AUTHORISED);
    assertTrusted(rig.verify(GUN + ":rel-1"), OTHER_DIGEST);
    assertTrusted(rig.verify(GUN + "@" + OTHER_DIGEST), OTHER_DIGEST);
  }

  @Test
  @DisplayName("TUF-22 path escape: no path at all, and paths that are null, cover nothing")
  void withoutPaths() {
    delegate("releases", DIGEST).paths();
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.DELEGATION_NOT_AUTHORISED);
    repository.targets().editSigned(Edit.set(JsonNull.NULL, "delegations", "roles", "0", "paths"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.DELEGATION_NOT_AUTHORISED);
  }

  @Test
  @DisplayName("TUF-22 path escape: paths are prefixes, never patterns")
  void pathsAreNoPatterns() {
    delegate("releases", DIGEST).paths("*", "1.?", ".*", "1.0.");
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.DELEGATION_NOT_AUTHORISED);
  }

  @Test
  @DisplayName("TUF-22 path escape: a nested delegation has no more than its parents have")
  void aNestedDelegationWithWiderPathsThanItsParent() {
    repository.delegate("targets/a", key()).paths("1.");
    TufRole nested = repository.delegate("targets/a/b", key()).paths("");
    nested.target("1.0", DIGEST, 528).target("2.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "a/b"), DIGEST);
    assertRefused(rig.verify(GUN + ":2.0", "a/b"), Reason.DELEGATION_NOT_AUTHORISED);
    nested.paths("1.0");
    repository.role("targets/a").paths("");
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "targets/a/b"), DIGEST);
    assertRefused(rig.verify(GUN + ":2.0", "a/b"), Reason.DELEGATION_NOT_AUTHORISED);
  }

  @Test
  void aNestedDelegationNeedsItsParentPublishedAndDelegated() {
    repository.delegate("targets/a", key());
    repository.delegate("targets/a/b", key()).target("1.0", DIGEST, 528);
    repository.publish();
    var chain = trusted(rig.verify(IMAGE, "a/b")).trust().chain();
    assertThat(chain).extracting(role -> role.role()).contains("targets/a", "targets/a/b");
    assertRefused(rig.verify(IMAGE, "a/c"), Reason.DELEGATION_MISSING, "does not delegate");
    assertRefused(rig.verify(IMAGE, "c/b"), Reason.DELEGATION_MISSING, "does not delegate");
    repository.role("targets/a").lifetime(Duration.ofDays(-1));
    repository.publish();
    assertRefused(rig.verify(IMAGE, "a/b"), Reason.METADATA_EXPIRED, "targets/a.json");
  }

  @Test
  @DisplayName("a remembered nested delegation ends when its parent expires")
  void aParentExpiresWithinTheMaximumAge() {
    rig.timestampMaxAge(Duration.ofMinutes(10));
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    repository.delegate("targets/a", key()).expires(end);
    repository.delegate("targets/a/b", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "a/b"), DIGEST);
    rig.forgetRequests();
    assertRefused(rig.verifyAt(end, IMAGE, "a/b"), Reason.METADATA_EXPIRED, "targets/a.json");
    assertThat(rig.filesAskedFor()).isEmpty();
  }

  @Test
  @DisplayName("TUF-26 required delegations lou and max, signed by lou only")
  void oneOfTheRequiredDelegationsIsMissing() {
    delegate("lou", DIGEST);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.DELEGATION_MISSING, "targets/max");
    TufRole max = delegate("max", DIGEST).published(false);
    repository.publish();
    assertRefused(
        rig.verify(IMAGE, "lou", "max"), Reason.DELEGATION_MISSING, "targets/max", "published");
    max.published(true).removeTarget("1.0");
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.DELEGATION_MISSING, "targets/max", "1.0");
    max.target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "lou", "max"), DIGEST);
  }

  @Test
  @DisplayName("TUF-27 two required delegations sign different digests for the tag")
  void requiredDelegationsDisagree() {
    delegate("lou", DIGEST);
    delegate("max", OTHER_DIGEST);
    repository.publish();
    assertRefused(
        rig.verify(IMAGE, "lou", "max"),
        Reason.DELEGATIONS_DISAGREE,
        "targets/lou signed " + DIGEST,
        "targets/max signed " + OTHER_DIGEST);
  }

  @Test
  void namedDelegationsNeverFallBackOnTargetsOrReleases() {
    delegate("releases", DIGEST);
    repository.delegate("targets/lou", key());
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou"), Reason.DELEGATION_MISSING, "targets/lou");
  }

  @Test
  void anyTwoOfThree() {
    delegate("a", DIGEST);
    delegate("b", DIGEST);
    TufRole c = delegate("c", OTHER_DIGEST);
    repository.publish();
    var majority = trusted(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"));
    assertTrusted(majority, DIGEST);
    assertThat(majority.signers())
        .extracting(signer -> signer.role())
        .containsExactly("targets/a", "targets/b");
    c.target("1.0", DIGEST, 528);
    repository.role("targets/b").target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), DIGEST);
    c.target("1.0", THIRD_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), Reason.DELEGATIONS_DISAGREE);
    c.removeTarget("1.0");
    repository.role("targets/b").removeTarget("1.0");
    repository.publish();
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), Reason.THRESHOLD_NOT_MET, "1 of the 2");
  }

  @Test
  void twoEqualCampsDisagree() {
    delegate("a", DIGEST);
    delegate("b", DIGEST);
    delegate("c", OTHER_DIGEST);
    delegate("d", OTHER_DIGEST);
    repository.publish();
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "b", "c", "d"), Reason.DELEGATIONS_DISAGREE);
    assertRefused(rig.verifyAnyOf(1, IMAGE, "a", "c"), Reason.DELEGATIONS_DISAGREE);
    assertRefused(rig.verifyAnyOf(3, IMAGE, "a", "b", "c", "d"), Reason.DELEGATIONS_DISAGREE);
  }

  @Test
  @DisplayName("one delegation named twice is one voice")
  void aDelegationNamedTwice() {
    delegate("a", OTHER_DIGEST);
    delegate("b", DIGEST);
    repository.publish();
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "targets/a", "b"), Reason.DELEGATIONS_DISAGREE);
    assertTrusted(rig.verify(IMAGE, "a", "targets/a", "a"), OTHER_DIGEST);
  }

  @Test
  void aThresholdThatCannotBeMetOrIsNoneIsAConfigError() {
    delegate("a", DIGEST);
    delegate("b", DIGEST);
    repository.publish();
    for (int threshold : new int[] {0, -1, 3}) {
      assertRefused(rig.verifyAnyOf(threshold, IMAGE, "a", "b"), Reason.CONFIG_ERROR);
    }
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "targets/a"), Reason.CONFIG_ERROR);
  }

  @Test
  @DisplayName("any 2 of 3: one delegation is tampered with, expired or foreign")
  void aBadDelegationDoesNotCountAndDoesNotHarm() {
    delegate("a", DIGEST);
    delegate("b", DIGEST);
    TufRole c = delegate("c", OTHER_DIGEST).signers(key());
    repository.publish();
    assertTrusted(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), DIGEST);
    assertRefused(rig.verify(IMAGE, "a", "b", "c"), Reason.SIGNATURE_INVALID, "targets/c");
    c.signersAsListed().lifetime(Duration.ofDays(-1));
    repository.publish();
    assertTrusted(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), DIGEST);
    repository.role("targets/b").removeTarget("1.0");
    repository.publish();
    assertRefused(rig.verifyAnyOf(2, IMAGE, "a", "b", "c"), Reason.METADATA_EXPIRED);
  }

  @Test
  @DisplayName("releases present but bad: no fallback on targets")
  void badReleasesDoNotFallBack() {
    TufRole releases = delegate("releases", DIGEST).signers(key());
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID, "targets/releases");
    releases.signersAsListed().editSigned(Edit.set(Json.of("Snapshot"), "_type"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "targets/releases");
    releases.honest().lifetime(Duration.ofDays(-1));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_EXPIRED, "targets/releases");
    releases.lifetime(Duration.ofDays(10));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.withhold("targets/releases.json");
    assertTrusted(rig.reopened().verify(IMAGE), DIGEST);
    byte[] published = repository.publish().get("targets/releases.json");
    repository.withhold(addressed("targets/releases", published));
    assertRefused(rig.reopened().verify(IMAGE), Reason.METADATA_MISSING, "targets/releases");
  }

  @Test
  void releasesDelegatedAndNeverPublishedLeaveTheWordToTargets() {
    delegate("releases", OTHER_DIGEST).published(false);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void releasesThatTargetsDoNotDelegateToHaveNoSay() {
    delegate("releases", OTHER_DIGEST);
    repository.targets().editSigned(Edit.set(JsonArray.of(), "delegations", "roles"));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aDelegationWithoutKeysCanSignNothing() {
    delegate("releases", OTHER_DIGEST);
    repository.targets().editSigned(Edit.set(JsonNull.NULL, "delegations", "roles", "0", "keyids"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
  }
}
