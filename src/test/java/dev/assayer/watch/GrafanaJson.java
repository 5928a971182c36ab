package dev.assayer.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assayer.watch.Dashboards.Dashboard;
import dev.assayer.watch.Dashboards.Link;
import dev.assayer.watch.Dashboards.Panel;
import dev.assayer.watch.Dashboards.Row;
import java.util.ArrayList;
import java.util.List;

/** A dashboard in the form that Grafana imports (schema version 39). */
final class GrafanaJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUNBOOKS = "runbooks";
  private static final String RUNBOOKS_DEFAULT = "docs/runbooks/";

  /** What one dashboard hands on to the next. */
  private static final String HANDED_ON =
      "${datasource:queryparam}&${cluster:queryparam}&${job:queryparam}&${instance:queryparam}"
          + "&${__url_time_range}";

  private static final int HEIGHT = 8;
  private static final int LOW = 4;

  private int id;
  private int y;

  private GrafanaJson() {}

  static String of(Dashboard dashboard) {
    try {
      return JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsString(new GrafanaJson().node(dashboard))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectNode node(Dashboard dashboard) {
    ObjectNode out =
        JSON.createObjectNode()
            .put("uid", dashboard.uid())
            .put("title", dashboard.title())
            .put("description", dashboard.description());
    out.putArray("tags").add("assayer");
    out.put("editable", false)
        .put("graphTooltip", 1)
        .put("schemaVersion", 39)
        .put("timezone", "browser")
        .put("refresh", "30s");
    out.putObject("time").put("from", "now-6h").put("to", "now");
    links(out.putArray("links"));
    variables(out.putObject("templating").putArray("list"), dashboard);
    ArrayNode panels = out.putArray("panels");
    dashboard.rows().forEach(row -> row(panels, row));
    return out;
  }

  private static void links(ArrayNode links) {
    ObjectNode others =
        links
            .addObject()
            .put("type", "dashboards")
            .put("title", "Assayer")
            .put("asDropdown", false)
            .put("includeVars", true)
            .put("keepTime", true);
    others.putArray("tags").add("assayer");
  }

  private static void variables(ArrayNode list, Dashboard dashboard) {
    list.addObject()
        .put("name", "datasource")
        .put("label", "Data source")
        .put("type", "datasource")
        .put("query", "prometheus");
    variable(list, "cluster", "Cluster", "label_values(assayer_build_info, cluster)", ".*");
    variable(
        list, "job", "Job", "label_values(assayer_build_info{cluster=~\"$cluster\"}, job)", ".+");
    variable(
        list,
        "instance",
        "Instance",
        "label_values(assayer_build_info{cluster=~\"$cluster\",job=~\"$job\"}, instance)",
        ".+");
    for (Dashboards.Picked own : dashboard.picked()) {
      variable(
          list,
          own.name(),
          own.title(),
          "label_values(" + Expressions.scoped(own.metric()) + ", " + own.label() + ")",
          ".*");
    }
    dashboard.entered().forEach((name, label) -> entered(list, name, label));
    if (dashboard.panels().stream()
        .flatMap(panel -> panel.link().stream())
        .anyMatch(GrafanaJson::isRunbook)) {
      constant(list);
    }
  }

  private static boolean isRunbook(Link link) {
    return link.url().startsWith("${" + RUNBOOKS + "}");
  }

  private static void entered(ArrayNode list, String name, String label) {
    ObjectNode out =
        list.addObject()
            .put("name", name)
            .put("label", label)
            .put("type", "textbox")
            .put("query", "");
    out.putObject("current").put("text", "").put("value", "");
  }

  /** Where the runbooks are; the chart puts prometheusRule.runbooks in. */
  private static void constant(ArrayNode list) {
    ObjectNode out =
        list.addObject()
            .put("name", RUNBOOKS)
            .put("type", "constant")
            .put("hide", 2)
            .put("query", RUNBOOKS_DEFAULT);
    out.putObject("current").put("text", RUNBOOKS_DEFAULT).put("value", RUNBOOKS_DEFAULT);
  }

  private static void variable(
      ArrayNode list, String name, String label, String query, String all) {
    ObjectNode out =
        list.addObject()
            .put("name", name)
            .put("label", label)
            .put("type", "query")
            .put("multi", true)
            .put("includeAll", true)
            .put("allValue", all)
            .put("refresh", 2)
            .put("sort", 1);
    datasource(out);
    out.putObject("query").put("query", query).put("refId", name);
    out.putObject("current").put("text", "All").put("value", "$__all");
  }

  private static void datasource(ObjectNode out) {
    out.putObject("datasource").put("type", "prometheus").put("uid", "${datasource}");
  }

  private void row(ArrayNode panels, Row row) {
    ObjectNode head =
        panels
            .addObject()
            .put("id", ++id)
            .put("type", "row")
            .put("title", row.title())
            .put("collapsed", false);
    place(head, 0, 24, 1);
    head.putArray("panels");
    y++;
    List<Panel> line = new ArrayList<>();
    for (Panel panel : row.panels()) {
      if (line.stream().mapToInt(Panel::width).sum() + panel.width() > 24) {
        line(panels, line);
        line.clear();
      }
      line.add(panel);
    }
    line(panels, line);
  }

  /** Panels side by side are of one height. */
  private void line(ArrayNode panels, List<Panel> line) {
    int height = line.stream().mapToInt(GrafanaJson::height).max().orElse(0);
    int x = 0;
    for (Panel panel : line) {
      ObjectNode out = panels.addObject().put("id", ++id);
      place(out, x, panel.width(), height);
      panel(out, panel);
      x += panel.width();
    }
    y += height;
  }

  private static int height(Panel panel) {
    boolean low = panel.type().equals("stat") || panel.type().equals("gauge");
    return panel.height().orElse(low ? LOW : HEIGHT);
  }

  private void place(ObjectNode out, int x, int width, int height) {
    out.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", height);
  }

  private static void panel(ObjectNode out, Panel panel) {
    out.put("type", type(panel)).put("title", panel.title());
    out.put("description", panel.description() + " Threats: " + String.join(", ", panel.threats()));
    if (panel.isText()) {
      out.putObject("options").put("mode", "markdown").put("content", panel.text());
      return;
    }
    datasource(out);
    fields(out.putObject("fieldConfig"), panel);
    options(out.putObject("options"), panel);
    ArrayNode targets = out.putArray("targets");
    boolean now = List.of("stat", "gauge", "table").contains(panel.type());
    for (int i = 0; i < panel.queries().size(); i++) {
      ObjectNode target = targets.addObject();
      datasource(target);
      target
          .put("refId", String.valueOf((char) ('A' + i)))
          .put("expr", Expressions.scoped(panel.queries().get(i).expression()))
          .put("legendFormat", panel.queries().get(i).legend())
          .put("format", "time_series")
          .put("instant", now)
          .put("range", !now)
          .put(
              "exemplar",
              panel.exemplars() && panel.queries().get(i).expression().contains("rate("));
    }
    if (panel.type().equals("table")) {
      // One line a series: its name by the legend, and its last value.
      ArrayNode steps = out.putArray("transformations");
      ObjectNode reduce = steps.addObject().put("id", "reduce").putObject("options");
      reduce.putArray("reducers").add("lastNotNull");
      reduce.put("labelsToFields", panel.link().isPresent());
    }
  }

  private static String type(Panel panel) {
    return switch (panel.type()) {
      case "bars" -> "timeseries";
      case "state" -> "state-timeline";
      default -> panel.type();
    };
  }

  private static void fields(ObjectNode out, Panel panel) {
    ObjectNode defaults = out.putObject("defaults").put("unit", panel.unit());
    panel.min().ifPresent(least -> defaults.put("min", least));
    panel.max().ifPresent(most -> defaults.put("max", most));
    ObjectNode custom = defaults.putObject("custom");
    switch (panel.type()) {
      case "timeseries" -> {
        custom.put("fillOpacity", panel.stack() ? 30 : 0).put("showPoints", "never");
        custom.putObject("stacking").put("mode", panel.stack() ? "normal" : "none");
      }
      case "bars" -> {
        custom.put("drawStyle", "bars").put("fillOpacity", 80).put("lineWidth", 0);
        custom.putObject("stacking").put("mode", panel.stack() ? "normal" : "none");
      }
      case "state" -> states(defaults, panel);
      case "table" -> custom.putObject("cellOptions").put("type", "color-text");
      default -> {}
    }
    panel.link().ifPresent(link -> link(defaults.putArray("links").addObject(), link));
    ObjectNode thresholds = defaults.putObject("thresholds").put("mode", "absolute");
    ArrayNode steps = thresholds.putArray("steps");
    if (panel.thresholds().isEmpty()) {
      steps.addObject().put("color", "text").putNull("value");
    }
    for (int i = 0; i < panel.thresholds().size(); i++) {
      ObjectNode step = steps.addObject().put("color", panel.thresholds().get(i).colour());
      if (i == 0) {
        step.putNull("value");
      } else {
        step.put("value", panel.thresholds().get(i).from());
      }
    }
    ArrayNode overrides = out.putArray("overrides");
    panel.colours().forEach((name, colour) -> colour(overrides.addObject(), name, colour));
  }

  private static void colour(ObjectNode out, String name, String colour) {
    out.putObject("matcher").put("id", "byName").put("options", name);
    ObjectNode property = out.putArray("properties").addObject().put("id", "color");
    property.putObject("value").put("mode", "fixed").put("fixedColor", colour);
  }

  private static void link(ObjectNode out, Link link) {
    String url = link.url();
    if (url.startsWith("/")) {
      url += (url.contains("?") ? "&" : "?") + HANDED_ON;
    }
    out.put("title", link.title()).put("url", url).put("targetBlank", false);
  }

  /** Words instead of 0 and 1, so that nobody has to remember which is good. */
  private static void states(ObjectNode defaults, Panel panel) {
    defaults.putObject("color").put("mode", "thresholds");
    ObjectNode values =
        defaults.putArray("mappings").addObject().put("type", "value").putObject("options");
    for (Dashboards.State state : panel.states()) {
      values
          .putObject(state.value())
          .put("text", state.text())
          .put("color", state.colour())
          .put("index", values.size() - 1);
    }
  }

  private static void options(ObjectNode out, Panel panel) {
    switch (panel.type()) {
      case "timeseries", "bars" -> {
        ObjectNode legend = out.putObject("legend");
        legend.put("showLegend", true);
        if (panel.ranked()) {
          legend.put("displayMode", "table").put("placement", "right");
          legend.put("sortBy", "Max").put("sortDesc", true).putArray("calcs").add("max");
        } else {
          legend.put("displayMode", "list").put("placement", "bottom").putArray("calcs");
        }
        out.putObject("tooltip").put("mode", "multi").put("sort", "desc");
      }
      case "stat", "gauge" -> {
        ObjectNode reduce = out.putObject("reduceOptions");
        reduce.putArray("calcs").add("lastNotNull");
        if (panel.type().equals("stat")) {
          out.put("colorMode", "value").put("graphMode", "none");
          out.put("textMode", "value_and_name");
        }
      }
      case "state" -> out.put("showValue", "auto").put("rowHeight", 0.8).put("mergeValues", true);
      default -> out.put("showHeader", true);
    }
  }
}
