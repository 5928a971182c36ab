package dev.assayer.telemetry;

import static dev.assayer.telemetry.TracedDecisions.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TraceRef;
import dev.assayer.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of decisions at a collector, which is never more important than an admission. */
@Timeout(120)
class OtlpRecordsTest {
  private static final String RECORD = "{\"schema\":\"assayer.decision/1\",\"seq\":7}";
  private static final TraceRef TRACE = new TraceRef("ab".repeat(16), "cd".repeat(8));
  private static final int REQUESTS = 5000;

  private final Metrics metrics = new Metrics("0.1.0", Metrics.DEFAULT_BUDGET);
  private final OtlpCollector collector;

  OtlpRecordsTest() throws IOException {
    collector = new OtlpCollector();
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  private Optional<OtlpRecords> open(Map<String, String> environment) {
    return OtlpRecords.open(environment, "0.1.0", "assayer-0", metrics.audit());
  }

  private OtlpRecords to(String endpoint) {
    return open(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)).orElseThrow();
  }

  private static Decision decision(Reason reason) {
    return TracedDecisions.of(reason, Optional.of(TRACE), verified("acme/app:1"));
  }

  private static Decision logged(Reason reason) {
    return decision(reason).in(new Logged(41, "ee".repeat(32), RECORD));
  }

  private double count(String result) {
    return Scraped.of(metrics)
        .sum("assayer_audit_records_total", "sink=\"otlp\"", "result=\"" + result + "\"");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void aRecordArrivesAsTheLogHasItWithItsPlaceAndItsTrace() {
    try (OtlpRecords records = to(collector.endpoint())) {
      records.send(
          logged(Reason.SIGNATURE_VALID),
          () -> {
            throw new AssertionError("it is made already");
          });
    }
    assertThat(collector.logs).hasSize(1);
    OtlpCollector.Logged log = collector.logs.getFirst();
    assertThat(log.body()).isEqualTo(RECORD);
    assertThat(log.event()).isEqualTo("assayer.decision");
    assertThat(log.traceId()).isEqualTo(TRACE.traceId());
    assertThat(log.spanId()).isEqualTo(TRACE.spanId());
    assertThat(log.severity()).as("INFO").isEqualTo(9);
    assertThat(log.time())
        .isEqualTo(Instant.parse("2026-11-22T01:20:31.482Z").toEpochMilli() * 1_000_000);
    assertThat(log.attributes())
        .containsEntry("assayer.record_id", "0193aaaa-0000-7000-8000-000000000000")
        .containsEntry("assayer.outcome", "allowed")
        .containsEntry("assayer.verdict", "verified")
        .containsEntry("assayer.reason", "signature_valid")
        .containsEntry("assayer.log.index", 41L)
        .containsEntry("assayer.log.leaf_hash", "ee".repeat(32))
        .containsEntry("k8s.namespace.name", "shop")
        .containsEntry("user.name", "dana")
        .containsEntry("container.image.name", List.of("docker.io/acme/app:1"))
        .containsEntry("oci.manifest.digest", List.of(TracedDecisions.DIGEST));
    assertThat(collector.resources.getFirst())
        .containsEntry("service.name", "assayer")
        .containsEntry("service.version", "0.1.0")
        .containsEntry("service.instance.id", "assayer-0");
    assertThat(count("written")).isEqualTo(1);
    assertThat(
            Scraped.of(metrics).value("assayer_audit_write_duration_seconds_count{sink=\"otlp\"}"))
        .hasValue(1);
  }

  @Test
  void aRecordThatIsInNoLogIsMadeForTheCollector() {
    try (OtlpRecords records = to(collector.endpoint())) {
      records.send(decision(Reason.UPSTREAM_TIMEOUT), () -> RECORD);
      records.send(
          decision(Reason.SIGNATURE_VALID),
          () -> {
            throw new IllegalStateException("a defect");
          });
    }
    assertThat(collector.logs).extracting(OtlpCollector.Logged::body).containsExactly(RECORD);
    assertThat(collector.logs.getFirst().severity()).as("WARN").isEqualTo(13);
    assertThat(collector.logs.getFirst().attributes()).doesNotContainKey("assayer.log.index");
    assertThat(count("dropped")).isEqualTo(1);
  }

  @ParameterizedTest
  @DisplayName(
      "OPS-19 records for a collector that is down, hangs or fails cost nothing and are counted")
  @CsvSource({"dead", "hanging", "failing"})
  void aBadCollectorDelaysNobody(String kind) throws InterruptedException {
    try (LogCapture log = LogCapture.of("io.opentelemetry")) {
      collector.hanging = kind.equals("hanging");
      collector.status = kind.equals("failing") ? 500 : 200;
      OtlpRecords records = to(kind.equals("dead") ? "http://127.0.0.1:1" : collector.endpoint());
      Decision decision = logged(Reason.SIGNATURE_VALID);
      long before = System.nanoTime();
      for (int i = 0; i < REQUESTS; i++) {
        records.send(decision, () -> RECORD);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      await(() -> records.lost() > 0 && count("failed") > 0);
      await(() -> kind.equals("hanging") || records.lost() == REQUESTS);
      assertThat(count("failed") + count("dropped")).isEqualTo((double) records.lost());
      assertThat(count("written")).isZero();
      before = System.nanoTime();
      records.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      assertThat(log.records()).as("lines of the SDK").hasSizeLessThan(20);
    }
  }

  @Test
  @DisplayName("OPS-19 long records are bounded by their length, and short ones by their number")
  void bounded() throws InterruptedException {
    try (LogCapture _ = LogCapture.of("io.opentelemetry")) {
      collector.hanging = true;
      OtlpRecords records = to(collector.endpoint());
      Decision huge =
          decision(Reason.SIGNATURE_VALID)
              .in(new Logged(1, "ee", "x".repeat(OtlpRecords.MAX_LENGTH / 2)));
      for (int i = 0; i < 3; i++) {
        records.send(huge, () -> RECORD);
      }
      assertThat(count("dropped")).isGreaterThanOrEqualTo(1);
      Decision longer =
          decision(Reason.SIGNATURE_VALID)
              .in(new Logged(1, "ee", "x".repeat(OtlpRecords.MAX_LENGTH + 1)));
      double before = count("dropped");
      records.send(longer, () -> RECORD);
      assertThat(count("dropped")).isEqualTo(before + 1);
      records.close();
    }
  }

  @Test
  @DisplayName("OPS-19 when the collector is back, records arrive again")
  void backAgain() throws InterruptedException {
    try (LogCapture _ = LogCapture.of("io.opentelemetry")) {
      collector.status = 503;
      OtlpRecords records = to(collector.endpoint());
      records.send(logged(Reason.SIGNATURE_VALID), () -> RECORD);
      await(() -> count("failed") == 1);
      collector.status = 200;
      records.send(logged(Reason.SIGNATURE_VALID), () -> RECORD);
      await(() -> collector.logs.size() == 1);
      records.close();
    }
  }

  @Test
  void recordsAreSentOnlyWhereTheyAreAskedFor() {
    String general = "OTEL_EXPORTER_OTLP_ENDPOINT";
    String at = collector.endpoint();
    for (Map<String, String> off :
        List.of(
            Map.<String, String>of(),
            Map.of("OTEL_TRACES_EXPORTER", "otlp"),
            Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", at + "/v1/traces"),
            Map.of(general, at, "OTEL_LOGS_EXPORTER", "none"),
            Map.of(general, at, "OTEL_SDK_DISABLED", "true"))) {
      assertThat(open(off)).as("%s", off).isEmpty();
    }
    for (Map<String, String> on :
        List.of(
            Map.of(general, at),
            Map.of("OTEL_LOGS_EXPORTER", "otlp"),
            Map.of("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", at + "/v1/logs"),
            Map.of(general, at, "OTEL_TRACES_EXPORTER", "none"),
            // What is wrong with the traces does not switch records off.
            Map.of(general, at, "OTEL_TRACES_SAMPLER", "dice"))) {
      Optional<OtlpRecords> records = open(on);
      assertThat(records).as("%s", on).isPresent();
      records.get().close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_LOGS_EXPORTER,console,OTEL_LOGS_EXPORTER=console",
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL,grpc,OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=grpc",
    "OTEL_BLRP_MAX_QUEUE_SIZE,many,OTEL_BLRP_MAX_QUEUE_SIZE=many",
  })
  void aBadVariableIsNamedAndSwitchesRecordsOff(String name, String value, String said) {
    try (LogCapture log = LogCapture.of("dev.assayer.telemetry.OtlpSdk");
        LogCapture _ = LogCapture.of("io.opentelemetry")) {
      assertThat(open(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(), name, value)))
          .isEmpty();
      assertThat(log.records()).hasSize(1);
      assertThat(log.records().getFirst().getParameters()).contains("logs");
      assertThat(log.records().getFirst().getParameters()[1].toString()).contains(said);
    }
  }
}
