package dev.assayer.testing;

import static dev.assayer.testing.Expectation.refused;
import static dev.assayer.testing.Expectation.trusted;
import static dev.assayer.testing.NotaryScenario.ONLY;

import dev.assayer.decision.Reason;
import dev.assayer.testing.SignerKeys.Identity;
import dev.assayer.testing.SignerKeys.KeyKind;
import java.util.List;

/** Who may sign beside the owner: releases, and named people. */
final class DelegationScenarios {
  private static final String ONE = NotaryScenarios.digest("one");
  private static final String TWO = NotaryScenarios.digest("two");
  private static final String HOST = "registry.example.com/delegations/";
  private static final String RELEASES = "targets/releases";
  private static final String LOU = "targets/lou";
  private static final String MAX = "targets/max";

  private DelegationScenarios() {}

  static List<NotaryScenario> all() {
    return List.of(
        releases(),
        releasesNeverPublished(),
        releasesRemoved(),
        releasesWithoutKeys(),
        louWithoutKeys(),
        louWithoutPaths(),
        agree(),
        disagree(),
        maxNeverPublished(),
        maxSignedAnotherTag(),
        asDockerTrust(),
        delegateOnItsOwn(),
        removed());
  }

  private static NotaryScenario releases() {
    String gun = HOST + "releases";
    return NotaryScenario.of(
            "releases",
            "targets/releases is delegated and published: it alone counts.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, RELEASES);
              owner.addTag(gun, "v1", TWO, 527).addTag(gun, "only-in-targets", TWO, 527);
              owner.addTag(gun, "v1", ONE, 527, RELEASES);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", ONE),
            trusted(gun + ":v1", ONE).by("releases"),
            trusted(gun + "@sha256:" + ONE, ONE),
            refused(gun + "@sha256:" + TWO, Reason.UNSIGNED),
            refused(gun + ":only-in-targets", Reason.TAG_NOT_SIGNED),
            refused(gun + ":v1@sha256:" + TWO, Reason.TAG_DIGEST_CONFLICT));
  }

  private static NotaryScenario releasesNeverPublished() {
    String gun = HOST + "releases-never-published";
    return NotaryScenario.of(
            "releases-never-published",
            "targets/releases is delegated, but its holder never published: targets counts.",
            gun,
            stage -> {
              owner(stage, RELEASES).addTag(gun, "v1", ONE, 527);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", ONE),
            refused(gun + ":v1", Reason.DELEGATION_MISSING).by("releases"));
  }

  private static NotaryScenario releasesRemoved() {
    String gun = HOST + "releases-removed";
    Expectation before = trusted(gun + ":v1", ONE).at("delegated");
    Expectation after = trusted(gun + ":v1", TWO).at("removed");
    return NotaryScenario.of(
            "releases-removed",
            "The owner ends targets/releases: targets counts again.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, RELEASES);
              owner.addTag(gun, "v1", TWO, 527).addTag(gun, "v1", ONE, 527, RELEASES);
              stage.reached("delegated");
              owner.removeDelegation(gun, RELEASES);
              stage.reached("removed");
            })
        .expecting(before, after)
        .course("newer targets may end a delegation", before, after);
  }

  private static NotaryScenario releasesWithoutKeys() {
    String gun = HOST + "releases-without-keys";
    return NotaryScenario.of(
            "releases-without-keys",
            "The last key of targets/releases is taken away; its file is still served.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, RELEASES);
              owner.addTag(gun, "v1", TWO, 527).addTag(gun, "v1", ONE, 527, RELEASES);
              owner.removeDelegationKeys(gun, RELEASES, owner.keyIds("releases"));
              stage.reached(ONLY);
            })
        .expecting(refused(gun + ":v1", Reason.SIGNATURE_INVALID));
  }

  private static NotaryScenario louWithoutKeys() {
    String gun = HOST + "lou-without-keys";
    return NotaryScenario.of(
            "delegation-without-keys",
            "lou's only key is taken away (keyids is then null): that is no matter of targets.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, LOU).addTag(gun, "v1", TWO, 527);
              owner.addTag(gun, "v1", ONE, 527, LOU);
              owner.removeDelegationKeys(gun, LOU, owner.keyIds("lou"));
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", TWO), refused(gun + ":v1", Reason.SIGNATURE_INVALID).by("lou"));
  }

  private static NotaryScenario louWithoutPaths() {
    String gun = HOST + "lou-without-paths";
    return NotaryScenario.of(
            "delegation-without-paths",
            "All paths are taken from lou, who keeps the key.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, LOU).addTag(gun, "v1", TWO, 527);
              owner.addTag(gun, "v1", ONE, 527, LOU).clearPaths(gun, LOU);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", TWO),
            refused(gun + ":v1", Reason.DELEGATION_NOT_AUTHORISED).by("lou"));
  }

  private static NotaryScenario agree() {
    String gun = HOST + "agree";
    return NotaryScenario.of(
            "delegations-agree",
            "lou and max sign the same image.",
            gun,
            stage -> {
              owner(stage, LOU, MAX).addTag(gun, "v1", ONE, 527, LOU, MAX);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", ONE).by("lou", "max"),
            trusted(gun + ":v1", ONE).by("max"),
            trusted(gun + ":v1", ONE).by("targets/lou", "max"),
            trusted(gun + "@sha256:" + ONE, ONE).by("lou", "max"),
            trusted(gun + ":v1@sha256:" + ONE, ONE).by("lou", "max"),
            refused(gun + ":v1", Reason.TAG_NOT_SIGNED),
            refused(gun + ":v1", Reason.DELEGATION_MISSING).by("lou", "max", "kim"),
            trusted(gun + ":v1", ONE).by("lou", "max", "kim").threshold(2),
            refused(gun + ":v1@sha256:" + TWO, Reason.TAG_DIGEST_CONFLICT).by("lou", "max"));
  }

  private static NotaryScenario disagree() {
    String gun = HOST + "disagree";
    return NotaryScenario.of(
            "delegations-disagree",
            "lou and max sign different images under one tag.",
            gun,
            stage -> {
              owner(stage, LOU, MAX)
                  .addTag(gun, "v1", ONE, 527, LOU)
                  .addTag(gun, "v1", TWO, 527, MAX);
              stage.reached(ONLY);
            })
        .expecting(
            refused(gun + ":v1", Reason.DELEGATIONS_DISAGREE).by("lou", "max"),
            refused(gun + ":v1", Reason.DELEGATIONS_DISAGREE).by("lou", "max").threshold(1),
            trusted(gun + ":v1", ONE).by("lou"),
            trusted(gun + ":v1", TWO).by("max"));
  }

  private static NotaryScenario maxNeverPublished() {
    String gun = HOST + "max-never-published";
    return NotaryScenario.of(
            "delegation-never-published",
            "lou signs; max is delegated but never published.",
            gun,
            stage -> {
              owner(stage, LOU, MAX).addTag(gun, "v1", ONE, 527, LOU);
              stage.reached(ONLY);
            })
        .expecting(
            refused(gun + ":v1", Reason.DELEGATION_MISSING).by("lou", "max"),
            trusted(gun + ":v1", ONE).by("lou", "max").threshold(1),
            refused(gun + ":v1", Reason.THRESHOLD_NOT_MET).by("lou", "max", "kim").threshold(2),
            trusted(gun + ":v1", ONE).by("lou"));
  }

  private static NotaryScenario maxSignedAnotherTag() {
    String gun = HOST + "max-signed-another-tag";
    return NotaryScenario.of(
            "delegation-signed-another-tag",
            "lou signs v1, max has published, but not v1.",
            gun,
            stage -> {
              owner(stage, LOU, MAX)
                  .addTag(gun, "v1", ONE, 527, LOU)
                  .addTag(gun, "v2", TWO, 527, MAX);
              stage.reached(ONLY);
            })
        .expecting(
            refused(gun + ":v1", Reason.DELEGATION_MISSING).by("lou", "max"),
            trusted(gun + ":v1", ONE).by("lou", "max").threshold(1));
  }

  private static NotaryScenario asDockerTrust() {
    String gun = HOST + "docker-trust";
    return NotaryScenario.of(
            "docker-trust",
            "What docker trust leaves: lou in releases and in a role of the own name.",
            gun,
            stage -> {
              Identity lou = SignerKeys.delegation(stage.owner().home(), "lou", KeyKind.EC_P256);
              stage.owner().initLikeDocker(gun).importKey(lou, "lou");
              stage.owner().delegate(gun, RELEASES, lou).delegate(gun, LOU, lou);
              stage.owner().addTag(gun, "v1", ONE, 527, RELEASES, LOU);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", ONE),
            trusted(gun + ":v1", ONE).by("lou"),
            trusted(gun + ":v1", ONE).by("lou", "releases"));
  }

  private static NotaryScenario delegateOnItsOwn() {
    String gun = HOST + "delegate-on-its-own";
    return NotaryScenario.of(
            "delegate-on-its-own",
            "Two keys in one role; max signs with one of them from a machine of the own.",
            gun,
            stage -> {
              NotaryClient max = stage.another();
              Identity louKey = SignerKeys.delegation(stage.owner().home(), "lou", KeyKind.EC_P256);
              Identity maxKey = SignerKeys.delegation(max.home(), "max", KeyKind.EC_P256);
              stage.owner().initLikeDocker(gun).delegate(gun, RELEASES, louKey, maxKey);
              max.importKey(maxKey, "max").addTag(gun, "v1", ONE, 527, RELEASES);
              stage.reached(ONLY);
            })
        .expecting(trusted(gun + ":v1", ONE), trusted(gun + ":v1", ONE).by("releases"));
  }

  private static NotaryScenario removed() {
    String gun = HOST + "removed";
    Expectation before = trusted(gun + ":v1", ONE).by("lou").at("delegated");
    Expectation after = refused(gun + ":v1", Reason.DELEGATION_MISSING).by("lou").at("removed");
    return NotaryScenario.of(
            "delegation-removed",
            "The owner ends lou's delegation.",
            gun,
            stage -> {
              NotaryClient owner = owner(stage, LOU).addTag(gun, "v1", ONE, 527, LOU);
              stage.reached("delegated");
              owner.removeDelegation(gun, LOU);
              stage.reached("removed");
            })
        .expecting(before, after)
        .course("what lou signed counts no more", before, after);
  }

  /** A repository as Docker makes it, with these roles delegated to keys that the owner holds. */
  static NotaryClient owner(NotaryScenario.Stage stage, String... roles) {
    NotaryClient owner = stage.owner().initLikeDocker(stage.gun());
    for (String role : roles) {
      String name = role.substring(role.lastIndexOf('/') + 1);
      Identity identity = SignerKeys.delegation(owner.home(), name, KeyKind.EC_P256);
      owner.importKey(identity, name).delegate(stage.gun(), role, identity);
    }
    return owner;
  }
}
