package dev.assayer.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assayer.watch.ThreatModel.Component;
import dev.assayer.watch.ThreatModel.Flow;
import dev.assayer.watch.ThreatModel.Threat;
import dev.assayer.watch.ThreatModel.Zone;
import java.util.List;

/** The threat model as an Open Threat Model, version 0.2.0. */
final class OpenThreatModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OpenThreatModel() {}

  static String of(ThreatModel model) {
    ObjectNode root = JSON.createObjectNode().put("otmVersion", "0.2.0");
    root.putObject("project")
        .put("name", "Assayer")
        .put("id", "assayer")
        .put("description", "Admission webhook that verifies the signatures of images");
    ArrayNode zones = root.putArray("trustZones");
    for (Zone zone : model.zones()) {
      zones
          .addObject()
          .put("id", zone.id())
          .put("name", zone.name())
          .putObject("risk")
          .put("trustRating", zone.trust());
    }
    ArrayNode components = root.putArray("components");
    model.components().forEach(component -> component(components.addObject(), component, model));
    ArrayNode flows = root.putArray("dataflows");
    for (Flow flow : model.flows()) {
      flows
          .addObject()
          .put("id", flow.id())
          .put("name", flow.name())
          .put("source", flow.from())
          .put("destination", flow.to());
    }
    ArrayNode threats = root.putArray("threats");
    ArrayNode mitigations = root.putArray("mitigations");
    for (Threat threat : model.threats()) {
      threat(threats.addObject(), threat);
      mitigations
          .addObject()
          .put("id", "M-" + threat.id())
          .put("name", "Countermeasure of " + threat.id())
          .put("description", threat.countermeasure())
          .put("riskReduction", threat.isMitigated() ? 90 : 0);
    }
    return written(root);
  }

  private static void component(ObjectNode out, Component component, ThreatModel model) {
    out.put("id", component.id()).put("name", component.name()).put("type", component.type());
    out.putObject("parent").put("trustZone", component.zone());
    ArrayNode threats = out.putArray("threats");
    for (Threat threat : model.of(component)) {
      ObjectNode one = threats.addObject().put("threat", threat.id());
      one.put("state", threat.isMitigated() ? "mitigated" : "exposed");
      one.putArray("mitigations")
          .addObject()
          .put("mitigation", "M-" + threat.id())
          .put("state", threat.isMitigated() ? "implemented" : "required");
    }
  }

  private static void threat(ObjectNode out, Threat threat) {
    out.put("id", threat.id()).put("name", threat.threat());
    out.putArray("categories").add(threat.category());
    out.putObject("risk").putNull("likelihood").put("impact", threat.impact());
    ObjectNode attributes = out.putObject("attributes").put("origin", threat.origin());
    names(attributes, "metrics", threat.metrics());
    names(attributes, "alerts", threat.alerts());
    names(attributes, "tests", threat.tests());
  }

  private static void names(ObjectNode out, String name, List<String> values) {
    ArrayNode list = out.putArray(name);
    values.forEach(list::add);
  }

  private static String written(ObjectNode root) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
