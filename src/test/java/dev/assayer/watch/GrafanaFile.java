package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dashboard as Grafana reads it: the shipped file, not what it was made of. */
record GrafanaFile(JsonNode json) {
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

  /** One query of a panel. */
  record Target(String panel, String expression, String legend, boolean exemplars) {}

  /**
   * A variable whose values are those of a label.
   *
   * @param selector which series have the label
   */
  record Variable(String name, String selector, String label, String allValue) {}

  static GrafanaFile read(Path file) {
    return new GrafanaFile(Rules.yaml(file));
  }

  String title() {
    return json.path("title").asText();
  }

  /** All panels, rows among them. */
  List<JsonNode> panels() {
    return Rules.stream(json.path("panels")).toList();
  }

  static List<Target> targets(JsonNode panel) {
    return Rules.stream(panel.path("targets"))
        .map(target ->
            new Target(
                panel.path("title").asText(),
                target.path("expr").asText(),
                target.path("legendFormat").asText(),
                target.path("exemplar").asBoolean()))
        .toList();
  }

  List<Target> targets() {
    return panels().stream().flatMap(panel -> targets(panel).stream()).toList();
  }

  /** In their order, in which one may use those before it. */
  List<Variable> variables() {
    return Rules.stream(json.path("templating").path("list"))
        .filter(one -> one.path("type").asText().equals("query"))
        .map(one -> {
          Matcher query = LABEL_VALUES.matcher(one.path("query").path("query").asText());
          if (!query.matches()) {
            throw new IllegalArgumentException(one.toString());
          }
          return new Variable(
              one.path("name").asText(),
              query.group(1),
              query.group(2),
              one.path("allValue").asText());
        })
        .toList();
  }
}
