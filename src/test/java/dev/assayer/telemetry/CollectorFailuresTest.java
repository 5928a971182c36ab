package dev.assayer.telemetry;

import static dev.assayer.telemetry.TracedDecisions.image;
import static dev.assayer.telemetry.TracedDecisions.timing;
import static dev.assayer.telemetry.TracedDecisions.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A collector is never more important than an admission. */
@Timeout(120)
class CollectorFailuresTest {
  private static final int REQUESTS = 3000;

  private static Traces traces(String endpoint) {
    return Traces.open(
        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "OTEL_TRACES_SAMPLER", "always_on"),
        "0.1.0",
        "assayer-0");
  }

  /** Ends many traces; the time that took. */
  private static Duration flood(Traces traces) {
    long before = System.nanoTime();
    for (int i = 0; i < REQUESTS; i++) {
      RequestTrace trace = traces.begin("POST /mutate", Optional.empty(), Optional.empty());
      trace.end(
          TracedDecisions.of(
              Reason.SIGNATURE_VALID, Optional.of(trace.ref()), verified("acme/app:1")));
    }
    return Duration.ofNanos(System.nanoTime() - before);
  }

  private static void awaitDropped(Traces traces, long atLeast) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (traces.dropped() < atLeast && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(traces.dropped()).isGreaterThanOrEqualTo(atLeast);
  }

  @ParameterizedTest
  @DisplayName(
      "OPS-19 a collector that is down, hangs or fails costs nothing, and drops are counted")
  @CsvSource({"dead", "hanging", "failing"})
  void aBadCollectorDelaysNobody(String kind) throws IOException, InterruptedException {
    try (OtlpCollector collector = new OtlpCollector();
        LogCapture log = LogCapture.of("io.opentelemetry")) {
      collector.hanging = kind.equals("hanging");
      collector.status = kind.equals("failing") ? 500 : 200;
      Traces traces = traces(kind.equals("dead") ? "http://127.0.0.1:1" : collector.endpoint());
      // 3,000 trees of 14 spans against a queue of 2,048: nearly all have to be dropped.
      assertThat(flood(traces)).isLessThan(Duration.ofSeconds(20));
      awaitDropped(traces, (REQUESTS - 2048) * 14L);
      RequestTrace trace = traces.begin("POST /mutate", Optional.empty(), Optional.empty());
      long before = System.nanoTime();
      trace.end(TracedDecisions.of(Reason.SIGNATURE_VALID, Optional.of(trace.ref())));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      before = System.nanoTime();
      traces.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      assertThat(log.records()).as("lines of the SDK").hasSizeLessThan(20);
    }
  }

  @Test
  @DisplayName("OPS-19 when the collector is back, spans arrive and are dropped no more")
  void aCollectorThatComesBackReceivesAgain() throws IOException, InterruptedException {
    try (OtlpCollector collector = new OtlpCollector();
        LogCapture _ = LogCapture.of("io.opentelemetry")) {
      collector.status = 503;
      Traces traces = traces(collector.endpoint());
      flood(traces);
      awaitDropped(traces, 1);
      collector.status = 200;
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (collector.spans.isEmpty() && System.nanoTime() < end) {
        RequestTrace trace = traces.begin("POST /mutate", Optional.empty(), Optional.empty());
        trace.end(
            TracedDecisions.of(
                Reason.TAG_NOT_SIGNED,
                Optional.of(trace.ref()),
                image("a:1", Reason.TAG_NOT_SIGNED, timing(1, 1))));
        Thread.sleep(50);
      }
      assertThat(collector.spans).isNotEmpty();
      traces.close();
    }
  }

  @Test
  @DisplayName("OPS-19 a collector that hangs within its answers does not end export for good")
  void aCollectorThatHangsInABodyIsGivenUp() throws IOException, InterruptedException {
    try (OtlpCollector collector = new OtlpCollector();
        LogCapture _ = LogCapture.of("io.opentelemetry")) {
      collector.hangingInBody = true;
      Traces traces =
          Traces.open(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                  "OTEL_TRACES_SAMPLER", "always_on",
                  "OTEL_BSP_SCHEDULE_DELAY", "20",
                  "OTEL_BSP_EXPORT_TIMEOUT", "50"),
              "0.1.0",
              "assayer-0");
      // As many as the SDK's own sender has threads, and more.
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (collector.hung.get() < 8 && System.nanoTime() < end) {
        decide(traces);
      }
      assertThat(collector.hung).hasValueGreaterThanOrEqualTo(8);
      collector.hangingInBody = false;
      while (collector.spans.isEmpty() && System.nanoTime() < end) {
        decide(traces);
      }
      assertThat(collector.spans).isNotEmpty();
      traces.close();
    }
  }

  @Test
  void anExportThatTakesTooLongIsInterrupted() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (BoundedSends sends = new BoundedSends(Duration.ofMillis(20))) {
      sends.execute(() -> {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException given) {
          interrupted.countDown();
        }
      });
      interrupted.await();
    }
    assertThat(interrupted.getCount()).isZero();
  }

  private static void decide(Traces traces) throws InterruptedException {
    RequestTrace trace = traces.begin("POST /mutate", Optional.empty(), Optional.empty());
    trace.end(
        TracedDecisions.of(
            Reason.TAG_NOT_SIGNED,
            Optional.of(trace.ref()),
            image("a:1", Reason.TAG_NOT_SIGNED, timing(1, 1))));
    Thread.sleep(20);
  }
}
