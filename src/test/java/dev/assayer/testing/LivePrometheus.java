package dev.assayer.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real Prometheus on a free loopback port, with nothing kept when it stops. */
public final class LivePrometheus implements AutoCloseable {
  private static final String NAME = "prometheus";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final URI uri;

  private LivePrometheus(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  static boolean available() {
    return Programs.find(NAME).isPresent();
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param configuration its configuration file; rule files are relative to {@code directory}
   * @param lookback how long a sample stands for the present
   */
  public static LivePrometheus start(Path directory, String configuration, Duration lookback) {
    try {
      Path file = Files.writeString(directory.resolve("prometheus.yaml"), configuration);
      int port = LiveAlertmanager.freePort();
      Process process =
          Programs.start(
              List.of(
                  Programs.find(NAME).orElseThrow().toString(),
                  "--config.file=" + file,
                  "--storage.tsdb.path=" + directory.resolve("tsdb"),
                  "--query.lookback-delta=" + lookback.toMillis() + "ms",
                  "--alertmanager.notification-queue-capacity=1000",
                  "--web.listen-address=127.0.0.1:" + port),
              Map.of("GOMAXPROCS", "1"),
              directory.resolve("prometheus.log"));
      LivePrometheus made = new LivePrometheus(process, URI.create("http://127.0.0.1:" + port));
      Await.until(START, () -> made.ready(directory));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean ready(Path directory) {
    if (!process.isAlive()) {
      try {
        throw new IllegalStateException(Files.readString(directory.resolve("prometheus.log")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** The samples of a query now, each with {@code metric} and {@code value}. */
  public JsonNode query(String expression) {
    return result("/api/v1/query?query=" + encoded(expression));
  }

  /** The samples of a query over a time, each with {@code metric} and {@code values}. */
  public JsonNode range(String expression, Instant from, Instant to, Duration step) {
    return result(
        "/api/v1/query_range?query=%s&start=%s&end=%s&step=%s"
            .formatted(
                encoded(expression),
                seconds(from.toEpochMilli()),
                seconds(to.toEpochMilli()),
                seconds(step.toMillis())));
  }

  /** Why scrapes fail at present; empty where none does. */
  public String troubles() {
    try {
      StringBuilder troubles = new StringBuilder();
      for (JsonNode target :
          JSON.readTree(get("/api/v1/targets").body()).path("data").path("activeTargets")) {
        String error = target.path("lastError").asText();
        if (!error.isEmpty()) {
          troubles.append(target.path("scrapeUrl").asText()).append(": ").append(error);
        }
      }
      return troubles.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String seconds(long millis) {
    return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
  }

  private JsonNode result(String path) {
    try {
      JsonNode answer = JSON.readTree(get(path).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalStateException(path + ": " + answer);
      }
      return answer.path("data").path("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(uri + path)).timeout(Duration.ofSeconds(20)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
