package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurRule.Effect;
import java.util.List;
import java.util.function.Predicate;

/** Names what a whole file means differently here, with the rules that each change touches. */
final class ConnaisseurMeanings {
  private static final int MAX_PAIRS = 50_000;

  private final Generation generation;
  private final ConversionLog log;
  private final Field policy;

  ConnaisseurMeanings(Generation generation, ConversionLog log, ConnaisseurSection section) {
    this.generation = generation;
    this.log = log;
    this.policy = section.value("policy").orElse(section.field());
  }

  void report(
      List<ConnaisseurRule> rules,
      List<ConnaisseurValidator> validators,
      ConnaisseurFeatures features) {
    List<ConnaisseurRule> live = rules.stream().filter(rule -> rule.node().isPresent()).toList();
    patterns(live);
    notary(live);
    results(live, features);
    validators.stream()
        .filter(validator -> validator.type() == ConnaisseurValidator.Type.NOTARY)
        .findFirst()
        .ifPresent(validator ->
            log.changed(
                validator.field(),
                "readiness.notary: gate, the default; liveness.notary: false, the default",
                "a Notary that is down makes pods unready when no other is up, and never restarts"
                    + " them",
                "write readiness: {notary: report} if it is to do neither",
                List.of()));
  }

  private void patterns(List<ConnaisseurRule> live) {
    List<ConnaisseurRule> anywhere =
        live.stream().filter(rule -> rule.pattern().startedAnywhere()).toList();
    add(
        anywhere,
        mayFallThrough(anywhere, live),
        "patterns match from the first character of a name; Connaisseur put a * in front, so that"
            + " they also matched other hosts that end alike, and paths",
        "write * in front where that is wanted");
    List<ConnaisseurRule> nameless = which(live, rule -> rule.pattern().openStart());
    add(
        nameless,
        nameless.stream().anyMatch(rule -> rule.effect() != Effect.ALLOW),
        "patterns match from the first character of a name, so the * that Connaisseur put in front"
            + " is written out: these name no host. Where a host begins like such a pattern, it is"
            + " less specific than it was",
        "write the host that is meant, such as docker.io/ in front");
    add(
        which(live, rule -> rule.pattern().openEnd()),
        false,
        "patterns match to the last character of a name, so the * that Connaisseur put behind is"
            + " written out: these are also for longer tags and names",
        "write the pattern with its whole tag, or :*, if no more is meant");
    add(
        which(live, rule -> rule.pattern().digestsDiffer()),
        true,
        "images asked for by digest alone are matched as NAME: with an empty tag. Connaisseur"
            + " matched NAME@sha256:…, which is not NAME:TAG, and may hold what stands behind a *",
        "write a rule for NAME: with nothing behind the colon, if there is to be one");
    add(
        which(live, rule -> rule.pattern().foundInTags()),
        true,
        "patterns without a tag are for any tag; Connaisseur also looked in the tag for what stands"
            + " behind a *",
        "write a rule with the tag that is meant");
    List<ConnaisseurRule> hosts = which(live, rule -> rule.pattern().hostRewritten());
    add(
        hosts,
        true,
        "a host is compared in lower case, without :443, and index.docker.io is docker.io",
        "see that no two rules are for the same names now");
    List<ConnaisseurRule> hub = which(live, rule -> rule.pattern().hubDiffers());
    add(
        hub,
        true,
        "Docker Hub's host is docker.io in names, and index.docker.io there: the pattern matches"
            + " only one of them",
        "write docker.io where Docker Hub is meant");
  }

  private static List<ConnaisseurRule> which(
      List<ConnaisseurRule> live, Predicate<ConnaisseurRule> test) {
    return live.stream().filter(test).toList();
  }

  /**
   * Whether a name that only the unanchored pattern matched may now come under a rule that admits,
   * or verifies.
   */
  private static boolean mayFallThrough(
      List<ConnaisseurRule> anywhere, List<ConnaisseurRule> live) {
    List<ConnaisseurRule> lenient = which(live, rule -> rule.effect() != Effect.DENY);
    List<ConnaisseurRule> asking = which(anywhere, rule -> rule.effect() != Effect.ALLOW);
    if ((long) lenient.size() * asking.size() > MAX_PAIRS) {
      return true;
    }
    return asking.stream()
        .anyMatch(rule ->
            lenient.stream()
                .anyMatch(other ->
                    other.index() != rule.index()
                        && Globs.overlap(
                            "*" + rule.pattern().text(), other.pattern().text() + "*")));
  }

  private void notary(List<ConnaisseurRule> live) {
    List<ConnaisseurRule> asking = which(live, rule -> rule.effect() == Effect.NOTARY);
    add(
        asking,
        false,
        "the root certificate must name the repository, so that a Notary cannot serve one"
            + " repository's files for another; Connaisseur looked at the key alone",
        "write allowUnboundRoot: true in a validator whose repositories have bare root keys, which"
            + " gives that protection up");
    add(
        which(asking, rule -> rule.delegations().isEmpty()),
        false,
        "targets/releases alone counts where it is delegated and published; Connaisseur also took"
            + " targets where that file could not be fetched",
        "publish targets/releases again where it is delegated and missing");
    List<ConnaisseurRule> demanding = which(asking, rule -> !rule.delegations().isEmpty());
    if (generation == Generation.THIRD) {
      add(
          demanding,
          false,
          "demanded delegations that cannot be fetched deny; releases of 3.x fell back to targets,"
              + " which need not have been signed by them",
          "let the demanded signers sign");
    }
    if (generation != Generation.THIRD) {
      add(
          which(demanding, rule -> rule.delegations().contains("releases")),
          true,
          "releases is a delegation like others; named as one it denied every image there",
          "remove it from delegations, so that it counts by itself");
    }
  }

  private void results(List<ConnaisseurRule> live, ConnaisseurFeatures features) {
    List<ConnaisseurRule> verifying = which(live, rule -> rule.effect().verifies());
    if (features.cached()) {
      add(
          verifying,
          false,
          "errors are not cached: a signature that was missing counts as soon as it is there;"
              + " Connaisseur repeated an error until it expired",
          "");
    }
    if (!features.unchangedApproved()) {
      add(
          which(live, rule -> rule.effect() != Effect.ALLOW),
          true,
          "an update that leaves an image as it was is admitted without verifying that image again;"
              + " Connaisseur verified it",
          "");
    }
  }

  private void add(List<ConnaisseurRule> rules, boolean more, String meaning, String remedy) {
    if (rules.isEmpty()) {
      return;
    }
    List<Integer> indices = rules.stream().map(ConnaisseurRule::index).sorted().toList();
    Field at =
        rules.stream()
            .filter(rule -> rule.index() == indices.getFirst())
            .map(ConnaisseurRule::field)
            .findFirst()
            .orElse(policy);
    if (more) {
      log.loosened(at, "policy", meaning, remedy, indices);
    } else {
      log.changed(at, "policy", meaning, remedy, indices);
    }
  }
}
