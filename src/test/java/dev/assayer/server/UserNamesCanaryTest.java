package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.demo.NotaryServer;
import dev.assayer.telemetry.JsonLog;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user asks, and everything that the server shows of it is searched for the name. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UserNamesCanaryTest {
  private static final String CANARY = "canary7f3a";
  private static final String WHO =
      """
      "userInfo":{"username":"canary7f3a@acme.example","uid":"canary7f3a-uid",
      "groups":["canary7f3a-group"],"extra":{"key":["canary7f3a-extra"]}}\
      """;

  @TempDir private Path dir;
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private final String trust = ServerRig.trusting(notary, ServerRig.signedOn(notary));
  private final AlertReceiver receiver = AlertReceiver.plain();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final Map<String, ByteArrayOutputStream> collected = new LinkedHashMap<>();
  private final JsonLog log = JsonLog.open(stdout, "0.1.0", "assayer-0");
  private final HttpServer collector;

  UserNamesCanaryTest() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    for (String path : List.of("/v1/traces", "/v1/logs")) {
      ByteArrayOutputStream to = new ByteArrayOutputStream();
      collected.put(path, to);
      collector.createContext(
          path,
          exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            synchronized (to) {
              to.writeBytes(body);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
    }
    collector.start();
  }

  @AfterEach
  void stop() throws IOException {
    LogManager.getLogManager().readConfiguration();
    collector.stop(0);
    receiver.close();
    notary.close();
  }

  private ServerRig start(String users) throws IOException {
    Files.writeString(dir.resolve("audit.key"), Ed25519Signer.newKeyPem());
    Files.writeString(dir.resolve("users.key"), "k".repeat(48));
    String yaml =
        """
        page: {address: 127.0.0.1, port: 0}
        audit: {directory: log, keyFile: audit.key, users: %1$s%2$s}
        alerting:
          window: 0s
          admit: {receivers: [{template: ecs, url: '%3$s'}]}
          reject: {receivers: [{template: slack, url: '%3$s'}, {template: ecs, url: '%3$s'}]}
        """
            .formatted(
                users, users.equals("hash") ? ", usersKeyFile: users.key" : "", receiver.url());
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    return ServerRig.start(
        dir,
        yaml + trust,
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "OTEL_TRACES_SAMPLER", "always_on"));
  }

  private static String body(String image) {
    return Caller.pod("6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11", image)
        .replace("\"userInfo\":{\"username\":\"dana@acme.example\"}", WHO);
  }

  /** Asks in all ways; everything that is shown of it, by where. */
  private Map<String, String> shown(String users) throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    log.takeOver(Map.of(JsonLog.LEVEL, "trace"));
    List<String> answers = new ArrayList<>();
    try (ServerRig rig = start(users);
        Caller caller = rig.caller()) {
      for (String image : List.of(ServerRig.SIGNED, ServerRig.UNSIGNED, ServerRig.EXEMPT)) {
        String body = body(image);
        assertThat(body).contains(CANARY);
        answers.add(caller.http().send(Rig.post("/mutate?timeout=10s", body, "")).answer().body());
        answers.add(
            caller.http().send(Rig.post("/validate?timeout=10s", body, "")).answer().body());
      }
      String odd = body(ServerRig.SIGNED).replace("\"kind\":\"Pod\"", "\"kind\":\"Gadget\"");
      answers.add(caller.http().send(Rig.post("/mutate?timeout=10s", odd, "")).answer().body());
      assertThat(rig.decisions()).hasSize(7);
      rig.decisions()
          .forEach(one -> log.decision(one, record -> DecisionRecord.write(record, one)));
      Await.until("alerts", () -> rig.metric("assayer_alerts_total", "result=\"delivered\"") >= 5);
      Await.until("page", () -> page(rig, "api/decisions").contains("\"last\":7"));
      for (String path :
          List.of("api/decisions", "api/trust", "api/health", "api/dependencies", "api/policy")) {
        shown.put("page " + path, page(rig, path));
      }
      rig.decisions()
          .forEach(one -> {
            String path = "api/decisions/" + one.recordId();
            shown.put("page " + path, page(rig, path));
          });
      for (String path : List.of("/metrics", "/trust", "/health/ready", "/health/live")) {
        shown.put(path, rig.page(path).body());
      }
      // What cannot be read is refused, and a refusal shows nothing of it either.
      answers.add(refused(rig));
    }
    shown.put("answers", answers.toString());
    log.close();
    shown.put("stdout", stdout.toString(StandardCharsets.UTF_8));
    shown.put("alerts", receiver.bodies().toString());
    collected.forEach((path, bytes) -> shown.put(path, bytes.toString(StandardCharsets.UTF_8)));
    try (Stream<Path> files = Files.walk(dir.resolve("log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        shown.put(
            "log/" + dir.resolve("log").relativize(file),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return shown;
  }

  private static String refused(ServerRig rig) throws IOException {
    try (Caller caller = rig.caller()) {
      String torn = body(ServerRig.SIGNED).replace("\"dryRun\":false", "\"dryRun\":");
      return caller.http().send(Rig.post("/mutate?timeout=10s", torn, "")).answer().body();
    }
  }

  private static String page(ServerRig rig, String path) {
    return ServerRig.page(rig.operatorPage(), "/" + path).body();
  }

  private static List<String> places(Map<String, String> shown, String text) {
    return shown.entrySet().stream()
        .filter(one -> one.getValue().contains(text))
        .map(Map.Entry::getKey)
        .toList();
  }

  @ParameterizedTest
  @DisplayName("OPS-20: a user whose name is hashed or omitted is named in nothing that is shown")
  @ValueSource(strings = {"hash", "omit"})
  void nowhere(String users) throws IOException {
    Map<String, String> shown = shown(users);
    assertThat(shown.keySet())
        .contains("stdout", "alerts", "/v1/logs", "/v1/traces", "/metrics", "log/checkpoint");
    assertThat(places(shown, CANARY)).isEmpty();
    if (users.equals("hash")) {
      assertThat(places(shown, "hmac-sha256:")).contains("stdout", "/v1/logs");
    }
  }

  @Test
  @DisplayName("OPS-20: where names are kept they stand in records, and in nothing but records")
  void kept() throws IOException {
    Map<String, String> shown = shown("keep");
    List<String> places = places(shown, CANARY);
    assertThat(places).contains("stdout", "/v1/logs");
    assertThat(places).anyMatch(place -> place.startsWith("log/tile/entries/"));
    assertThat(places)
        .doesNotContain("/v1/traces", "/metrics", "/trust", "/health/ready", "answers");
    // Never more of a user than name and groups.
    for (String never : List.of("canary7f3a-uid", "canary7f3a-extra")) {
      assertThat(places(shown, never)).isEmpty();
    }
  }
}
