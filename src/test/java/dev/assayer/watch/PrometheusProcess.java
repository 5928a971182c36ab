package dev.assayer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assayer.testing.Await;
import dev.assayer.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A real Prometheus of this test, asked as Grafana asks it: by its HTTP API. */
final class PrometheusProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final Process process;

  private PrometheusProcess(URI base, Process process) {
    this.base = base;
    this.process = process;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param dir for its data and log
   * @param configuration {@code prometheus.yml}; files it names are relative to {@code dir}
   */
  static PrometheusProcess start(Path dir, String configuration) {
    try {
      Path file = Files.writeString(dir.resolve("prometheus.yml"), configuration);
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      Path log = dir.resolve("prometheus.log");
      Process process =
          Programs.start(
              List.of(
                  Programs.find("prometheus").orElseThrow().toString(),
                  "--config.file=" + file,
                  "--storage.tsdb.path=" + dir.resolve("data"),
                  "--web.listen-address=127.0.0.1:" + port,
                  "--enable-feature=exemplar-storage"),
              Map.of(),
              log);
      PrometheusProcess started =
          new PrometheusProcess(URI.create("http://127.0.0.1:" + port), process);
      try {
        Await.until("Prometheus is ready: " + log, started::isReady);
      } catch (AssertionError late) {
        throw new AssertionError(Files.readString(log), late);
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code data} of a query at one instant. */
  JsonNode query(String expression, Instant at) {
    return data("query", Map.of("query", expression, "time", seconds(at)));
  }

  /** The {@code data} of a query over a time. */
  JsonNode range(String expression, Instant from, Instant to, Duration step) {
    return data(
        "query_range",
        Map.of(
            "query",
            expression,
            "start",
            seconds(from),
            "end",
            seconds(to),
            "step",
            Double.toString(step.toMillis() / 1000.0)));
  }

  /** The exemplars of the series in a query. */
  JsonNode exemplars(String expression, Instant from, Instant to) {
    return data(
        "query_exemplars", Map.of("query", expression, "start", seconds(from), "end", seconds(to)));
  }

  /** The values of a label among the series of a selector, as {@code label_values} gives them. */
  List<String> labelValues(String selector, String label) {
    JsonNode values = data("label/" + label + "/values", Map.of("match[]", selector));
    return Rules.stream(values).map(JsonNode::asText).toList();
  }

  /** The targets that it scrapes now. */
  JsonNode targets() {
    return data("targets", Map.of("state", "active"));
  }

  private JsonNode data(String what, Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach((name, value) ->
        query
            .append(query.isEmpty() ? "?" : "&")
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    JsonNode answer = get("/api/v1/" + what + query);
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalArgumentException(answer.path("error").asText() + " in " + parameters);
    }
    return answer.path("data");
  }

  private JsonNode get(String target) {
    try {
      return JSON.readTree(
          http.send(
                  HttpRequest.newBuilder(base.resolve(target)).timeout(PATIENCE).build(),
                  BodyHandlers.ofString())
              .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private boolean isReady() {
    try {
      return http.send(
                  HttpRequest.newBuilder(base.resolve("/-/ready")).timeout(PATIENCE).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String seconds(Instant at) {
    return String.format(Locale.ROOT, "%.3f", at.toEpochMilli() / 1000.0);
  }

  @Override
  public void close() {
    Programs.stop(process);
    http.close();
  }
}
