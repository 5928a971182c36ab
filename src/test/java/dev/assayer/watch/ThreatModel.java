package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The threat model as data. */
record ThreatModel(
    List<Zone> zones, List<Component> components, List<Flow> flows, List<Threat> threats) {
  static final Path FILE = Path.of("threat-model/threats.yaml");

  record Zone(String id, String name, int trust) {}

  record Component(String id, String name, String zone, String type) {}

  record Flow(String id, String name, String from, String to) {}

  /**
   * One row.
   *
   * @param planned what of its countermeasure is not built yet; empty for nothing
   * @param tests rows of the hostile corpus
   */
  record Threat(
      String id,
      String component,
      String category,
      String origin,
      String threat,
      String countermeasure,
      String status,
      String planned,
      int impact,
      List<String> metrics,
      List<String> alerts,
      List<String> tests) {

    boolean isMitigated() {
      return status.equals("mitigated");
    }
  }

  static final Set<String> CATEGORIES =
      Set.of(
          "Spoofing",
          "Tampering",
          "Repudiation",
          "Information disclosure",
          "Denial of service",
          "Elevation of privilege");

  static ThreatModel read() {
    JsonNode root = Rules.yaml(FILE);
    return new ThreatModel(
        Rules.stream(root.path("zones"))
            .map(zone -> new Zone(text(zone, "id"), text(zone, "name"), zone.path("trust").asInt()))
            .toList(),
        Rules.stream(root.path("components"))
            .map(one ->
                new Component(
                    text(one, "id"), text(one, "name"), text(one, "zone"), text(one, "type")))
            .toList(),
        Rules.stream(root.path("flows"))
            .map(one ->
                new Flow(text(one, "id"), text(one, "name"), text(one, "from"), text(one, "to")))
            .toList(),
        Rules.stream(root.path("threats")).map(ThreatModel::threat).toList());
  }

  private static Threat threat(JsonNode row) {
    return new Threat(
        text(row, "id"),
        text(row, "component"),
        text(row, "category"),
        text(row, "origin"),
        text(row, "threat"),
        text(row, "countermeasure"),
        text(row, "status"),
        text(row, "planned"),
        row.path("impact").asInt(),
        list(row, "metrics"),
        list(row, "alerts"),
        list(row, "tests"));
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText();
  }

  private static List<String> list(JsonNode node, String name) {
    return Rules.stream(node.path(name)).map(JsonNode::asText).toList();
  }

  Component component(String id) {
    return components.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  List<Threat> of(Component component) {
    return threats.stream().filter(one -> one.component().equals(component.id())).toList();
  }
}
