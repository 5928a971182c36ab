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
}
