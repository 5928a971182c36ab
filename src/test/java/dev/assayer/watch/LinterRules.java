package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of Grafana's dashboard linter, by their names, as far as they are about one file. What
 * a target breaks on purpose is an entry of {@code .lint}, in the linter's own form.
 */
final class LinterRules {
  private static final Pattern RANGE = Pattern.compile("(rate|increase)\\([^\\[]*\\[([^\\]]+)\\]");
  private static final Pattern SELECTOR = Pattern.compile("\\{[^}]*\\}");
  private static final List<Exempted> EXEMPTED =
      List.of(
          new Exempted(
              "target-rate-interval-rule",
              "These show the whole of the time that is looked at, or a fixed window that the"
                  + " title or the description names."),
          new Exempted(
              "target-job-rule",
              "Recorded sums, alerts and metrics of the API server have no job of ours."),
          new Exempted(
              "target-instance-rule",
              "Recorded sums, alerts and metrics of the API server have no instance of ours."));

  /** A rule that some targets break, and why. */
  private record Exempted(String rule, String reason) {}

  private LinterRules() {}

  /** What breaks a rule that knows no exception here. */
  static List<String> problems(GrafanaFile file) {
    List<String> problems = new ArrayList<>();
    JsonNode json = file.json();
    require(problems, "template-uneditable-rule", !json.path("editable").asBoolean(true));
    for (JsonNode variable : json.path("templating").path("list")) {
      String name = variable.path("name").asText();
      switch (name) {
        case "datasource" ->
            require(
                problems,
                "template-datasource-rule",
                variable.path("label").asText().equals("Data source")
                    && variable.path("query").asText().equals("prometheus"));
        case "job", "instance" ->
            require(
                problems,
                "template-" + name + "-rule",
                variable.path("label").asText().equalsIgnoreCase(name)
                    && variable.path("multi").asBoolean()
                    && variable.path("allValue").asText().equals(".+")
                    && hasDatasource(variable));
        default -> {}
      }
      if (variable.path("type").asText().equals("query")) {
        require(
            problems, "template-on-time-change-reload-rule", variable.path("refresh").asInt() == 2);
      }
    }
    for (JsonNode panel : file.panels()) {
      if (!panel.path("type").asText().equals("row")) {
        String title = panel.path("title").asText();
        boolean described = !title.isEmpty() && !panel.path("description").asText().isEmpty();
        require(problems, "panel-title-description-rule " + title, described);
        boolean text = panel.path("type").asText().equals("text");
        JsonNode unit = panel.path("fieldConfig").path("defaults").path("unit");
        require(problems, "panel-units-rule " + title, text || !unit.asText().isEmpty());
        require(problems, "panel-datasource-rule " + title, text || hasDatasource(panel));
      }
    }
    return problems;
  }

  private static boolean hasDatasource(JsonNode node) {
    return node.path("datasource").path("uid").asText().equals("${datasource}");
  }

  private static void require(List<String> problems, String rule, boolean holds) {
    if (!holds) {
      problems.add(rule);
    }
  }

  /** The file of exceptions that these dashboards need, and no others. */
  static String exceptions(List<Path> files) {
    StringBuilder text =
        new StringBuilder(
            "# Exceptions of Grafana's dashboard linter. Made by DashboardsTest.\nexclusions:\n");
    for (Exempted one : EXEMPTED) {
      text.append("  %s:%n    reason: %s%n    entries:%n".formatted(one.rule(), one.reason()));
      for (Path path : files) {
        GrafanaFile file = GrafanaFile.read(path);
        for (JsonNode panel : file.panels()) {
          List<GrafanaFile.Target> targets = GrafanaFile.targets(panel);
          for (int i = 0; i < targets.size(); i++) {
            if (isBroken(one.rule(), targets.get(i).expression())) {
              text.append(
                  "      - {dashboard: \"%s\", panel: \"%s\", targetIdx: %d}%n"
                      .formatted(file.title(), targets.get(i).panel(), i));
            }
          }
        }
      }
    }
    return text.toString();
  }

  private static boolean isBroken(String rule, String expression) {
    return switch (rule) {
      case "target-rate-interval-rule" ->
          RANGE
              .matcher(expression.replaceAll("\"[^\"]*\"", ""))
              .results()
              .anyMatch(range -> !range.group(2).equals("$__rate_interval"));
      case "target-job-rule" -> !isEverywhere("job=~\"$job\"", expression);
      default -> !isEverywhere("instance=~\"$instance\"", expression);
    };
  }

  private static boolean isEverywhere(String matcher, String expression) {
    return SELECTOR
        .matcher(expression)
        .results()
        .allMatch(selector -> selector.group().contains(matcher));
  }
}
