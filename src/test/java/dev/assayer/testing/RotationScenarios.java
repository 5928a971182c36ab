package dev.assayer.testing;

import static dev.assayer.testing.Expectation.refused;
import static dev.assayer.testing.Expectation.trusted;

import dev.assayer.decision.Reason;
import java.util.List;

/** Keys are replaced. */
final class RotationScenarios {
  private static final String ONE = NotaryScenarios.digest("one");
  private static final String HOST = "registry.example.com/rotations/";

  private RotationScenarios() {}

  static List<NotaryScenario> all() {
    return List.of(
        role("timestamp", true),
        role("snapshot", true),
        role("snapshot", false),
        role("targets", false),
        root());
  }

  private static NotaryScenario role(String role, boolean serverManaged) {
    String name = role + (role.equals("snapshot") && !serverManaged ? "-to-client" : "");
    String gun = HOST + name;
    Expectation before = trusted(gun + ":v1", ONE).at("before");
    Expectation after = trusted(gun + ":v1", ONE).at("after");
    return NotaryScenario.of(
            name + "-rotation",
            "The key of " + role + " is replaced.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("before");
              stage.owner().rotateKey(gun, role, serverManaged);
              stage.reached("after");
            })
        .expecting(before, after)
        .course("the new key is learnt from the newer root", before, after)
        .course(
            "the root before the rotation, replayed, is refused",
            after,
            refused(gun + ":v1", Reason.ROLLBACK).at("before"));
  }

  private static NotaryScenario root() {
    String gun = HOST + "root";
    Expectation before = trusted(gun + ":v1", ONE).at("before");
    Expectation after = trusted(gun + ":v1", ONE).at("after");
    Expectation later = trusted(gun + ":v1", ONE).at("later");
    Expectation unsignedByPinned =
        refused(gun + ":v1", Reason.KEY_NOT_TRUSTED).at("later").pinned("before");
    return NotaryScenario.of(
            "root-rotation",
            "The root key is replaced; later there is a root that the old key never signed.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("before");
              stage.owner().rotateKey(gun, "root", false);
              stage.reached("after");
              stage.owner().rotateKey(gun, "timestamp", true);
              stage.reached("later");
            })
        .expecting(
            before,
            after,
            after.pinned("before"),
            later,
            unsignedByPinned,
            refused(gun + ":v1", Reason.KEY_NOT_TRUSTED).at("before").pinned("after"))
        .course(
            "who remembers the old root and pins the new key in time follows the chain",
            before,
            after.pinned("before"),
            later)
        .course(
            "who keeps the old key pinned gets the same answer as one who remembers nothing",
            before,
            after.pinned("before"),
            unsignedByPinned)
        .course("the root in between may have been missed", before, later)
        .course(
            "the root before the rotation, replayed, is refused",
            after.pinned("before"),
            refused(gun + ":v1", Reason.ROLLBACK).at("before"));
  }
}
