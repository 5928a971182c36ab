package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurPattern.Fate;
import dev.assayer.config.ConnaisseurRule.Effect;
import dev.assayer.config.ConnaisseurValidator.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Converts {@code policy}. A rule that cannot be converted denies, by a static validator of its own
 * ({@link #STAND_IN}); one that admits is left out where that is the stricter.
 */
final class ConnaisseurRules {
  /** Denies what was asked of validators and trust roots that could not be converted. */
  static final String STAND_IN = "denied-by-conversion";

  private static final String ONE_BY_ONE =
      "write the names that it is for with *, or one rule for each";

  private final Generation generation;
  private final ConversionLog log;
  private final ConnaisseurAsked asked;
  private final List<YamlNode> revoked = new ArrayList<>();

  ConnaisseurRules(
      Generation generation, List<ConnaisseurValidator> validators, ConversionLog log) {
    this.generation = generation;
    this.log = log;
    this.asked = new ConnaisseurAsked(generation, validators, log);
  }

  /** Whether a rule needs {@link #STAND_IN}. */
  boolean needsStandIn() {
    return asked.needsStandIn();
  }

  /** Digests that a rule denied. */
  List<YamlNode> revoked() {
    return List.copyOf(revoked);
  }

  List<ConnaisseurRule> read(ConnaisseurSection root) {
    List<ConnaisseurRule> rules = new ArrayList<>();
    for (Field item : root.list("policy")) {
      int index = rules.size();
      ConnaisseurSection.mapping(item, log)
          .ifPresentOrElse(
              section -> rules.add(rule(section, index)), () -> rules.add(nothing(item, index)));
    }
    return rules;
  }

  /** Stands for what is refused anyway. */
  private static ConnaisseurRule nothing(Field item, int index) {
    return new ConnaisseurRule(
        index,
        item,
        Effect.DENY,
        ConnaisseurPattern.of("", Generation.FIRST),
        Optional.empty(),
        List.of());
  }

  private ConnaisseurRule rule(ConnaisseurSection section, int index) {
    Optional<Field> patternField = section.value("pattern");
    String written = section.text("pattern").orElse("");
    ConnaisseurAsked.Answer answer =
        generation == Generation.FIRST ? asked.first(section, index) : asked.later(section, index);
    section.refuseRest();
    ConnaisseurPattern pattern = ConnaisseurPattern.of(written, generation);
    Field at = patternField.orElse(section.field());
    if (!left(at, written, pattern, answer.effect(), index)) {
      return new ConnaisseurRule(
          index, section.field(), answer.effect(), pattern, Optional.empty(), List.of());
    }
    boolean deny = pattern.fate() == Fate.WIDENED && answer.effect() != Effect.DENY;
    if (deny) {
      asked.standIn();
    }
    ConnaisseurYaml.Builder node = ConnaisseurYaml.mapping(section.field().node());
    patternField.ifPresent(field -> node.put("pattern", text(pattern.text(), field)));
    if (deny) {
      node.put("validator", ConnaisseurYaml.text(STAND_IN, at.node()));
    } else {
      answer.fields().entries().forEach(entry -> node.put(entry.key().text(), entry.value()));
    }
    if (pattern.fate() == Fate.KEPT && patternField.isPresent()) {
      log.converted(at, "policy[].pattern: " + Shown.of(pattern.text()));
    }
    return new ConnaisseurRule(
        index,
        section.field(),
        deny ? Effect.DENY : answer.effect(),
        pattern,
        Optional.of(node.build()),
        deny ? List.of() : answer.delegations());
  }

  private static YamlNode text(String pattern, Field field) {
    return field.node() instanceof YamlNode.Scalar
        ? ConnaisseurYaml.text(pattern, field.node())
        : field.node();
  }

  /** Whether there is a rule of ours for this pattern; reports where not, and where it is wider. */
  private boolean left(
      Field at, String written, ConnaisseurPattern pattern, Effect effect, int index) {
    List<Integer> rules = List.of(index);
    return switch (pattern.fate()) {
      case KEPT -> true;
      case NEVER_MATCHED -> {
        log.notConverted(
            at,
            "matched no image in Connaisseur, which adds a tag only where no colon stands, so the"
                + " rule is left out",
            "write " + Shown.quoted(written + ":*") + " if it is to have an effect",
            rules);
        yield false;
      }
      case WIDENED -> widened(at, pattern, effect, rules);
      case OF_A_DIGEST -> digest(at, written, effect, rules);
      case IMPOSSIBLE -> {
        log.refuse(at, "has a wildcard that spans a slash, and only * is one here", ONE_BY_ONE);
        yield false;
      }
    };
  }

  private boolean widened(
      Field at, ConnaisseurPattern pattern, Effect effect, List<Integer> rules) {
    String other = "only * is a wildcard here";
    switch (effect) {
      case ALLOW ->
          log.notConverted(
              at,
              other + "; the rule admits without verification and is left out",
              ONE_BY_ONE,
              rules);
      case DENY ->
          log.changed(
              at,
              "policy[].pattern: " + Shown.of(pattern.text()),
              other + ", so the rule denies more names than it did",
              ONE_BY_ONE,
              rules);
      case NOTARY, OTHER ->
          log.notConverted(at, other + "; names that may be meant are denied", ONE_BY_ONE, rules);
    }
    return effect != Effect.ALLOW;
  }

  private boolean digest(Field at, String written, Effect effect, List<Integer> rules) {
    String digest = written.substring(written.indexOf('@') + 1);
    if (effect == Effect.ALLOW) {
      log.notConverted(
          at,
          "rules are for names and tags, not for digests; the rule admits without verification and"
              + " is left out",
          "sign the image, or write a rule for its name",
          rules);
    } else if (effect == Effect.DENY && digest.matches("sha256:[0-9a-f]{64}")) {
      revoked.add(ConnaisseurYaml.text(digest, at.node()));
      log.changed(
          at,
          "revoked.digests",
          "the digest is distrusted under every name, also where a tag leads to it",
          "",
          rules);
    } else {
      log.refuse(
          at,
          "is for a digest, and rules here are for names and tags",
          "write a rule for the name; tag and digest must agree with what is signed anyway");
    }
    return false;
  }

  /** The names of validators of ours that are in use. */
  static Set<String> names(List<ConnaisseurValidator> validators) {
    Set<String> names = new LinkedHashSet<>();
    validators.forEach(validator -> names.add(validator.name()));
    names.add(STAND_IN);
    return names;
  }

  static Effect effect(Type type) {
    return switch (type) {
      case ALLOW -> Effect.ALLOW;
      case DENY -> Effect.DENY;
      case NOTARY -> Effect.NOTARY;
      case COSIGN, NOTATION, OTHER -> Effect.OTHER;
    };
  }
}
