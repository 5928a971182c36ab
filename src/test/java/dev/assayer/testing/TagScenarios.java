package dev.assayer.testing;

import static dev.assayer.testing.Expectation.STRANGER;
import static dev.assayer.testing.Expectation.refused;
import static dev.assayer.testing.Expectation.trusted;
import static dev.assayer.testing.NotaryScenario.ONLY;

import dev.assayer.decision.Reason;
import java.util.List;

/** Tags signed with the targets key alone. */
final class TagScenarios {
  private static final String ONE = NotaryScenarios.digest("one");
  private static final String TWO = NotaryScenarios.digest("two");
  private static final String UNSIGNED = NotaryScenarios.digest("unsigned");
  private static final String HOST = "registry.example.com/tags/";

  private TagScenarios() {}

  static List<NotaryScenario> all() {
    return List.of(
        signed(),
        clientHeldSnapshot(),
        docker(),
        port(),
        unknown(),
        empty(),
        resigned(),
        removed(),
        witnessed(),
        sha512(),
        deleted(),
        madeAnew());
  }

  private static NotaryScenario signed() {
    String gun = HOST + "signed";
    return NotaryScenario.of("signed", "One tag, signed as Docker does it.", gun, one())
        .expecting(
            trusted(gun + ":v1", ONE),
            trusted(gun + ":v1@sha256:" + ONE, ONE),
            trusted(gun + "@sha256:" + ONE, ONE),
            refused(gun + ":v9", Reason.TAG_NOT_SIGNED),
            refused(gun, Reason.TAG_NOT_SIGNED),
            refused(gun + ":v9@sha256:" + ONE, Reason.TAG_NOT_SIGNED),
            refused(gun + ":v1@sha256:" + UNSIGNED, Reason.TAG_DIGEST_CONFLICT),
            refused(gun + "@sha256:" + UNSIGNED, Reason.UNSIGNED),
            refused(gun + ":v1", Reason.KEY_NOT_TRUSTED).pinned(STRANGER),
            trusted(gun + ":v1", ONE).daysLater(13),
            refused(gun + ":v1", Reason.METADATA_EXPIRED).daysLater(15),
            refused(gun + ":v1", Reason.METADATA_EXPIRED).daysLater(1100),
            refused(gun + ":v1", Reason.METADATA_EXPIRED).daysLater(3700),
            refused("registry.example.com/tags/another:v1", Reason.GUN_MISMATCH));
  }

  private static NotaryScenario clientHeldSnapshot() {
    String gun = HOST + "client-snapshot";
    return NotaryScenario.of(
            "client-held-snapshot",
            "The snapshot key stays with the client, as plain notary does it.",
            gun,
            stage -> {
              stage.owner().init(gun).addTag(gun, "v1", ONE, 527);
              stage.reached(ONLY);
            })
        .expecting(trusted(gun + ":v1", ONE));
  }

  private static NotaryScenario docker() {
    return NotaryScenario.of(
            "docker-library",
            "The repository of a name that has no host.",
            "docker.io/library/app",
            one())
        .expecting(trusted("app:v1", ONE), trusted("app@sha256:" + ONE, ONE));
  }

  private static NotaryScenario port() {
    String gun = "registry.example.com:5000/tags/port";
    return NotaryScenario.of("host-with-port", "The registry has a port.", gun, one())
        .expecting(trusted(gun + ":v1", ONE), refused(gun, Reason.TAG_NOT_SIGNED));
  }

  private static NotaryScenario unknown() {
    String gun = HOST + "unknown";
    return NotaryScenario.of(
            "no-trust-data",
            "Nobody ever signed in this repository.",
            gun,
            stage -> stage.reached(ONLY))
        .expecting(
            refused(gun + ":v1", Reason.NO_TRUST_DATA).pinned(STRANGER),
            refused(gun + "@sha256:" + ONE, Reason.NO_TRUST_DATA).pinned(STRANGER));
  }

  private static NotaryScenario empty() {
    String gun = HOST + "empty";
    return NotaryScenario.of(
            "no-tags",
            "Made, but nothing signed in it.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun);
              stage.reached(ONLY);
            })
        .expecting(
            refused(gun + ":v1", Reason.TAG_NOT_SIGNED),
            refused(gun + "@sha256:" + ONE, Reason.UNSIGNED));
  }

  private static NotaryScenario resigned() {
    String gun = HOST + "resigned";
    Expectation first = trusted(gun + ":v1", ONE).at("first");
    Expectation second = trusted(gun + ":v1", TWO).at("second");
    return NotaryScenario.of(
            "re-signed-tag",
            "A tag is moved to another image.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("first");
              stage.owner().addTag(gun, "v1", TWO, 527);
              stage.reached("second");
            })
        .expecting(
            first,
            second,
            refused(gun + ":v1@sha256:" + ONE, Reason.TAG_DIGEST_CONFLICT).at("second"),
            refused(gun + "@sha256:" + ONE, Reason.UNSIGNED).at("second"))
        .course("the move is seen", first, second)
        .course(
            "the old state, replayed, is refused",
            second,
            refused(gun + ":v1", Reason.ROLLBACK).at("first"));
  }

  private static NotaryScenario removed() {
    String gun = HOST + "removed";
    Expectation gone = refused(gun + ":v1", Reason.TAG_NOT_SIGNED).at("removed");
    return NotaryScenario.of(
            "removed-tag",
            "A signed tag is withdrawn.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("signed");
              stage.owner().removeTag(gun, "v1");
              stage.reached("removed");
            })
        .expecting(
            trusted(gun + ":v1", ONE).at("signed"),
            gone,
            refused(gun + "@sha256:" + ONE, Reason.UNSIGNED).at("removed"))
        .course("the withdrawal is seen", trusted(gun + ":v1", ONE).at("signed"), gone)
        .course(
            "the withdrawal cannot be undone by a replay",
            gone,
            refused(gun + ":v1", Reason.ROLLBACK).at("signed"));
  }

  private static NotaryScenario witnessed() {
    String gun = HOST + "witnessed";
    Expectation before = trusted(gun + ":v1", ONE).at("before");
    Expectation after = trusted(gun + ":v1", ONE).at("after");
    return NotaryScenario.of(
            "witnessed",
            "Targets is signed again without a change.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("before");
              stage.owner().witness(gun, "targets");
              stage.reached("after");
            })
        .expecting(before, after)
        .course("a newer version with the same content is fine", before, after);
  }

  private static NotaryScenario sha512() {
    String gun = HOST + "sha512";
    String sha512 = TrustFiles.hex("SHA-512", new byte[] {1});
    return NotaryScenario.of(
            "sha512-target",
            "A tag signed by sha512 alone, and one by both hashes.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun);
              stage.owner().addTagSha512(gun, "only512", sha512, "", 527);
              stage.owner().addTagSha512(gun, "both", sha512, ONE, 527);
              stage.reached(ONLY);
            })
        .expecting(refused(gun + ":only512", Reason.HASH_UNSUPPORTED), trusted(gun + ":both", ONE));
  }

  private static NotaryScenario deleted() {
    String gun = HOST + "deleted";
    return NotaryScenario.of(
            "deleted",
            "The owner deletes all trust data.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("signed");
              stage.owner().delete(gun);
              stage.reached("deleted");
            })
        .expecting(
            trusted(gun + ":v1", ONE).at("signed"),
            refused(gun + ":v1", Reason.NO_TRUST_DATA).at("deleted").pinned("signed"));
  }

  private static NotaryScenario madeAnew() {
    String gun = HOST + "made-anew";
    return NotaryScenario.of(
            "deleted-and-made-anew",
            "Deleted and made again under the same root key, so that versions start over.",
            gun,
            stage -> {
              stage.owner().initLikeDocker(gun).addTag(gun, "v1", ONE, 527);
              stage.reached("first");
              stage.owner().delete(gun).initLikeDocker(gun).addTag(gun, "v1", TWO, 527);
              stage.reached("anew");
            })
        .expecting(
            trusted(gun + ":v1", ONE).at("first"),
            trusted(gun + ":v1", TWO).at("anew"),
            trusted(gun + ":v1", TWO).at("anew").pinned("first"))
        .course(
            "the same root version with other content is refused",
            trusted(gun + ":v1", ONE).at("first"),
            refused(gun + ":v1", Reason.EQUIVOCATION).at("anew").pinned("first"));
  }

  private static NotaryScenario.Setup one() {
    return stage -> {
      stage.owner().initLikeDocker(stage.gun()).addTag(stage.gun(), "v1", ONE, 527);
      stage.reached(ONLY);
    };
  }
}
