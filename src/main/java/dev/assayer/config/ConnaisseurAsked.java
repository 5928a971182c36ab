package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurRule.Effect;
import dev.assayer.config.ConnaisseurValidator.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule asks of which validator: {@code notary} and {@code key} in 1.x, {@code with} later.
 */
final class ConnaisseurAsked {
  private static final String DEFAULT = "default";
  private static final String ALL = "*";

  private final Generation generation;
  private final List<ConnaisseurValidator> all;
  private final Map<String, ConnaisseurValidator> byName;
  private final Set<String> taken;
  private final ConversionLog log;
  private boolean standIn;

  ConnaisseurAsked(
      Generation generation, List<ConnaisseurValidator> validators, ConversionLog log) {
    this.generation = generation;
    this.all = validators;
    this.byName = ConnaisseurValidators.byName(validators);
    this.taken = ConnaisseurRules.names(validators);
    this.log = log;
  }

  /**
   * What a rule asks.
   *
   * @param fields those of our rule, but for the pattern
   */
  record Answer(Effect effect, YamlNode.Mapping fields, List<String> delegations) {}

  boolean needsStandIn() {
    return standIn;
  }

  void standIn() {
    standIn = true;
  }

  /** A rule of 1.x. */
  Answer first(ConnaisseurSection rule, int index) {
    YamlNode at = rule.field().node();
    Optional<Field> verify = rule.value("verify");
    boolean verified = rule.flag("verify").orElse(true);
    verify.ifPresent(field -> log.converted(field, "policy[].verify"));
    Optional<Field> notary = rule.value("notary");
    Optional<Field> key = rule.value("key");
    List<Field> delegations = rule.texts("delegations");
    if (!verified) {
      return new Answer(
          Effect.ALLOW,
          ConnaisseurYaml.mapping(at)
              .put("verify", ConnaisseurYaml.flag(false, verify.map(Field::node).orElse(at)))
              .build(),
          List.of());
    }
    Optional<ConnaisseurValidator> validator =
        notary.isPresent()
            ? Optional.ofNullable(byName.get(rule.text("notary").orElse("")))
            : all.size() == 1 ? Optional.of(all.getFirst()) : named(DEFAULT);
    notary.ifPresent(field -> log.converted(field, "policy[].validator"));
    if (validator.isEmpty()) {
      return notary.isPresent()
          ? plain(ConnaisseurYaml.mapping(at).put("validator", notary.get().node()))
          : denied(rule.field(), index, "names no notary, and none is called default");
    }
    Optional<Answer> broken = broken(validator.get(), rule.field(), index);
    if (broken.isPresent()) {
      return broken.get();
    }
    ConnaisseurYaml.Builder fields =
        ConnaisseurYaml.mapping(at)
            .put("validator", ConnaisseurYaml.text(validator.get().name(), at));
    Set<String> roots = validator.get().roots();
    if (key.isPresent()) {
      boolean only = roots.size() == 1 && !roots.contains(rule.text("key").orElse(""));
      fields.put(
          "trustRoot",
          only
              ? ConnaisseurYaml.text(roots.iterator().next(), key.get().node())
              : key.get().node());
      log.converted(
          key.get(),
          "policy[].trustRoot",
          only ? "the notary has one key, which Connaisseur took whatever it is called" : "");
    } else if (roots.size() > 1 && !roots.contains(DEFAULT)) {
      return denied(rule.field(), index, "names no key, and none of its notary is called default");
    }
    return notary(fields, delegations);
  }

  /** A rule of 2.x or 3.x. */
  Answer later(ConnaisseurSection rule, int index) {
    Optional<Field> named = rule.value("validator");
    String name = rule.text("validator").orElse(DEFAULT);
    named.ifPresent(field -> log.converted(field, "policy[].validator"));
    Optional<ConnaisseurSection> with = rule.section("with");
    ConnaisseurSection options =
        with.orElseGet(() ->
            new ConnaisseurSection(
                rule.field(),
                new YamlNode.Mapping(List.of(), rule.field().line(), rule.field().node().column()),
                log));
    YamlNode at = named.map(Field::node).orElse(rule.field().node());
    ConnaisseurWith read = new ConnaisseurWith(options, generation, log);
    Optional<ConnaisseurValidator> validator = named(name);
    if (validator.isEmpty()) {
      read.ignore("the rule's validator is not configured");
      return named.isPresent()
          ? plain(ConnaisseurYaml.mapping(at).put("validator", named.get().node()))
          : denied(rule.field(), index, "names no validator, and none is called default");
    }
    if (validator.get().isStatic() || validator.get().type() == Type.OTHER) {
      read.ignore("it has no effect with a static validator");
    }
    Optional<Answer> broken = broken(validator.get(), rule.field(), index);
    if (broken.isPresent()) {
      read.ignore("the rule denies");
      return broken.get();
    }
    ConnaisseurYaml.Builder fields = ConnaisseurYaml.mapping(at);
    if (validator.get().isStatic() || validator.get().type() == Type.OTHER) {
      fields.put("validator", ConnaisseurYaml.text(name, at));
      return new Answer(ConnaisseurRules.effect(validator.get().type()), fields.build(), List.of());
    }
    return verified(rule, index, validator.get(), read, fields, at);
  }

  private Answer verified(
      ConnaisseurSection rule,
      int index,
      ConnaisseurValidator validator,
      ConnaisseurWith with,
      ConnaisseurYaml.Builder fields,
      YamlNode at) {
    fields.put(
        "validator", ConnaisseurYaml.text(validator.variant(with.setting(validator), taken), at));
    Optional<Field> root = with.trustRoot(List.of(index));
    String rootName =
        root.map(field -> field.node() instanceof YamlNode.Scalar s ? s.text() : "")
            .orElse(DEFAULT);
    List<Field> required = with.required(validator, rootName);
    String lost =
        generation == Generation.SECOND && validator.type() == Type.NOTARY && rootName.equals(ALL)
            ? "names every trust root, which 2.x knew for cosign only and answered with an error"
            : lost(validator, rootName, required, with.threshold(validator, rootName));
    if (!lost.isEmpty()) {
      with.ignore("the rule denies");
      return denied(rule.field(), index, lost);
    }
    fields.put("trustRoot", root.map(Field::node));
    with.threshold(validator, rootName).ifPresent(field -> fields.put("threshold", field.node()));
    if (!required.isEmpty()) {
      fields.put(
          "required",
          ConnaisseurYaml.list(
              required.stream().map(Field::node).toList(), required.getFirst().node()));
    }
    with.common(List.of(index), validator);
    if (validator.type() == Type.NOTARY) {
      return notary(fields, with.delegations());
    }
    with.noDelegations(validator);
    return new Answer(Effect.OTHER, fields.build(), List.of());
  }

  /** Which trust root is missing without which the rule cannot be as strict; empty for none. */
  private static String lost(
      ConnaisseurValidator validator,
      String root,
      List<Field> required,
      Optional<Field> threshold) {
    for (Field name : required) {
      String text = name.node() instanceof YamlNode.Scalar s ? s.text() : "";
      if (validator.brokenRoots().containsKey(text)) {
        return "demands trust root "
            + Shown.quoted(text)
            + ", but "
            + validator.brokenRoots().get(text);
      }
    }
    if (root.equals(ALL)) {
      boolean enough =
          threshold.isPresent()
              ? threshold.get().node() instanceof YamlNode.Scalar count
                  && Quantities.size(count.text()).orElse(0) <= validator.roots().size()
              : !required.isEmpty();
      return validator.brokenRoots().isEmpty() || enough
          ? ""
          : "demands more trust roots of its validator than could be converted";
    }
    if (validator.brokenRoots().containsKey(root)) {
      return "demands trust root "
          + Shown.quoted(root)
          + ", but "
          + validator.brokenRoots().get(root);
    }
    return root.equals(DEFAULT) && !validator.roots().contains(DEFAULT)
        ? "names no trust root, and none of its validator is called default"
        : "";
  }

  private Answer notary(ConnaisseurYaml.Builder fields, List<Field> delegations) {
    List<String> names = new ArrayList<>();
    List<YamlNode> nodes = new ArrayList<>();
    for (Field field : delegations) {
      String text = field.node() instanceof YamlNode.Scalar s ? s.text() : "";
      String name = text.startsWith("targets/") ? text.substring("targets/".length()) : text;
      if (!names.contains(name)) {
        names.add(name);
        nodes.add(ConnaisseurYaml.text(text, field.node()));
      }
    }
    if (!nodes.isEmpty()) {
      fields.put("delegations", ConnaisseurYaml.list(nodes, nodes.getFirst()));
      Field list = delegations.getFirst();
      log.converted(
          new Field(list.path().substring(0, list.path().lastIndexOf('[')), list.node()),
          "policy[].delegations");
    }
    return new Answer(Effect.NOTARY, fields.build(), names);
  }

  private Optional<ConnaisseurValidator> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Names what does not exist, which the reader of our own format reports with its place. */
  private static Answer plain(ConnaisseurYaml.Builder fields) {
    return new Answer(Effect.DENY, fields.build(), List.of());
  }

  private Optional<Answer> broken(ConnaisseurValidator validator, Field rule, int index) {
    return validator.broken().isEmpty()
        ? Optional.empty()
        : Optional.of(
            denied(
                rule,
                index,
                "asks validator "
                    + Shown.quoted(validator.name())
                    + ", which could not be converted: "
                    + validator.broken()));
  }

  private Answer denied(Field rule, int index, String why) {
    standIn = true;
    log.notConverted(
        rule, "denies, since it " + why, "write the rule or its validator anew", List.of(index));
    return new Answer(
        Effect.DENY,
        ConnaisseurYaml.mapping(rule.node())
            .put("validator", ConnaisseurYaml.text(ConnaisseurRules.STAND_IN, rule.node()))
            .build(),
        List.of());
  }
}
