package dev.assayer.trial;

import dev.assayer.admission.Policy;
import dev.assayer.config.Config;
import dev.assayer.config.CosignConfig;
import dev.assayer.config.Demand;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.NotationConfig;
import dev.assayer.config.Resolution;
import dev.assayer.config.Resolution.ResolvedValidator;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.StaticConfig;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.policy.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges recorded images under another configuration by what their records say, in the order of the
 * examination itself. Where the rule asks for the same as before, the recorded finding stands;
 * where it asks for less, the recorded chain may do; else it is not known.
 */
final class ReplayedImages {
  private static final String RELEASES = "targets/releases";
  private static final String TARGETS = "targets";

  /** Findings that come with a digest. */
  private static final Set<Reason> PINNING =
      Set.of(Reason.SIGNATURE_VALID, Reason.CHILD_APPROVED, Reason.GRACE);

  /** As the finding of grace is worded. */
  private static final Pattern GRACE =
      Pattern.compile(
          "verified (\\d{1,9}) (s|min) ago as \\S+; now \\[([a-z_]+)\\].*", Pattern.DOTALL);

  private final Config config;
  private final Policy policy;
  private final List<String> demands;
  private final Set<String> revokedKeys;
  private final String revokedDigest;

  ReplayedImages(Config config) {
    this.config = config;
    policy = Policy.of(config);
    demands = config.policy().stream().map(rule -> Demand.of(config, rule)).toList();
    revokedKeys = Set.copyOf(config.revoked().keyIds());
    revokedDigest = Demand.revokedKeys(config);
  }

  /** A rule that was selected for an image, and what the record says. */
  private record Asked(RecordedImage image, RuleConfig rule, Mode mode, Recorded by) {}

  /**
   * What the record says of the configuration it was made under.
   *
   * @param trustRoots digest of which key is trusted under which name
   * @param revokedKeys digest of the revoked keys; empty if not recorded
   */
  record Recorded(String trustRoots, String revokedKeys) {}

  /** The finding of an image that a rule is looked up for. */
  Replayed of(RecordedImage image, Optional<String> namespace, Recorded by) {
    Mode none = mode(Mode.ENFORCE);
    if (!(ImageReference.parse(image.requested())
        instanceof ReferenceResult.Valid(ImageReference reference))) {
      return Replayed.of(
          image.reason().orElse(Reason.REFERENCE_INVALID), none, "the reference is invalid");
    }
    Optional<Selection<RuleConfig>> selection = policy.select(reference, namespace);
    if (selection.isEmpty()) {
      return Replayed.of(Reason.NO_MATCHING_RULE, none, "no rule matches");
    }
    RuleConfig rule = selection.get().rule();
    Mode mode = mode(rule.mode());
    String name = "rule " + rule.index() + " \"" + rule.pattern() + '"';
    if (reference.digest().filter(digest -> isRevoked(digest.text())).isPresent()) {
      return Replayed.of(Reason.DENIED_BY_POLICY, mode, "its digest is revoked");
    }
    return switch (rule.resolution()) {
      case Resolution.Exempt() ->
          Replayed.of(Reason.POLICY_EXEMPT, mode, name + " says verify: false");
      case Resolution.Unresolvable(String why) ->
          Replayed.of(Reason.CONFIG_ERROR, mode, name + ": " + why);
      case Resolution.Resolved resolved -> {
        Replayed found = resolved(new Asked(image, rule, mode, by), resolved);
        boolean pins = found.reason().filter(PINNING::contains).isPresent();
        yield pins && isRevoked(image.digest())
            ? Replayed.of(Reason.DENIED_BY_POLICY, mode, "its digest is revoked")
            : new Replayed(found.reason(), mode, name + ": " + found.why());
      }
    };
  }

  private boolean isRevoked(String digest) {
    return config.revoked().digests().contains(digest);
  }

  /** The mode in force for a rule, or for what has none. */
  Mode mode(Mode ofRule) {
    return config.detectionMode() ? Mode.DETECTION : ofRule;
  }

  private Replayed resolved(Asked asked, Resolution.Resolved resolved) {
    if (asked.image().reason().filter(Reason.BREAK_GLASS::equals).isPresent()) {
      return Replayed.of(Reason.BREAK_GLASS, asked.mode(), "broken glass admits it");
    }
    boolean same =
        !asked.image().demand().isEmpty()
            && asked.image().demand().equals(demands.get(asked.rule().index()));
    if (same) {
      return same(asked);
    }
    List<Replayed> opinions = new ArrayList<>();
    for (ResolvedValidator validator : resolved.validators()) {
      opinions.add(opinion(asked, validator));
    }
    boolean matters =
        !config.revoked().digests().isEmpty()
            || asked.image().reason().filter(Reason.NOT_PINNED::equals).isPresent();
    return combined(resolved.combination(), opinions, matters);
  }

  /** The rule asks for what it asked for: what was found stands, unless keys were revoked since. */
  private Replayed same(Asked asked) {
    RecordedImage image = asked.image();
    Mode mode = asked.mode();
    Reason recorded = image.reason().orElse(Reason.INTERNAL_ERROR);
    if (recorded == Reason.GRACE) {
      return grace(asked);
    }
    if (recorded == Reason.CHILD_APPROVED) {
      if (!config.automaticChildApproval().enabled()) {
        return Replayed.unknown(mode, "its owner approved it, which is off now");
      }
      if (mode != Mode.ENFORCE) {
        return Replayed.unknown(mode, "its owner approved it, which only enforce mode does");
      }
      return image.restsOn(revokedKeys)
          ? Replayed.unknown(mode, "a key that its owner's approval rests on is revoked")
          : Replayed.of(recorded, mode, "approved by its owner");
    }
    if (recorded == Reason.DENIED_BY_POLICY && image.detail().contains("revoked.digests")) {
      return wasRevoked(asked);
    }
    Reason proven = image.isProven() ? Reason.SIGNATURE_VALID : recorded;
    boolean keysChanged = !asked.by().revokedKeys().equals(revokedDigest);
    if (keysChanged && image.isProven()) {
      Optional<String> role = image.roleWithout(revokedKeys);
      if (role.isPresent()) {
        return Replayed.of(
            Reason.KEY_NOT_TRUSTED, mode, role.get() + " has too few keys that are not revoked");
      }
    }
    if (keysChanged && image.detail().contains("is revoked here")) {
      return Replayed.unknown(mode, "it failed by a revoked key, and other keys are revoked now");
    }
    return Replayed.of(proven, mode, "as recorded");
  }

  /** A revoked digest that the reference did not name was verified before it was refused. */
  private Replayed wasRevoked(Asked asked) {
    RecordedImage image = asked.image();
    if (config.revoked().digests().stream().anyMatch(image.detail()::contains)) {
      return Replayed.of(Reason.DENIED_BY_POLICY, asked.mode(), "its digest is revoked");
    }
    return image.requested().contains("@")
        ? Replayed.unknown(asked.mode(), "its digest was revoked, so nothing was verified")
        : Replayed.of(
            Reason.SIGNATURE_VALID, asked.mode(), "it was verified, and refused as revoked");
  }

  private Replayed grace(Asked asked) {
    Matcher told = GRACE.matcher(asked.image().detail());
    if (!told.matches()) {
      return Replayed.unknown(asked.mode(), "it was admitted by grace");
    }
    long number = Long.parseLong(told.group(1));
    Duration unit = told.group(2).equals("s") ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
    Duration least = unit.multipliedBy(number);
    Duration most = config.grace().maxAge();
    if (least.plus(unit).compareTo(most) <= 0) {
      return Replayed.of(Reason.GRACE, asked.mode(), "by grace");
    }
    if (least.compareTo(most) <= 0) {
      return Replayed.unknown(asked.mode(), "it was admitted by grace, just as old as allowed");
    }
    return Replayed.of(
        reason(told.group(3)), asked.mode(), "it was admitted by grace, which is over by then");
  }

  private static Reason reason(String code) {
    try {
      return Reason.valueOf(code.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException newer) {
      return Reason.UPSTREAM_ERROR;
    }
  }

  private Replayed opinion(Asked asked, ResolvedValidator wanted) {
    Mode mode = asked.mode();
    return config
        .validator(wanted.validator())
        .map(section ->
            switch (section) {
              case StaticConfig fixed ->
                  fixed.approve()
                      ? Replayed.of(Reason.POLICY_EXEMPT, mode, fixed.name() + " approves all")
                      : Replayed.of(Reason.DENIED_BY_POLICY, mode, fixed.name() + " denies all");
              case CosignConfig cosign -> notBuilt(mode, cosign.name());
              case NotationConfig notation -> notBuilt(mode, notation.name());
              case NotaryV1Config notary -> notary(asked, notary, wanted.trustRoots());
            })
        .orElseGet(() -> Replayed.of(Reason.CONFIG_ERROR, mode, "no such validator"));
  }

  private static Replayed notBuilt(Mode mode, String name) {
    return Replayed.of(Reason.CONFIG_ERROR, mode, name + " is of a type that is not built yet");
  }

  /** What the record tells of this validator's answer to another question. */
  private Replayed notary(Asked asked, NotaryV1Config notary, List<String> roots) {
    RecordedImage image = asked.image();
    Mode mode = asked.mode();
    boolean alone = image.via().size() == 1 && image.via().getFirst().equals(Demand.via(notary));
    if (!alone) {
      return Replayed.unknown(mode, "the record holds no answer of " + notary.host() + " alone");
    }
    Reason recorded = image.reason().orElse(Reason.INTERNAL_ERROR);
    if (recorded == Reason.NO_TRUST_DATA || isOutage(recorded)) {
      return Replayed.of(recorded, mode, "as recorded of " + notary.host());
    }
    if (!image.isProven()) {
      return Replayed.unknown(
          mode, "it was " + recorded.code() + " before, and something else is asked for");
    }
    boolean sameRoots =
        asked.by().trustRoots().equals(config.trustRootDigest())
            && image.validators().equals(List.of(notary.name()))
            && new HashSet<>(image.rootKeys()).containsAll(roots);
    if (!sameRoots) {
      return Replayed.unknown(mode, "the record does not say whether these trust roots signed");
    }
    Optional<String> role = image.roleWithout(revokedKeys);
    if (role.isPresent()) {
      return Replayed.of(
          Reason.KEY_NOT_TRUSTED, mode, role.get() + " has too few keys that are not revoked");
    }
    return delegated(asked)
        ? Replayed.of(Reason.SIGNATURE_VALID, mode, "the recorded signers are enough")
        : Replayed.unknown(
            mode, "the record names " + image.roles() + " as signers, and others are asked for");
  }

  /** No proof either way, whatever was asked for. */
  private static boolean isOutage(Reason reason) {
    Verdict verdict = reason.verdict();
    return (verdict == Verdict.ERROR || verdict == Verdict.TIMEOUT)
        && reason != Reason.CONFIG_ERROR;
  }

  /** Whether the roles that signed are enough for the rule, whatever others say. */
  private static boolean delegated(Asked asked) {
    Set<String> signed = asked.image().roles();
    Set<String> wanted = new TreeSet<>();
    for (String name : asked.rule().delegations()) {
      wanted.add(name.startsWith(TARGETS + '/') ? name : TARGETS + '/' + name);
    }
    if (wanted.isEmpty()) {
      return signed.equals(Set.of(TARGETS)) || signed.equals(Set.of(RELEASES));
    }
    int needed = asked.rule().threshold().orElse(wanted.size());
    Set<String> met = new TreeSet<>(wanted);
    met.retainAll(signed);
    // Those of whom nothing is known may agree on another digest, if they are enough.
    boolean othersMayWin = needed < wanted.size() && wanted.size() - met.size() >= needed;
    return met.size() >= needed && !othersMayWin;
  }

  /**
   * Combines as the examination does, with what is not known.
   *
   * @param digestMatters whether it makes a difference which digest somebody verified, if any
   */
  private static Replayed combined(
      Resolution.Combination how, List<Replayed> opinions, boolean digestMatters) {
    return switch (how) {
      case SINGLE -> opinions.getFirst();
      case ALL_OF ->
          first(opinions, Replayed::isRejected)
              .or(() -> first(opinions, Replayed::isUnknown))
              .or(() -> first(opinions, one -> is(one, Reason.SIGNATURE_VALID)))
              .orElseGet(opinions::getFirst);
      case ANY_OF ->
          first(opinions, one -> digestMatters && one.isUnknown())
              .or(() -> first(opinions, one -> is(one, Reason.SIGNATURE_VALID)))
              .or(() -> first(opinions, one -> is(one, Reason.POLICY_EXEMPT)))
              .or(() -> first(opinions, Replayed::isUnknown))
              .orElseGet(opinions::getFirst);
    };
  }

  private static boolean is(Replayed one, Reason reason) {
    return one.reason().filter(reason::equals).isPresent();
  }

  private static Optional<Replayed> first(List<Replayed> opinions, Predicate<Replayed> which) {
    return opinions.stream().filter(which).findFirst();
  }
}
