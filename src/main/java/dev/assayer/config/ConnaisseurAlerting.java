package dev.assayer.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Converts {@code alerting}. Addresses and headers are secrets and appear in no change. */
final class ConnaisseurAlerting {
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "slack", "slack",
          "opsgenie", "opsgenie",
          "keybase", "keybase",
          "msteams", "msteams",
          "ecs-1-12-0", "ecs");
  private static final int LOWEST = 1;
  private static final int HIGHEST = 5;
  private static final int DEFAULT_PRIORITY = 3;

  private final ConversionLog log;
  private Optional<Field> firstReceiver = Optional.empty();

  ConnaisseurAlerting(ConversionLog log) {
    this.log = log;
  }

  /** Adds {@code cluster} and {@code alerting}. */
  void read(ConnaisseurSection root, ConnaisseurYaml.Builder ours) {
    Optional<ConnaisseurSection> alerting = root.section("alerting");
    cluster(root, alerting, ours);
    if (alerting.isEmpty()) {
      return;
    }
    ConnaisseurYaml.Builder builder = ConnaisseurYaml.mapping(alerting.get().field().node());
    builder.put("admit", category(alerting.get().section("admitRequest"), "admit"));
    builder.put("reject", category(alerting.get().section("rejectRequest"), "reject"));
    log.unknown(alerting.get(), Set.of("cluster_identifier", "admit_request", "reject_request"));
    if (!builder.isEmpty()) {
      ours.put("alerting", builder.build());
    }
    firstReceiver.ifPresent(field ->
        log.changed(
            field,
            "alerting",
            "one message tells of the same image, reason and namespace within a window, with the"
                + " count of those held back; Connaisseur sent one for each request",
            "set alerting.window if another one is wanted",
            List.of()));
  }

  private void cluster(
      ConnaisseurSection root,
      Optional<ConnaisseurSection> alerting,
      ConnaisseurYaml.Builder ours) {
    Optional<Field> inner = alerting.flatMap(section -> section.value("clusterIdentifier"));
    Optional<Field> outer = root.value("clusterIdentifier");
    inner
        .or(() -> outer)
        .ifPresent(field -> {
          ours.put("cluster", field.node());
          log.converted(field, "cluster");
        });
    if (inner.isPresent()) {
      outer.ifPresent(field -> log.converted(field, "", "left out: alerting has one"));
    }
  }

  private Optional<YamlNode> category(Optional<ConnaisseurSection> section, String name) {
    if (section.isEmpty()) {
      return Optional.empty();
    }
    List<YamlNode> receivers =
        section.get().sections("receivers", "templates").stream()
            .filter(this::canBeTold)
            .<YamlNode>map(receiver -> receiver(receiver, "alerting." + name + ".receivers[]."))
            .toList();
    log.unknown(section.get(), Set.of("templates", "receivers"));
    return Optional.of(
        ConnaisseurYaml.mapping(section.get().field().node())
            .put("receivers", ConnaisseurYaml.list(receivers, section.get().field().node()))
            .build());
  }

  /**
   * A template of the user's own stands in Connaisseur's chart, and a file cannot bring it along.
   */
  private boolean canBeTold(ConnaisseurSection section) {
    Optional<Field> template = section.value("template");
    String name = section.text("template").orElse("");
    if (template.isEmpty()
        || !(template.get().node() instanceof YamlNode.Scalar)
        || TEMPLATES.containsKey(name)) {
      return true;
    }
    String own = "the receiver's template " + Shown.quoted(name) + " is not one that comes along";
    if (section.has("failIfAlertSendingFails")
        && section.flag("failIfAlertSendingFails").orElse(true)) {
      log.refuse(
          template.get(),
          own + ", and what this receiver is not told must be denied",
          "use one of " + TEMPLATES.keySet().stream().sorted().toList());
    } else {
      log.notConverted(
          template.get(),
          own + ", so the receiver is left out",
          "copy the template into the folder of alerting.templates, and add the receiver again; the"
              + " variables keep their names",
          List.of());
    }
    return false;
  }

  private YamlNode receiver(ConnaisseurSection section, String path) {
    firstReceiver = firstReceiver.or(() -> Optional.of(section.field()));
    ConnaisseurYaml.Builder ours = ConnaisseurYaml.mapping(section.field().node());
    section.value("template").ifPresent(field -> template(section, field, path, ours));
    section
        .value("receiverUrl")
        .ifPresent(field -> {
          ours.put("url", field.node());
          log.converted(field, path + "url", "kept in the file; urlFile is safer");
        });
    section.value("priority").ifPresent(field -> priority(section, field, path, ours));
    headers(section, path).ifPresent(node -> ours.put("headers", node));
    section
        .value("payloadFields")
        .ifPresent(field -> {
          ours.put("payloadFields", field.node());
          log.converted(field, path + "payloadFields");
        });
    section
        .value("failIfAlertSendingFails")
        .ifPresent(field -> {
          boolean fail = section.flag("failIfAlertSendingFails").orElse(true);
          ours.put("failAdmission", ConnaisseurYaml.flag(fail, field.node()));
          log.converted(field, path + "failAdmission");
        });
    log.unknown(section, section.known());
    return ours.build();
  }

  private void template(
      ConnaisseurSection section, Field field, String path, ConnaisseurYaml.Builder ours) {
    String name = section.text("template").orElse("");
    String known = TEMPLATES.getOrDefault(name, "");
    if (field.node() instanceof YamlNode.Scalar && !known.isEmpty()) {
      ours.put("template", ConnaisseurYaml.text(known, field.node()));
      log.converted(field, path + "template: " + known);
      return;
    }
    ours.put("template", field.node());
  }

  private void priority(
      ConnaisseurSection section, Field field, String path, ConnaisseurYaml.Builder ours) {
    String text = section.text("priority").orElse("");
    OptionalLong value = Quantities.size(text);
    long wanted = value.orElse(text.startsWith("-") ? LOWEST : DEFAULT_PRIORITY);
    long priority = Math.clamp(wanted, LOWEST, HIGHEST);
    ours.put("priority", ConnaisseurYaml.number(priority, field.node()));
    if (value.isPresent() && priority == wanted) {
      log.converted(field, path + "priority");
    } else {
      log.changed(
          field,
          path + "priority: " + priority,
          "priorities are " + LOWEST + " to " + HIGHEST,
          "choose one of them",
          List.of());
    }
  }

  /** Lines of {@code Name: value} as a mapping; the last of a name counts, as there. */
  private Optional<YamlNode> headers(ConnaisseurSection section, String path) {
    Optional<Field> field = section.value("customHeaders");
    if (field.isEmpty()) {
      return Optional.empty();
    }
    Map<String, YamlNode> headers = new LinkedHashMap<>();
    for (Field line : section.list("customHeaders")) {
      String text = line.node() instanceof YamlNode.Scalar scalar ? scalar.text() : "";
      int colon = text.indexOf(':');
      if (colon <= 0) {
        log.refuse(line, "must be a header", "write \"Name: value\"");
        continue;
      }
      headers.put(
          text.substring(0, colon).strip(),
          ConnaisseurYaml.text(text.substring(colon + 1).strip(), line.node()));
    }
    log.converted(field.get(), path + "headers");
    ConnaisseurYaml.Builder ours = ConnaisseurYaml.mapping(field.get().node());
    headers.forEach(ours::put);
    return Optional.of(ours.build());
  }
}
