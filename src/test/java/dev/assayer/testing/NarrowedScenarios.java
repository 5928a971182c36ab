package dev.assayer.testing;

import static dev.assayer.testing.Expectation.refused;
import static dev.assayer.testing.Expectation.trusted;
import static dev.assayer.testing.NotaryScenario.ONLY;

import dev.assayer.decision.Reason;
import dev.assayer.testing.SignerKeys.Identity;
import dev.assayer.testing.SignerKeys.KeyKind;
import java.util.List;

/** Delegations for some tags only, and delegations of delegations. */
final class NarrowedScenarios {
  private static final String ONE = NotaryScenarios.digest("one");
  private static final String TWO = NotaryScenarios.digest("two");
  private static final String OTHER = NotaryScenarios.digest("other");
  private static final String HOST = "registry.example.com/narrowed/";
  private static final String RELEASES = "targets/releases";
  private static final String LOU = "targets/lou";
  private static final String NESTED = "targets/lou/nested";

  private NarrowedScenarios() {}

  static List<NotaryScenario> all() {
    return List.of(inside(), narrowedLater("lou"), narrowedLater("releases"), nested());
  }

  private static NotaryScenario inside() {
    String gun = HOST + "inside";
    return NotaryScenario.of(
            "narrowed",
            "lou may sign tags that start with v1, and does.",
            gun,
            stage -> {
              Identity lou = SignerKeys.delegation(stage.owner().home(), "lou", KeyKind.EC_P256);
              stage.owner().initLikeDocker(gun).importKey(lou, "lou");
              stage.owner().delegate(gun, LOU, List.of("v1"), lou);
              stage.owner().addTag(gun, "v1.0", ONE, 527, LOU);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1.0", ONE).by("lou"), trusted(gun + "@sha256:" + ONE, ONE).by("lou"));
  }

  /**
   * The client refuses to sign outside the paths, so the paths are narrowed after signing: the file
   * that is served still lists the tag.
   */
  private static NotaryScenario narrowedLater(String who) {
    String role = "targets/" + who;
    String gun = HOST + who;
    boolean releases = role.equals(RELEASES);
    Expectation inside = trusted(gun + ":v1.0", ONE);
    Expectation outside = refused(gun + ":latest", Reason.DELEGATION_NOT_AUTHORISED);
    return NotaryScenario.of(
            who + "-narrowed-after-signing",
            who + " signed latest, and may no more.",
            gun,
            stage -> {
              NotaryClient owner = DelegationScenarios.owner(stage, role);
              owner.addTag(gun, "latest", TWO, 527);
              owner.addTag(gun, "v1.0", ONE, 527, role).addTag(gun, "latest", OTHER, 527, role);
              owner.clearPaths(gun, role).delegate(gun, role, List.of("v1"));
              stage.reached(ONLY);
            })
        .expecting(
            inside.by(who),
            outside.by(who),
            trusted(gun + "@sha256:" + ONE, ONE).by(who),
            refused(gun + "@sha256:" + OTHER, Reason.DELEGATION_NOT_AUTHORISED).by(who),
            releases ? inside : trusted(gun + ":latest", TWO),
            releases ? outside : refused(gun + ":v1.0", Reason.TAG_NOT_SIGNED));
  }

  private static NotaryScenario nested() {
    String gun = HOST + "nested";
    return NotaryScenario.of(
            "nested",
            "lou delegates to a role below.",
            gun,
            stage -> {
              DelegationScenarios.owner(stage, LOU, NESTED).addTag(gun, "v1", ONE, 527, NESTED);
              stage.reached(ONLY);
            })
        .expecting(
            trusted(gun + ":v1", ONE).by("lou/nested"),
            trusted(gun + ":v1", ONE).by("targets/lou/nested"),
            refused(gun + ":v1", Reason.DELEGATION_MISSING).by("lou"),
            refused(gun + ":v1", Reason.TAG_NOT_SIGNED));
  }
}
