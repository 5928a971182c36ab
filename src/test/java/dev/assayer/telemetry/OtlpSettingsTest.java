package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.LogCapture;
import java.text.MessageFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the standard variables switch on, and what becomes of bad ones. */
class OtlpSettingsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String COLLECTOR = "http://127.0.0.1:1";

  private static boolean exports(Map<String, String> environment) {
    try (Traces traces = Traces.open(environment, "0.1.0", "assayer-0")) {
      return traces.exporting();
    }
  }

  private static String warning(Map<String, String> environment) {
    try (LogCapture log = LogCapture.of("dev.assayer.telemetry.OtlpSdk");
        LogCapture _ = LogCapture.of("io.opentelemetry")) {
      assertThat(exports(environment)).isFalse();
      assertThat(log.records()).hasSize(1);
      return MessageFormat.format(
          log.records().getFirst().getMessage(), log.records().getFirst().getParameters());
    }
  }

  @Test
  void tracesAreExportedOnlyWhereTheyAreAskedFor() {
    assertThat(exports(Map.of())).isFalse();
    assertThat(exports(Map.of("OTEL_SERVICE_NAME", "x"))).isFalse();
    assertThat(exports(Map.of(ENDPOINT, ""))).isFalse();
    assertThat(exports(Map.of(ENDPOINT, COLLECTOR))).isTrue();
    assertThat(exports(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", COLLECTOR + "/v1/traces")))
        .isTrue();
    assertThat(exports(Map.of("OTEL_TRACES_EXPORTER", "otlp"))).isTrue();
    assertThat(exports(Map.of(ENDPOINT, COLLECTOR, "OTEL_TRACES_EXPORTER", "none"))).isFalse();
    assertThat(exports(Map.of(ENDPOINT, COLLECTOR, "OTEL_SDK_DISABLED", "true"))).isFalse();
    assertThat(exports(Map.of(ENDPOINT, COLLECTOR, "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
        .isTrue();
  }

  @Test
  void grpcIsNamedWithItsRemedy() {
    assertThat(warning(Map.of(ENDPOINT, COLLECTOR, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
        .contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http/protobuf", "4318");
    assertThat(
            warning(
                Map.of(
                    "OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")))
        .contains("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc");
    assertThat(warning(Map.of("OTEL_TRACES_EXPORTER", "zipkin")))
        .contains("OTEL_TRACES_EXPORTER=zipkin", "otlp");
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_EXPORTER_OTLP_ENDPOINT,not a url,OTEL_",
    "OTEL_EXPORTER_OTLP_ENDPOINT,ftp://x,OTEL_",
    "OTEL_EXPORTER_OTLP_TIMEOUT,soon,OTEL_EXPORTER_OTLP_TIMEOUT=soon",
    "OTEL_BSP_SCHEDULE_DELAY,x,OTEL_BSP_SCHEDULE_DELAY=x",
    "OTEL_BSP_MAX_QUEUE_SIZE,many,OTEL_BSP_MAX_QUEUE_SIZE=many",
    "OTEL_TRACES_SAMPLER,dice,OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG,x,OTEL_TRACES_SAMPLER_ARG=x",
    "OTEL_EXPORTER_OTLP_CERTIFICATE,/nowhere/ca.pem,OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_HEADERS,authorization Bearer canary-7f3a,OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_CONFIG_FILE,/nowhere/otel.yaml,OTEL_CONFIG_FILE",
  })
  void aBadVariableIsNamedAndSwitchesTracingOff(String name, String value, String said) {
    Map<String, String> environment =
        name.equals(ENDPOINT) ? Map.of(name, value) : Map.of(ENDPOINT, COLLECTOR, name, value);
    assertThat(warning(environment)).contains(said).doesNotContain("canary");
  }
}
