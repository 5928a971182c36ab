package dev.assayer.telemetry;

import static dev.assayer.telemetry.TracedDecisions.image;
import static dev.assayer.telemetry.TracedDecisions.timing;
import static dev.assayer.telemetry.TracedDecisions.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TraceRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class JsonLogTest {
  private static final TraceRef TRACE =
      new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final JsonLog log = JsonLog.open(out, "0.1.0", "assayer-0");

  private List<JsonObject> lines() {
    log.close();
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).matches(all -> all.isEmpty() || all.endsWith("\n"));
    return text.lines().map(JsonLogTest::parse).toList();
  }

  private static JsonObject parse(String line) {
    try {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      return StrictJson.parse(bytes, JsonLimits.text(16 << 20)).asObject().orElseThrow();
    } catch (JsonException wrong) {
      throw new AssertionError("no JSON: " + line, wrong);
    }
  }

  private static String text(JsonObject line, String field) {
    return line.get(field).flatMap(Json::asString).orElse("");
  }

  private static void decide(JsonLog log, Decision decision) {
    log.decision(decision, record -> DecisionRecord.write(record, decision));
  }

  private static LogRecord entry(Level level, String logger, String message) {
    LogRecord entry = new LogRecord(level, message);
    entry.setLoggerName(logger);
    return entry;
  }

  @Test
  void aDecisionIsOneLineOfEcsFieldsWithTheRecordInIt() {
    Decision decision =
        TracedDecisions.of(Reason.SIGNATURE_VALID, Optional.of(TRACE), verified("acme/app:1"));
    decide(log, decision);
    assertThat(lines())
        .hasSize(1)
        .first()
        .satisfies(line -> {
          assertThat(text(line, "@timestamp")).isEqualTo("2026-11-22T01:20:31.482Z");
          assertThat(text(line, "log.level")).isEqualTo("info");
          assertThat(text(line, "message")).isEqualTo("allowed Pod shop/cart [signature_valid]");
          assertThat(text(line, "event.dataset")).isEqualTo("assayer.decision");
          assertThat(text(line, "service.node.name")).isEqualTo("assayer-0");
          assertThat(text(line, "event.action")).isEqualTo("admission.create");
          assertThat(text(line, "event.outcome")).isEqualTo("success");
          assertThat(text(line, "event.reason")).isEqualTo("signature_valid");
          assertThat(line.get("event.duration")).contains(Json.of(84_000_000));
          assertThat(text(line, "user.name")).isEqualTo("dana");
          assertThat(text(line, "orchestrator.namespace")).isEqualTo("shop");
          assertThat(line.get("container.image.name").toString()).contains("docker.io/acme/app:1");
          assertThat(line.get("container.image.hash.all").toString())
              .contains(TracedDecisions.DIGEST);
          assertThat(text(line, "trace.id")).isEqualTo(TRACE.traceId());
          assertThat(text(line, "span.id")).isEqualTo(TRACE.spanId());
          assertThat(line.get("assayer.record")).contains(DecisionRecord.of(decision));
        });
  }

  @Test
  @DisplayName("OPS-21 an image name with a newline and a forged record stays in one line")
  void aForgedRecordInANameStaysInOneLine() {
    String forged =
        "x:1\"}\n{\"event.dataset\":\"assayer.decision\",\"event.outcome\":\"success\"}\r";
    for (int i = 0; i < 100; i++) {
      decide(
          log,
          TracedDecisions.of(
              Reason.REFERENCE_INVALID,
              Optional.empty(),
              image(forged + i + "\u2028", Reason.REFERENCE_INVALID, timing(0, 0))));
      log.handler()
          .publish(entry(Level.WARNING, "dev.assayer.server", "refused " + forged + "\u0085"));
    }
    List<JsonObject> lines = lines();
    assertThat(lines)
        .filteredOn(line -> text(line, "event.dataset").equals("assayer.decision"))
        .hasSize(100)
        .allMatch(line -> text(line, "event.outcome").equals("failure"));
    assertThat(lines).hasSize(200);
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\u2028", "\u0085", "\r");
  }

  @Test
  void everyLineHasTheFieldsOfTheSchemaWhoeverWroteIt() {
    decide(log, TracedDecisions.of(Reason.NO_IMAGES, Optional.empty()));
    log.handler().publish(entry(Level.SEVERE, "io.helidon.webserver", "it broke"));
    log.handler().publish(entry(Level.FINE, "dev.assayer.server.Listener", "a {0} line"));
    List<JsonObject> lines = lines();
    assertThat(lines)
        .allSatisfy(line ->
            assertThat(line.names())
                .startsWith(
                    "@timestamp",
                    "log.level",
                    "message",
                    "ecs.version",
                    "event.dataset",
                    "service.name",
                    "service.version",
                    "service.node.name",
                    "log.logger"));
    assertThat(lines)
        .extracting(line -> text(line, "log.level"))
        .containsExactly("info", "error", "debug");
  }

  @Test
  void whatIsLoggedDuringARequestHasTheIdsOfItsTraceAndNothingElseHas() {
    LogRecord entry = entry(Level.WARNING, "dev.assayer.server.Listener", "a line");
    var _ =
        LogScope.during(
            Optional.of(TRACE),
            () -> {
              log.handler().publish(entry);
              return "";
            });
    log.handler().publish(entry);
    List<JsonObject> lines = lines();
    assertThat(text(lines.get(0), "trace.id")).isEqualTo(TRACE.traceId());
    assertThat(text(lines.get(0), "span.id")).isEqualTo(TRACE.spanId());
    assertThat(lines.get(1).has("trace.id")).isFalse();
  }

  @Test
  void anExceptionIsItsClassAndPlacesAndOnlyOursMayBeQuoted() {
    IllegalStateException thrown =
        new IllegalStateException("Bearer canary", new IOException("canary"));
    for (String logger : List.of("io.helidon.http", "dev.assayer.server.Server")) {
      LogRecord entry = entry(Level.WARNING, logger, "a connection ended");
      entry.setThrown(thrown);
      log.handler().publish(entry);
    }
    List<JsonObject> lines = lines();
    assertThat(lines)
        .allSatisfy(line -> {
          assertThat(text(line, "error.type")).isEqualTo("java.lang.IllegalStateException");
          assertThat(text(line, "error.stack_trace"))
              .contains("JsonLogTest", "caused by java.io.IOException")
              .doesNotContain("canary")
              .hasSizeLessThan(9000);
        });
    assertThat(lines.get(0).has("error.message")).isFalse();
    assertThat(text(lines.get(1), "error.message")).isEqualTo("Bearer canary");
  }

  @Test
  void ourLevelIsConfiguredAndLibrariesSpeakFromWarningsOn() throws IOException {
    try {
      log.takeOver(Map.of(JsonLog.LEVEL, "debug"));
      System.getLogger("dev.assayer.some.Place").log(System.Logger.Level.DEBUG, "ours {0}", 1);
      System.getLogger("dev.assayer.some.Place").log(System.Logger.Level.TRACE, "too fine");
      Logger.getLogger("io.helidon.x").info("chatter");
      Logger.getLogger("io.opentelemetry.x").warning("theirs");
      log.takeOver(Map.of(JsonLog.LEVEL, "loud"));
      Logger.getLogger("dev.assayer.some.Place").fine("not at info");
    } finally {
      LogManager.getLogManager().readConfiguration();
    }
    assertThat(lines())
        .extracting(line -> text(line, "message"))
        .containsExactly(
            "ours 1",
            "theirs",
            "ASSAYER_LOG_LEVEL is none of error, warn, info, debug, trace; info is used");
  }

  @Test
  @DisplayName("OPS-19 a log that nobody reads blocks no admission, and drops are counted")
  void aPipeThatNobodyReadsBlocksNobody() throws IOException {
    Pipe pipe = Pipe.open();
    try (OutputStream stdout = Channels.newOutputStream(pipe.sink())) {
      JsonLog unread = JsonLog.open(stdout, "0.1.0", "assayer-0");
      Decision decision =
          TracedDecisions.of(Reason.SIGNATURE_VALID, Optional.of(TRACE), verified("acme/app:1"));
      long before = System.nanoTime();
      int lines = 0;
      while (unread.dropped() == 0 && lines < 100_000) {
        decide(unread, decision);
        lines++;
      }
      assertThat(unread.dropped()).isPositive();
      assertThat(lines).isGreaterThan(1000);
      unread.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(60));
    } finally {
      pipe.source().close();
    }
  }

  @Test
  void aReaderThatIsGoneIsCountedAndHarmsNobody() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().close();
    try (OutputStream stdout = Channels.newOutputStream(pipe.sink())) {
      JsonLog unread = JsonLog.open(stdout, "0.1.0", "assayer-0");
      for (int i = 0; i < 10; i++) {
        decide(unread, TracedDecisions.of(Reason.NO_IMAGES, Optional.empty()));
      }
      unread.close();
      assertThat(unread.dropped()).isEqualTo(10);
      decide(unread, TracedDecisions.of(Reason.NO_IMAGES, Optional.empty()));
      assertThat(unread.dropped()).isEqualTo(11);
    }
  }

  @Test
  void closingWritesWhatIsQueuedInTheOrderInWhichItCame() {
    for (int i = 0; i < 5000; i++) {
      log.handler().publish(entry(Level.INFO, "dev.assayer.x", "line " + i));
    }
    List<JsonObject> lines = lines();
    assertThat(lines).hasSize(5000);
    assertThat(text(lines.getFirst(), "message")).isEqualTo("line 0");
    assertThat(text(lines.getLast(), "message")).isEqualTo("line 4999");
  }
}
