package dev.assayer.demo;

import dev.assayer.decision.Reason;
import dev.assayer.samples.Edit;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.PushedImage;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.samples.TufRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The acts of the demo (design section 12), in order, with all that they need set up. */
final class DemoCases {
  private DemoCases() {}

  static List<DemoCase> in(DemoWorld world) {
    List<DemoCase> cases = new ArrayList<>();
    signed(world, cases);
    large(world, cases);
    delegations(world, cases);
    attacks(world, cases);
    movedTag(world, cases);
    cases.add(
        new DemoCase(
            "an image that policy exempts",
            () -> {},
            List.of(world.registry().baseHost() + "/tools/debug:1"),
            Reason.POLICY_EXEMPT));
    notaryDown(world, cases);
    return cases;
  }

  private static void signed(DemoWorld world, List<DemoCase> cases) {
    SignedRepository signed = world.repository("signed");
    signed.targets().target("1.4", world.push("signed", "1.4", "release 1.4"));
    signed.publish();
    PushedImage _ = world.push("signed", "1.5", "nobody signed this");
    cases.add(
        new DemoCase(
            "a signed tag",
            () -> {},
            List.of(world.image("signed") + ":1.4"),
            Reason.SIGNATURE_VALID));
    cases.add(
        new DemoCase(
            "an unsigned tag of the same repository",
            () -> {},
            List.of(world.image("signed") + ":1.5"),
            Reason.TAG_NOT_SIGNED));
    cases.add(
        new DemoCase(
            "a repository without trust data",
            () -> {},
            List.of(world.image("unknown") + ":1.0"),
            Reason.NO_TRUST_DATA));
  }

  private static void large(DemoWorld world, List<DemoCase> cases) {
    SignedRepository large = world.repository("large");
    PushedImage image = world.push("large", "1.0", "one of many");
    for (int build = 0; build < 20_000; build++) {
      large.targets().target("1.0." + build, image);
    }
    large.publish();
    cases.add(
        new DemoCase(
            "one tag of twenty thousand in its repository",
            () -> {},
            List.of(world.image("large") + ":1.0.777"),
            Reason.SIGNATURE_VALID));
  }

  private static void delegations(DemoWorld world, List<DemoCase> cases) {
    SignedRepository team = world.repository("team", "lou", "max");
    PushedImage image = world.push("team", "2.0", "release 2.0");
    PushedImage other = world.push("team", "2.1", "release 2.1");
    PushedImage evil = world.push("team", "2.1-evil", "not what lou built");
    TufRole lou = team.delegate("targets/lou", TufKey.bare(KeyKind.ECDSA_P256));
    TufRole max = team.delegate("targets/max", TufKey.bare(KeyKind.ECDSA_P256));
    lou.target("2.0", image).target("2.1", other).target("2.2", other);
    max.target("2.0", image).target("2.1", evil);
    team.publish();
    String name = world.image("team");
    cases.add(
        new DemoCase(
            "two required delegations agree",
            () -> {},
            List.of(name + ":2.0"),
            Reason.SIGNATURE_VALID));
    cases.add(
        new DemoCase(
            "they signed different digests",
            () -> {},
            List.of(name + ":2.1"),
            Reason.DELEGATIONS_DISAGREE));
    cases.add(
        new DemoCase(
            "one of them has not signed",
            () -> {},
            List.of(name + ":2.2"),
            Reason.DELEGATION_MISSING));
  }

  private static void attacks(DemoWorld world, List<DemoCase> cases) {
    SignedRepository tampered = published(world, "tampered");
    cases.add(
        new DemoCase(
            "the Notary alters the signed targets",
            () -> {
              tampered.targets().editFile(Edit.text("\"length\":", "\"length\":1"));
              tampered.publish();
            },
            List.of(world.image("tampered") + ":1.0"),
            Reason.SIGNATURE_INVALID));

    SignedRepository back = published(world, "rolledback");
    Map<String, byte[]> earlier = back.publish();
    cases.add(
        new DemoCase(
            "a new release of a repository is seen",
            () -> {
              back.targets().target("1.0", world.push("rolledback", "1.0", "release 1.0 fixed"));
              back.publish();
            },
            List.of(world.image("rolledback") + ":1.0"),
            Reason.SIGNATURE_VALID));
    cases.add(
        new DemoCase(
            "the Notary goes back to the vulnerable one",
            () -> back.serveOnly(earlier),
            List.of(world.image("rolledback") + ":1.0"),
            Reason.ROLLBACK));

    SignedRepository frozen = published(world, "frozen");
    cases.add(
        new DemoCase(
            "the Notary serves a timestamp that has expired",
            () -> {
              frozen.role(SignedRepository.TIMESTAMP).expires(Instant.now().minusSeconds(60));
              frozen.publish();
            },
            List.of(world.image("frozen") + ":1.0"),
            Reason.METADATA_EXPIRED));

    SignedRepository stolen = published(world, "stolen");
    SignedRepository thief = SignedRepository.create(world.image("stolen"));
    thief.targets().target("1.0", world.push("stolen", "evil", "malware"));
    thief.publish();
    cases.add(
        new DemoCase(
            "the Notary is taken over, with keys of its own",
            () -> {
              stolen.publish();
              world.notary().add(thief);
            },
            List.of(world.image("stolen") + ":1.0"),
            Reason.KEY_NOT_TRUSTED));
  }

  private static void movedTag(DemoWorld world, List<DemoCase> cases) {
    SignedRepository moved = world.repository("moved");
    moved.targets().target("3.0", world.push("moved", "3.0", "release 3.0"));
    moved.publish();
    PushedImage evil = world.push("moved", "3.0", "the registry moved the tag");
    cases.add(
        new DemoCase(
            "the registry moves a tag; the pod asks for the new digest",
            () -> {},
            List.of(world.image("moved") + ":3.0@" + evil.digest()),
            Reason.TAG_DIGEST_CONFLICT));
    cases.add(
        new DemoCase(
            "the pod asks for the tag, and gets what was signed",
            () -> {},
            List.of(world.image("moved") + ":3.0"),
            Reason.SIGNATURE_VALID));
  }

  private static void notaryDown(DemoWorld world, List<DemoCase> cases) {
    SignedRepository down = world.repositoryOnStandby("down");
    down.targets().target("1.0", world.push("down", "1.0", "release 1.0"));
    down.publish();
    cases.add(
        new DemoCase(
            "the Notary is down",
            () -> world.standby().stop(),
            List.of(world.image("down") + ":1.0"),
            Reason.UPSTREAM_UNREACHABLE));
  }

  private static SignedRepository published(DemoWorld world, String name) {
    SignedRepository repository = world.repository(name);
    repository.targets().target("1.0", world.push(name, "1.0", "release 1.0 of " + name));
    repository.publish();
    return repository;
  }
}
