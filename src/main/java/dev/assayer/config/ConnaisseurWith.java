package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurValidator.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Converts {@code with} of a rule. */
final class ConnaisseurWith {
  private static final String ALL = "*";
  private static final Set<String> LEVELS = Set.of("strict", "permissive", "audit");
  private static final List<String> KEYS =
      List.of(
          "trustRoot",
          "key",
          "delegations",
          "threshold",
          "required",
          "mode",
          "verifyInTransparencyLog",
          "verifyTlog",
          "verifySCT",
          "verifySct",
          "verificationLevel",
          "verifyTimestamp");

  private final ConnaisseurSection with;
  private final Generation generation;
  private final ConversionLog log;

  ConnaisseurWith(ConnaisseurSection with, Generation generation, ConversionLog log) {
    this.with = with;
    this.generation = generation;
    this.log = log;
  }

  /** Names every key as one that does nothing. */
  void ignore(String why) {
    KEYS.forEach(
        key -> with.value(key).ifPresent(field -> log.converted(field, "", "left out: " + why)));
    refuseRest();
  }

  private void refuseRest() {
    KEYS.forEach(with::value);
    with.refuseRest();
  }

  /** What the validator must be set to. */
  String setting(ConnaisseurValidator validator) {
    return switch (validator.type()) {
      case COSIGN -> transparencyLog(validator) ? "with-log" : "without-log";
      case NOTATION -> level();
      default -> "";
    };
  }

  private boolean transparencyLog(ConnaisseurValidator validator) {
    boolean fallback = generation == Generation.THIRD || hasHost(validator);
    Optional<Field> field = with.value("verifyInTransparencyLog", "verifyTlog");
    boolean required = with.flag("verifyInTransparencyLog", "verifyTlog").orElse(fallback);
    field.ifPresent(found -> log.converted(found, "validators[].transparencyLog.required"));
    return required;
  }

  /** In 2.x the log was checked where its host was given. */
  static boolean hasHost(ConnaisseurValidator validator) {
    return validator.field().node() instanceof YamlNode.Mapping mapping
        && mapping.entries().stream().anyMatch(entry -> entry.key().text().equals("host"));
  }

  private String level() {
    Optional<Field> field = with.value("verificationLevel");
    String level = with.text("verificationLevel").orElse("strict");
    if (!LEVELS.contains(level)) {
      field.ifPresent(found ->
          log.refuse(found, Shown.quoted(level) + " is no level", "use strict or permissive"));
      return "strict";
    }
    field.ifPresent(found -> log.converted(found, "validators[].level: " + level));
    return level;
  }

  /** The trust root as named, under the name of 2.0 too. */
  Optional<Field> trustRoot(List<Integer> rules) {
    Optional<Field> root = with.value("trustRoot");
    Optional<Field> key = with.value("key");
    root.ifPresent(field -> log.converted(field, "policy[].trustRoot"));
    if (key.isPresent() && root.isEmpty()) {
      log.loosened(
          key.get(),
          "policy[].trustRoot",
          "read as the trust root of that name; releases after 2.0 left the key unread and took the"
              + " one called default",
          "make sure that this trust root is meant",
          rules);
      return key;
    }
    key.ifPresent(field -> log.converted(field, "", "left out: trust root is named beside it"));
    return root;
  }

  /** How many are enough; empty where that had no effect. */
  Optional<Field> threshold(ConnaisseurValidator validator, String root) {
    Optional<Field> field = with.value("threshold");
    if (field.isEmpty()) {
      return field;
    }
    boolean unset =
        field.get().node() instanceof YamlNode.Scalar scalar && scalar.text().equals("0");
    return validator.type() == Type.COSIGN && root.equals(ALL) && !unset ? field : Optional.empty();
  }

  /** Who must be among them; none where that had no effect. */
  List<Field> required(ConnaisseurValidator validator, String root) {
    List<Field> names = with.texts("required");
    // Checked by Connaisseur also where one trust root is named, which then is that one or fails.
    return validator.type() == Type.COSIGN ? names : List.of();
  }

  List<Field> delegations() {
    return with.texts("delegations");
  }

  void noDelegations(ConnaisseurValidator validator) {
    with.value("delegations")
        .ifPresent(field ->
            log.converted(
                field,
                "",
                "left out: it had no effect with a " + validator.type().ours() + " validator"));
  }

  /** Reports the rest. */
  void common(List<Integer> rules, ConnaisseurValidator validator) {
    counted(validator);
    with.value("mode")
        .ifPresent(field -> {
          if (with.text("mode").orElse("").equalsIgnoreCase("mutate")) {
            log.converted(field, "mutation");
          } else {
            log.changed(
                field,
                "",
                "the image is pinned to the verified digest all the same: a tag that is verified"
                    + " and not pinned can be moved before the node pulls it",
                "write mutation: pods if a GitOps tool reverts workloads; then only pods change",
                rules);
          }
        });
    with.value("verifySCT", "verifySct")
        .ifPresent(field -> {
          if (with.flag("verifySCT", "verifySct").orElse(true)) {
            log.converted(field, "");
          } else {
            log.changed(
                field,
                "",
                "signed certificate timestamps of keyless signatures are always checked",
                "",
                rules);
          }
        });
    with.value("verifyTimestamp")
        .ifPresent(field ->
            log.notConverted(
                field,
                "time stamps of signatures are not verified, so that an expired signing"
                    + " certificate denies",
                "sign again before the signing certificate expires",
                rules));
    refuseRest();
  }

  private void counted(ConnaisseurValidator validator) {
    boolean cosign = validator.type() == Type.COSIGN;
    boolean all = with.text("trustRoot", "key").orElse("").equals(ALL);
    with.value("threshold")
        .ifPresent(field ->
            log.converted(
                field,
                cosign && all ? "policy[].threshold" : "",
                cosign && all ? "" : "left out: it had no effect but for all roots of cosign"));
    with.value("required")
        .ifPresent(field ->
            log.converted(
                field,
                cosign ? "policy[].required" : "",
                cosign ? "" : "left out: it had no effect but with cosign"));
  }
}
