package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a Connaisseur configuration into ours. Every value of the result stands at the place of
 * what it came from, so that findings about it point into Connaisseur's file. The result never
 * admits more than Connaisseur did without a change that says so.
 */
final class ConnaisseurConverter {
  private static final Set<String> TOP =
      Set.of("validators", "notaries", "policy", "alerting", "application", "detectionMode");

  private ConnaisseurConverter() {}

  /**
   * What a conversion gives.
   *
   * @param generation who wrote the file; empty where that cannot be told, which is refused
   * @param ours the same in our format; of use only while the reading has no errors
   * @param changes what became of each part, in the order of the file
   */
  record Result(Optional<Generation> generation, YamlNode.Mapping ours, List<Change> changes) {}

  static Result convert(YamlNode.Mapping written, Reading reading) {
    ConversionLog log = new ConversionLog(reading);
    YamlNode.Mapping document =
        ConnaisseurYaml.merged(written) instanceof YamlNode.Mapping merged ? merged : written;
    Optional<Generation> generation = Connaisseur.generation(document, log);
    YamlNode.Mapping ours =
        generation.isPresent() ? convert(document, generation.get(), log) : document;
    return new Result(generation, ours, log.changes());
  }

  private static YamlNode.Mapping convert(
      YamlNode.Mapping document, Generation generation, ConversionLog log) {
    ConnaisseurSection root = new ConnaisseurSection(new Field("", document), document, log);
    Optional<ConnaisseurSection> below = root.section("application");
    ConnaisseurSection application = below.orElse(root);
    ConnaisseurYaml.Builder ours = ConnaisseurYaml.mapping(document);
    ours.put("apiVersion", ConnaisseurYaml.text(ConfigReader.API_VERSION, document));
    ConnaisseurYaml.Builder alerts = ConnaisseurYaml.mapping(document);
    new ConnaisseurAlerting(log).read(root.has("alerting") ? root : application, alerts);
    copy(alerts, "cluster", ours);

    ConnaisseurFeatures features = new ConnaisseurFeatures(generation, log, ours);
    Optional<ConnaisseurSection> switches = application.section("features");
    features.read(switches.orElse(application));
    switches.ifPresent(section -> log.unknown(section, section.known()));
    List<ConnaisseurValidator> validators =
        new ConnaisseurValidators(generation, log).read(application);
    ConnaisseurRules reader = new ConnaisseurRules(generation, validators, log);
    List<ConnaisseurRule> rules =
        new ConnaisseurOrder(generation, log).ordered(reader.read(application));
    revoked(reader, ours, document);
    validators(application, validators, reader.needsStandIn(), generation, ours);
    policy(application, rules, ours);
    copy(alerts, "alerting", ours);

    ConnaisseurChart chart = new ConnaisseurChart(log);
    chart.read(root);
    chart.logging(application);
    if (below.isPresent()) {
      chart.logging(root);
      log.unknown(application, TOP);
    }
    log.unknown(root, TOP);
    new ConnaisseurMeanings(generation, log, application).report(rules, validators, features);
    return ours.build();
  }

  private static void copy(
      ConnaisseurYaml.Builder from, String name, ConnaisseurYaml.Builder ours) {
    from.build().entries().stream()
        .filter(entry -> entry.key().text().equals(name))
        .forEach(entry -> ours.put(name, entry.value()));
  }

  private static void revoked(ConnaisseurRules rules, ConnaisseurYaml.Builder ours, YamlNode at) {
    if (!rules.revoked().isEmpty()) {
      ours.put(
          "revoked",
          ConnaisseurYaml.mapping(at)
              .put("digests", ConnaisseurYaml.list(rules.revoked(), at))
              .build());
    }
  }

  private static void validators(
      ConnaisseurSection section,
      List<ConnaisseurValidator> validators,
      boolean standIn,
      Generation generation,
      ConnaisseurYaml.Builder ours) {
    List<YamlNode> nodes = new ArrayList<>();
    for (ConnaisseurValidator validator : validators) {
      nodes.addAll(
          validator.ours(
              switch (validator.type()) {
                case COSIGN ->
                    generation == Generation.THIRD || ConnaisseurWith.hasHost(validator)
                        ? "with-log"
                        : "without-log";
                case NOTATION -> "strict";
                default -> "";
              }));
    }
    YamlNode at = section.field().node();
    if (standIn) {
      YamlNode nowhere = new YamlNode.Mapping(List.of(), 0, 0);
      nodes.add(
          ConnaisseurYaml.mapping(nowhere)
              .put("name", ConnaisseurYaml.text(ConnaisseurRules.STAND_IN, nowhere))
              .put("type", ConnaisseurYaml.text("static", nowhere))
              .put("approve", ConnaisseurYaml.flag(false, nowhere))
              .build());
    }
    if (!nodes.isEmpty()) {
      ours.put("validators", ConnaisseurYaml.list(nodes, at));
    }
  }

  /** The rules; a policy that is empty is left to our own reader, which says so. */
  private static void policy(
      ConnaisseurSection section, List<ConnaisseurRule> rules, ConnaisseurYaml.Builder ours) {
    List<YamlNode.Mapping> nodes = rules.stream().flatMap(rule -> rule.node().stream()).toList();
    section
        .value("policy")
        .ifPresentOrElse(
            field -> ours.put("policy", ConnaisseurYaml.list(nodes, field.node())),
            () ->
                section
                    .log()
                    .refuse(
                        section.field(),
                        "holds no policy; Helm takes the one of Connaisseur's chart then",
                        "give all values: helm get values RELEASE --all"));
  }
}
