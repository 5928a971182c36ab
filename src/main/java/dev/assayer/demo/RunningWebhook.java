package dev.assayer.demo;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Decision;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.remote.ListenerClient;
import dev.assayer.server.Server;
import dev.assayer.server.ServerSetup;
import dev.assayer.telemetry.JsonLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/** The whole server in this process, and a client of it as the API server is one. */
final class RunningWebhook implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * The AOT cache is made by a demo that has none, often while the machine is busy with a build.
   */
  private static final Duration START = Duration.ofMinutes(2);

  private static final long MOST_BYTES = 8 << 20;

  private final Map<String, Decision> decisions = new ConcurrentHashMap<>();

  /** Nobody reads it: a review here costs what it costs a server. */
  private final JsonLog log;

  private final Server server;
  private final ListenerClient webhook;
  private final ListenerClient admin = ListenerClient.plain();

  RunningWebhook(
      Path configuration, SSLContext trust, String version, Map<String, String> environment) {
    log = JsonLog.open(OutputStream.nullOutputStream(), version, "demo");
    server =
        Server.start(
            new ServerSetup(
                configuration,
                environment,
                version,
                "demo",
                decision -> {
                  decisions.put(decision.request().uid(), decision);
                  log.decision(decision, record -> DecisionRecord.write(record, decision));
                },
                log::dropped));
    webhook = ListenerClient.over(trust);
    awaitReady();
  }

  /**
   * What came back.
   *
   * @param decision the record of it
   * @param message what the user reads who is denied; else empty
   */
  record Answer(Decision decision, String message) {}

  private void awaitReady() {
    long end = System.nanoTime() + START.toNanos();
    while (!server.ready()) {
      if (System.nanoTime() - end > 0) {
        close();
        throw new IllegalStateException("the webhook did not become ready");
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", stopped);
      }
    }
  }

  /** Posts an AdmissionReview to {@code /mutate}; empty if it got no decision. */
  Optional<Answer> mutate(PodReview review) {
    JsonObject response = response(post("/mutate?timeout=10s", review.json()));
    return Optional.ofNullable(decisions.remove(review.uid()))
        .map(decision -> new Answer(decision, message(response)));
  }

  private byte[] post(String path, byte[] body) {
    try {
      return webhook
          .post(webhookAddress().resolve(path), Map.of(), body, MOST_BYTES, PATIENCE)
          .body();
    } catch (IOException noAnswer) {
      throw new UncheckedIOException("the webhook gave no answer", noAnswer);
    }
  }

  /** The counters of the admin listener that are not zero: series to value. */
  Map<String, Double> counters() {
    Map<String, Double> counters = new TreeMap<>();
    try {
      byte[] page = admin.get(adminAddress().resolve("/metrics"), MOST_BYTES, PATIENCE).body();
      new String(page, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("assayer_") && line.contains("_total{"))
          .forEach(line -> {
            int space = line.lastIndexOf(' ');
            double value = Double.parseDouble(line.substring(space + 1));
            if (value != 0) {
              counters.put(line.substring(0, space), value);
            }
          });
      return counters;
    } catch (IOException noAnswer) {
      throw new UncheckedIOException("the admin listener gave no answer", noAnswer);
    }
  }

  URI webhookAddress() {
    return server.webhookAddress();
  }

  URI adminAddress() {
    return server.adminAddress();
  }

  Optional<URI> pageAddress() {
    return server.pageAddress();
  }

  private static JsonObject response(byte[] body) {
    try {
      return StrictJson.parse(body, JsonLimits.REVIEW)
          .asObject()
          .flatMap(review -> review.get("response"))
          .flatMap(Json::asObject)
          .orElse(JsonObject.builder().build());
    } catch (JsonException notJson) {
      return JsonObject.builder().build();
    }
  }

  private static String message(JsonObject response) {
    return response
        .get("status")
        .flatMap(Json::asObject)
        .flatMap(status -> status.get("message"))
        .flatMap(Json::asString)
        .orElse("");
  }

  @Override
  public void close() {
    webhook.close();
    admin.close();
    server.close();
    log.close();
  }
}
