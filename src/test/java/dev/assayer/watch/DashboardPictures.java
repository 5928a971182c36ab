package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assayer.testing.Programs;
import dev.assayer.watch.DayOnRecord.Series;
import dev.assayer.watch.DayOnRecord.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws dashboards for the documentation: of the definitions that Grafana reads and the answers of
 * a Prometheus, by Chart.js in Chromium. Not Grafana, only close to it.
 */
final class DashboardPictures {
  static final Path FOLDER = Path.of("docs/images");
  private static final String CHART =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*\\}\\}");
  private static final int WIDTH = 1584;
  private static final int CELL = 30;
  private static final int TOP = 44;

  private DashboardPictures() {}

  /** Where the picture of a dashboard is. */
  static Path picture(Path dashboard) {
    return FOLDER.resolve(dashboard.getFileName().toString().replace(".json", ".png"));
  }

  /** Draws them all; overview and images as they were at the worst moment. */
  static void draw(DayOnRecord day, List<Path> dashboards) throws IOException {
    for (Path dashboard : dashboards) {
      GrafanaFile file = GrafanaFile.read(dashboard);
      String name = dashboard.getFileName().toString();
      Span span =
          name.contains("threats")
              ? day.whole()
              : name.contains("trust") ? day.sinceTheMorning() : day.untilTheIncident();
      draw(day, file, span, picture(dashboard));
    }
  }

  private static void draw(DayOnRecord day, GrafanaFile file, Span span, Path picture)
      throws IOException {
    ObjectNode data = JSON.createObjectNode().put("title", file.title());
    data.put("from", span.from().getEpochSecond()).put("to", span.to().getEpochSecond());
    data.put("range", "a scripted day within " + span.length().toSeconds() + " s");
    ArrayNode variables = data.putArray("variables");
    file.variables().forEach(variable -> variables.add(variable.name() + ": All"));
    ArrayNode panels = data.putArray("panels");
    int rows = 0;
    for (JsonNode panel : file.panels()) {
      JsonNode place = panel.path("gridPos");
      rows = Math.max(rows, place.path("y").asInt() + place.path("h").asInt());
      panels.add(panel(day, file, panel, span));
    }
    Path page = Files.createTempFile("dashboard", ".html");
    String html =
        resource("/dashboards/picture.html")
            .replace("/*CHART*/", resource(CHART).replace("</script", "<\\/script"))
            .replace("/*DATA*/", JSON.writeValueAsString(data).replace("</", "<\\/"));
    Files.writeString(page, html);
    Files.createDirectories(FOLDER);
    run(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--window-size=" + WIDTH + "," + (TOP + CELL * rows),
        "--screenshot=" + picture.toAbsolutePath(),
        page.toUri().toString());
    run("pngquant", "--force", "--strip", "--output", picture.toString(), "64", picture.toString());
  }

  private static ObjectNode panel(DayOnRecord day, GrafanaFile file, JsonNode panel, Span span) {
    JsonNode place = panel.path("gridPos");
    JsonNode defaults = panel.path("fieldConfig").path("defaults");
    ObjectNode out =
        JSON.createObjectNode()
            .put("title", panel.path("title").asText())
            .put("type", panel.path("type").asText())
            .put("unit", defaults.path("unit").asText())
            .put("draw", defaults.path("custom").path("drawStyle").asText())
            .put(
                "stack",
                defaults.path("custom").path("stacking").path("mode").asText().equals("normal"))
            .put("text", panel.path("options").path("content").asText());
    List.of("x", "y", "w", "h").forEach(name -> out.set(name, place.path(name)));
    out.set("thresholds", defaults.path("thresholds").path("steps"));
    out.put(
        "ranked", panel.path("options").path("legend").path("placement").asText().equals("right"));
    ObjectNode colours = out.putObject("colours");
    panel
        .path("fieldConfig")
        .path("overrides")
        .forEach(one ->
            colours.put(
                one.path("matcher").path("options").asText(),
                one.path("properties").path(0).path("value").path("fixedColor").asText()));
    out.set("mappings", defaults.path("mappings").path(0).path("options"));
    ArrayNode series = out.putArray("series");
    for (GrafanaFile.Target target : GrafanaFile.targets(panel)) {
      out.put("order", order(target.expression()));
      for (Series one : day.series(file, target.expression(), Map.of(), span)) {
        ObjectNode line = series.addObject().put("name", name(target.legend(), one.labels()));
        ArrayNode points = line.putArray("points");
        one.points().stream()
            .filter(point -> Double.isFinite(point.value()))
            .forEach(point -> points.addArray().add(point.seconds()).add(point.value()));
      }
    }
    return out;
  }

  /** A range has no order of its series, an instant, which Grafana asks for in tables, has. */
  private static int order(String expression) {
    return expression.startsWith("sort_desc(") ? -1 : expression.startsWith("sort(") ? 1 : 0;
  }

  private static String name(String legend, Map<String, String> labels) {
    return LABEL
        .matcher(legend)
        .replaceAll(found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
  }

  private static void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst(Programs.find(program).orElseThrow().toString());
    Path home = Files.createTempDirectory("home");
    String _ =
        Programs.run(
            command,
            Map.of("HOME", home.toString(), "PATH", "/usr/bin:/bin"),
            home.resolve("log"),
            "",
            Duration.ofMinutes(1));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DashboardPictures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
