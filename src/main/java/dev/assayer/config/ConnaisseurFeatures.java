package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import java.util.List;
import java.util.Optional;

/** Converts the switches of the application, wherever a generation has them. */
final class ConnaisseurFeatures {
  private static final String LABEL = "securesystemsengineering.connaisseur/webhook";
  private static final int DAY = 86_400;

  private final Generation generation;
  private final ConversionLog log;
  private final ConnaisseurYaml.Builder ours;
  private boolean unchangedApproved;
  private boolean cached = true;

  ConnaisseurFeatures(Generation generation, ConversionLog log, ConnaisseurYaml.Builder ours) {
    this.generation = generation;
    this.log = log;
    this.ours = ours;
  }

  /** Whether updates that leave an image as it was were approved there too. */
  boolean unchangedApproved() {
    return unchangedApproved;
  }

  /** Whether results were cached there. */
  boolean cached() {
    return cached && generation == Generation.THIRD;
  }

  /** Reads them from the section that holds them. */
  void read(ConnaisseurSection section) {
    section
        .flag("detectionMode")
        .ifPresent(on -> {
          Field field = section.value("detectionMode").orElseThrow();
          ours.put("detectionMode", ConnaisseurYaml.flag(on, field.node()));
          log.converted(field, "detectionMode");
        });
    if (generation == Generation.FIRST) {
      return;
    }
    mutation(section);
    childApproval(section);
    unchangedApproval(section);
    namespaces(section);
    cache(section);
  }

  private void mutation(ConnaisseurSection section) {
    section
        .section("validationMode")
        .ifPresent(mode -> {
          mode.flag("mutateImage")
              .ifPresent(mutate -> {
                Field field = mode.value("mutateImage").orElseThrow();
                String word = mutate ? "workloads" : "none";
                ours.put("mutation", ConnaisseurYaml.text(word, field.node()));
                log.converted(field, "mutation: " + word);
              });
          log.unknown(mode, mode.known());
        });
    Optional<Field> resources = section.value("resourceValidationMode");
    if (resources.isEmpty()) {
      return;
    }
    if (section.text("resourceValidationMode").orElse("").equalsIgnoreCase("podsOnly")) {
      if (!section.has("validationMode")) {
        ours.put("mutation", ConnaisseurYaml.text("pods", resources.get().node()));
      }
      log.changed(
          resources.get(),
          "mutation: pods",
          "only pods are changed, as there; workloads that fail verification are denied, where"
              + " Connaisseur only warned",
          "",
          List.of());
    } else {
      log.converted(resources.get(), "mutation: workloads, the default");
    }
  }

  private void childApproval(ConnaisseurSection section) {
    Optional<Field> field = section.value("automaticChildApproval");
    if (field.isEmpty()) {
      return;
    }
    boolean on = switched(section, "automaticChildApproval");
    ours.put(
        "automaticChildApproval",
        ConnaisseurYaml.mapping(field.get().node())
            .put("enabled", ConnaisseurYaml.flag(on, field.get().node()))
            .build());
    if (on) {
      log.changed(
          field.get(),
          "automaticChildApproval.enabled: true",
          "a child is approved for what its owner was verified with under this same policy, not"
              + " only because the owner lists the image",
          "",
          List.of());
    } else {
      log.changed(
          field.get(),
          "automaticChildApproval.enabled: false",
          "workloads are verified as well; Connaisseur then looked at pods only",
          "write mutation: pods if only pods are to be changed",
          List.of());
    }
  }

  private void unchangedApproval(ConnaisseurSection section) {
    Optional<Field> field = section.value("automaticUnchangedApproval");
    if (field.isPresent()) {
      unchangedApproved = switched(section, "automaticUnchangedApproval");
      log.converted(
          field.get(),
          "",
          unchangedApproved ? "always so here" : "always on here, see the change named for it");
    }
  }

  /** {@code name: true}, or {@code name: {enabled: true}} as in 2.x. */
  private static boolean switched(ConnaisseurSection section, String name) {
    boolean mapping =
        section.value(name).filter(f -> f.node() instanceof YamlNode.Mapping).isPresent();
    if (!mapping) {
      return section.flag(name).orElse(true);
    }
    Optional<ConnaisseurSection> inner = section.section(name);
    boolean on = inner.flatMap(s -> s.flag("enabled")).orElse(true);
    inner.ifPresent(s -> s.log().unknown(s, s.known()));
    return on;
  }

  private void namespaces(ConnaisseurSection section) {
    Optional<Field> field = section.value("namespacedValidation");
    if (field.isEmpty()) {
      return;
    }
    Optional<ConnaisseurSection> inner =
        field.get().node() instanceof YamlNode.Mapping
            ? section.section("namespacedValidation")
            : Optional.empty();
    boolean on =
        inner.isPresent()
            ? inner.get().flag("enabled").orElse(generation == Generation.THIRD)
            : section.flag("namespacedValidation").orElse(false);
    String mode = inner.flatMap(s -> s.text("mode")).orElse("ignore");
    inner.ifPresent(s -> log.unknown(s, s.known()));
    if (!on) {
      log.converted(field.get(), "", "every namespace is verified, as there");
    } else if (mode.equals("validate")) {
      ours.put(
          "namespaces",
          ConnaisseurYaml.mapping(field.get().node())
              .put("validateLabel", ConnaisseurYaml.text(LABEL, field.get().node()))
              .put("mode", ConnaisseurYaml.text("validate", field.get().node()))
              .build());
      log.changed(
          field.get(),
          "namespaces.mode: validate",
          "a namespace with the label " + LABEL + " is verified whatever the label's value is",
          "remove the label where it says ignore",
          List.of());
    } else {
      log.changed(
          field.get(),
          "namespaces.mode: ignore, the default",
          "a label is taken by its name alone here, and "
              + LABEL
              + " with another value than"
              + " ignore would take a namespace out too, so that label is not used: every namespace"
              + " is verified",
          "label namespaces to be left out with assayer.dev/ignore",
          List.of());
    }
  }

  private void cache(ConnaisseurSection section) {
    Optional<ConnaisseurSection> cache = section.section("cache");
    if (cache.isEmpty()) {
      return;
    }
    cache
        .get()
        .value("expirySeconds")
        .ifPresent(field -> {
          long seconds = Quantities.size(cache.get().text("expirySeconds").orElse("")).orElse(-1);
          if (seconds < 0 || seconds > DAY) {
            log.refuse(field, "must be seconds, 0 to " + DAY, "write a whole number");
            return;
          }
          cached = seconds > 0;
          ours.put(
              "freshness",
              ConnaisseurYaml.mapping(field.node())
                  .put("timestampMaxAge", ConnaisseurYaml.text(seconds + "s", field.node()))
                  .build());
          log.changed(
              field,
              "freshness.timestampMaxAge: " + seconds + "s",
              "no answer is cached, but what Notary says of a repository for so long: a moved or"
                  + " revoked tag is seen within that time",
              "",
              List.of());
        });
    cache
        .get()
        .value("cacheErrors")
        .ifPresent(field -> {
          boolean errors = cache.get().flag("cacheErrors").orElse(true);
          cached = cached && errors;
          log.converted(
              field, "", errors ? "never so here, see the change named for it" : "always so here");
        });
    log.unknown(cache.get(), cache.get().known());
  }
}
