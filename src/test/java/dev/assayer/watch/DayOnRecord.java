package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.server.ScriptedDay;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A scripted day in a real Prometheus that has the shipped rules. Time goes {@value #FASTER} times
 * faster: every fixed window, of rules and of panels alike, is shortened by that and by nothing
 * else.
 */
final class DayOnRecord implements AutoCloseable {
  static final int FASTER = 60;
  static final Duration STEP = Duration.ofSeconds(1);
  private static final Pattern WINDOW =
      Pattern.compile("(\\[|\\[\\d+ms:|offset |for: |interval: )(\\d+)([smhd])\\b");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private final ScriptedDay script;
  private final PrometheusProcess prometheus;
  private final Span whole;

  /** One series, with its points. */
  record Series(Map<String, String> labels, List<Point> points) {
    boolean isNotZero() {
      return points.stream().anyMatch(point -> point.value() != 0 && !Double.isNaN(point.value()));
    }
  }

  record Point(double seconds, double value) {}

  /** A part of the day. */
  record Span(Instant from, Instant to) {
    Duration length() {
      return Duration.between(from, to);
    }
  }

  private DayOnRecord(ScriptedDay script, PrometheusProcess prometheus, Span whole) {
    this.script = script;
    this.prometheus = prometheus;
    this.whole = whole;
  }

  /** Lives it, with files in this directory. */
  static DayOnRecord live(Path dir) throws IOException {
    ScriptedDay script = ScriptedDay.start(dir);
    try {
      Files.writeString(dir.resolve("rules.yaml"), faster(Rules.withDefaults()));
      Files.writeString(dir.resolve("apiserver.pem"), script.apiServer().caPem());
      PrometheusProcess prometheus = PrometheusProcess.start(dir, configuration(script));
      try {
        Await.until("all are scraped", () -> scraped(prometheus) == script.targets().size() + 1);
        Instant from = Instant.now();
        script.run();
        // A scrape that is refused once is refused until the end.
        Await.until("no scrape is refused", () -> errors(prometheus).equals(Set.of("")));
        return new DayOnRecord(script, prometheus, new Span(from, Instant.now()));
      } catch (RuntimeException | Error failed) {
        prometheus.close();
        throw failed;
      }
    } catch (RuntimeException | Error | IOException failed) {
      script.close();
      throw failed;
    }
  }

  private static Set<String> errors(PrometheusProcess prometheus) {
    return Set.copyOf(prometheus.targets().findValuesAsText("lastError"));
  }

  private static int scraped(PrometheusProcess prometheus) {
    JsonNode up = prometheus.query("sum(up)", Instant.now()).path("result");
    return up.path(0).path("value").path(1).asInt();
  }

  private static String configuration(ScriptedDay script) {
    StringBuilder text =
        new StringBuilder(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms}
            rule_files: [rules.yaml]
            scrape_configs:
              - job_name: kubernetes-apiservers
                scheme: https
                authorization: {credentials: "%s"}
                tls_config: {ca_file: apiserver.pem}
                static_configs: [{targets: ["%s"], labels: {cluster: prod-eu}}]
                metric_relabel_configs:
                  - {source_labels: [__name__], regex: "apiserver_admission_webhook_(fail_open|rejection|request).*", action: keep}
              - job_name: %s
                metric_relabel_configs:
            """
                .formatted(
                    script.apiServer().adminToken(),
                    script.apiServer().uri().getAuthority(),
                    Rules.JOB));
    script
        .names()
        .forEach((host, name) ->
            List.of("upstream", "source")
                .forEach(label ->
                    text.append(
                        "      - {source_labels: [%1$s], regex: \"%2$s\", target_label: %1$s, replacement: \"%3$s\"}%n"
                            .formatted(label, host, name))));
    text.append("    static_configs:\n");
    for (ScriptedDay.Target target : script.targets()) {
      text.append(
          "      - {targets: [\"%s\"], labels: {instance: \"%s\", cluster: %s}}%n"
              .formatted(target.admin().getAuthority(), target.instance(), target.cluster()));
    }
    return text.toString();
  }

  /** The same with all its windows shortened. */
  static String faster(String text) {
    String once = shortened(text);
    return shortened(once);
  }

  private static String shortened(String text) {
    return WINDOW
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                found.group(1)
                    + UNITS
                        .get(found.group(3))
                        .multipliedBy(Long.parseLong(found.group(2)))
                        .dividedBy(FASTER)
                        .toMillis()
                    + "ms"));
  }

  /** What Prometheus is asked, as Grafana would write it. */
  private String filled(
      String expression, GrafanaFile file, Map<String, String> picked, Span span) {
    String text =
        faster(expression)
            .replace("$__rate_interval", STEP.multipliedBy(4).toMillis() + "ms")
            .replace("$__range", span.length().toMillis() + "ms");
    for (GrafanaFile.Variable variable : file.variables()) {
      text =
          text.replace(
              "$" + variable.name(), picked.getOrDefault(variable.name(), variable.allValue()));
    }
    return text;
  }

  /** What a query says at each second of the day. */
  List<Series> series(GrafanaFile file, String expression, Map<String, String> picked) {
    return series(file, expression, picked, whole);
  }

  /** What a query says at each second of a part of the day. */
  List<Series> series(GrafanaFile file, String expression, Map<String, String> picked, Span span) {
    String query = filled(expression, file, picked, span);
    return Rules.stream(prometheus.range(query, span.from(), span.to(), STEP).path("result"))
        .map(DayOnRecord::series)
        .toList();
  }

  /** The trace ids of the exemplars that a query shows. */
  List<String> traces(GrafanaFile file, String expression) {
    String query = filled(expression, file, Map.of(), whole);
    return Rules.stream(prometheus.exemplars(query, whole.from(), whole.to()))
        .flatMap(series -> Rules.stream(series.path("exemplars")))
        .map(exemplar -> exemplar.path("labels").path("trace_id").asText())
        .toList();
  }

  private static Series series(JsonNode node) {
    Map<String, String> labels = new LinkedHashMap<>();
    node.path("metric")
        .properties()
        .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
    return new Series(
        labels,
        Rules.stream(node.path("values"))
            .map(pair ->
                new Point(pair.path(0).asDouble(), Double.parseDouble(pair.path(1).asText())))
            .toList());
  }

  /** What a variable offers, given those before it. */
  List<String> values(GrafanaFile file, GrafanaFile.Variable variable, Map<String, String> picked) {
    return prometheus.labelValues(
        filled(variable.selector(), file, picked, whole), variable.label());
  }

  /** Each variable with all its values picked one by one, as Grafana writes that. */
  Map<String, String> picked(GrafanaFile file) {
    Map<String, String> picked = new LinkedHashMap<>();
    for (GrafanaFile.Variable variable : file.variables()) {
      picked.put(
          variable.name(),
          values(file, variable, picked).stream()
              .map(value -> value.replaceAll("[$^*{}\\[\\]'+?.()|-]", "\\\\\\\\$0"))
              .collect(Collectors.joining("|", "(", ")")));
    }
    return picked;
  }

  Span whole() {
    return whole;
  }

  /** Without the installation. */
  Span sinceTheMorning() {
    return new Span(script.morning(), whole.to());
  }

  /** From the morning to the worst moment. */
  Span untilTheIncident() {
    return new Span(script.morning(), script.incident());
  }

  @Override
  public void close() {
    prometheus.close();
    script.close();
  }
}
