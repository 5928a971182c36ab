package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The shipped rules with the default thresholds. */
record Rules(List<Rule> all) {
  static final Path SOURCE = Path.of("charts/assayer/files/rules.yaml");
  static final Path RENDERED = Path.of("alerts/assayer.rules.yaml");
  static final Path VALUES = Path.of("charts/assayer/values.yaml");

  /** The job that the rendered file is for. */
  static final String JOB = "assayer";

  private static final Pattern TIME = Pattern.compile("(?:\\[|\\boffset )(\\d+[smhd])\\b");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** One rule; {@code name} is that of the alert or of the series. */
  record Rule(String name, JsonNode node) {
    boolean isAlert() {
      return node.has("alert");
    }

    String expression() {
      return node.path("expr").asText();
    }

    String annotation(String name) {
      return node.path("annotations").path(name).asText();
    }

    String label(String name) {
      return node.path("labels").path(name).asText();
    }

    Set<String> threats() {
      return Set.of(label("threat").split(",", -1));
    }
  }

  static Rules rendered() {
    return new Rules(
        stream(yaml(RENDERED).path("groups"))
            .flatMap(group -> stream(group.path("rules")))
            .map(rule -> new Rule(rule.path(rule.has("alert") ? "alert" : "record").asText(), rule))
            .toList());
  }

  List<Rule> alerts() {
    return all.stream().filter(Rule::isAlert).toList();
  }

  Set<String> recorded() {
    return all.stream().filter(rule -> !rule.isAlert()).map(Rule::name).collect(Collectors.toSet());
  }

  /** The longest time that a rule looks back or waits, through what it reads of other rules. */
  Duration window(Rule rule) {
    String expression = rule.expression();
    return Stream.of(
            TIME.matcher(expression).results().map(time -> duration(time.group(1))),
            Stream.of(rule.node().path("for").asText("0s")).map(Rules::duration),
            all.stream()
                .filter(one -> !one.isAlert() && expression.contains(one.name()))
                .map(this::window))
        .flatMap(times -> times)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Of a number and a unit, as {@code 5m}. */
  private static Duration duration(String text) {
    String time = text.toUpperCase(Locale.ROOT);
    return Duration.parse(time.endsWith("D") ? "P" + time : "PT" + time);
  }

  /** The source with the defaults of the chart's values in it. */
  static String withDefaults() {
    return with(Map.of());
  }

  /** The source with these thresholds, and the defaults of the chart's values for the others. */
  static String with(Map<String, String> thresholds) {
    JsonNode values = yaml(VALUES).path("metrics").path("prometheusRule");
    String text =
        read(SOURCE)
            .replace("@@job@@", JOB)
            .replace("@@runbooks@@", values.path("runbooks").asText());
    for (Map.Entry<String, JsonNode> threshold : values.path("thresholds").properties()) {
      text =
          text.replace(
              "@@" + threshold.getKey() + "@@",
              thresholds.getOrDefault(threshold.getKey(), threshold.getValue().asText()));
    }
    return text;
  }

  /** The default of a threshold. */
  static JsonNode threshold(String name) {
    return yaml(VALUES).path("metrics").path("prometheusRule").path("thresholds").path(name);
  }

  /**
   * The tests of a file for {@code promtool}, one file for each alert with the rules that it reads.
   *
   * @param dir where they are written
   */
  static List<Path> perAlert(Path tests, Path dir) {
    JsonNode whole = yaml(tests);
    Map<String, ArrayNode> byAlert = new TreeMap<>();
    for (JsonNode test : whole.path("tests")) {
      String asked = test.path("promql_expr_test").path(0).path("expr").asText();
      String alert = asked.replaceAll(".*alertname=\"(\\w+)\".*", "$1");
      byAlert.computeIfAbsent(alert, _ -> YAML.createArrayNode()).add(test);
    }
    List<Path> written = new ArrayList<>();
    byAlert.forEach((alert, own) -> {
      String rules = tests.getFileName() + "." + alert + ".rules.yaml";
      write(dir.resolve(rules), rendered().readBy(alert));
      ObjectNode file = whole.deepCopy();
      file.set("rule_files", YAML.createArrayNode().add(rules));
      file.set("tests", own);
      Path target = dir.resolve(tests.getFileName() + "." + alert + ".yaml");
      write(target, file);
      written.add(target);
    });
    return written;
  }

  /** The groups with this alert and the series recorded for it alone. */
  private JsonNode readBy(String alert) {
    Set<String> needed = new HashSet<>(Set.of(alert));
    boolean more = true;
    while (more) {
      List<Rule> read = all.stream().filter(rule -> needed.contains(rule.name())).toList();
      more =
          needed.addAll(
              recorded().stream()
                  .filter(name -> read.stream().anyMatch(one -> one.expression().contains(name)))
                  .toList());
    }
    ObjectNode file = yaml(RENDERED).deepCopy();
    for (JsonNode group : file.path("groups")) {
      ArrayNode kept = YAML.createArrayNode();
      for (JsonNode rule : group.path("rules")) {
        if (needed.contains(rule.path(rule.has("alert") ? "alert" : "record").asText())) {
          kept.add(rule);
        }
      }
      ((ObjectNode) group).set("rules", kept);
    }
    return file;
  }

  private static void write(Path file, JsonNode content) {
    try {
      YAML.writeValue(file.toFile(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
