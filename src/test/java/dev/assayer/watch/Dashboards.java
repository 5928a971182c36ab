package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The dashboards as data. */
record Dashboards(List<Dashboard> all) {
  static final Path SOURCE = Path.of("dashboards/panels.yaml");

  /**
   * One dashboard.
   *
   * @param picked variables of its own whose values are those of a label
   * @param entered variables that are typed in, by their label
   */
  record Dashboard(
      String uid,
      String title,
      String description,
      List<Picked> picked,
      Map<String, String> entered,
      List<Row> rows) {
    List<Panel> panels() {
      return rows.stream().flatMap(row -> row.panels().stream()).toList();
    }
  }

  record Picked(String name, String title, String metric, String label) {}

  /** Where a series leads: another dashboard, whose variables are handed on, or a page. */
  record Link(String title, String url) {}

  /** What a value means. */
  record State(String value, String colour, String text) {}

  record Row(String title, List<Panel> panels) {}

  /**
   * One panel.
   *
   * @param type stat, gauge, timeseries, bars, state, table or text
   * @param width of 24
   * @param height where the usual one of its type does not fit
   * @param ranked whether the legend is a list on the right, the greatest first
   * @param colours of series, by their names
   * @param thresholds colour and the value from which it counts, in ascending order
   */
  record Panel(
      String id,
      String title,
      String description,
      String type,
      int width,
      Optional<Integer> height,
      boolean ranked,
      Map<String, String> colours,
      String unit,
      Optional<Double> min,
      Optional<Double> max,
      boolean stack,
      boolean exemplars,
      List<Threshold> thresholds,
      List<String> threats,
      List<State> states,
      Optional<Link> link,
      String text,
      List<Query> queries) {
    boolean isText() {
      return type.equals("text");
    }
  }

  record Threshold(String colour, double from) {}

  record Query(String expression, String legend) {}

  static Dashboards read() {
    return new Dashboards(
        Rules.stream(Rules.yaml(SOURCE).path("dashboards")).map(Dashboards::dashboard).toList());
  }

  private static Dashboard dashboard(JsonNode node) {
    return new Dashboard(
        node.path("uid").asText(),
        node.path("title").asText(),
        node.path("description").asText(),
        node.path("pick").properties().stream()
            .map(one ->
                new Picked(
                    one.getKey(),
                    one.getValue().path("label").asText(),
                    one.getValue().path("from").asText(),
                    one.getValue().path("label_name").asText()))
            .toList(),
        texts(node.path("enter")),
        Rules.stream(node.path("rows"))
            .map(row ->
                new Row(
                    row.path("title").asText(),
                    Rules.stream(row.path("panels")).map(Dashboards::panel).toList()))
            .toList());
  }

  private static Panel panel(JsonNode node) {
    List<Threshold> thresholds = new ArrayList<>();
    for (Map.Entry<String, JsonNode> one : node.path("thresholds").properties()) {
      thresholds.add(new Threshold(one.getKey(), one.getValue().asDouble()));
    }
    return new Panel(
        node.path("id").asText(),
        node.path("title").asText(),
        node.path("description").asText(),
        node.path("type").asText(),
        node.path("width").asInt(),
        node.has("height") ? Optional.of(node.path("height").asInt()) : Optional.empty(),
        node.path("ranked").asBoolean(),
        texts(node.path("colours")),
        node.path("unit").asText(),
        number(node, "min"),
        number(node, "max"),
        node.path("stack").asBoolean(),
        node.path("exemplars").asBoolean(),
        thresholds,
        Rules.stream(node.path("threats")).map(JsonNode::asText).toList(),
        node.path("states").properties().stream().map(Dashboards::state).toList(),
        node.has("link")
            ? Optional.of(
                new Link(
                    node.path("link").path("title").asText(),
                    node.path("link").path("url").asText()))
            : Optional.empty(),
        node.path("text").asText(),
        Rules.stream(node.path("queries"))
            .map(one -> new Query(one.path("expr").asText(), one.path("legend").asText()))
            .toList());
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    node.properties().forEach(one -> texts.put(one.getKey(), one.getValue().asText()));
    return texts;
  }

  private static State state(Map.Entry<String, JsonNode> one) {
    String[] words = one.getValue().asText().split(" ", 2);
    return new State(one.getKey(), words[0], words[1]);
  }

  private static Optional<Double> number(JsonNode node, String name) {
    return node.has(name) ? Optional.of(node.path(name).asDouble()) : Optional.empty();
  }
}
