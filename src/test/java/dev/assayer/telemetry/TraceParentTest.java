package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String GOOD = "00-" + TRACE + "-" + SPAN + "-01";

  private static String traceOf(String traceparent, Optional<String> tracestate) {
    try (Traces traces = new Traces()) {
      String id =
          traces.begin("POST /mutate", Optional.of(traceparent), tracestate).ref().traceId();
      assertThat(id).matches("[0-9a-f]{32}").isNotEqualTo("0".repeat(32));
      return id;
    }
  }

  @Test
  void aWellFormedParentIsTaken() {
    assertThat(traceOf(GOOD, Optional.empty())).isEqualTo(TRACE);
    assertThat(traceOf(GOOD, Optional.of("a=1,b@v=2"))).isEqualTo(TRACE);
    assertThat(traceOf("01-" + TRACE + "-" + SPAN + "-01-later", Optional.empty()))
        .isEqualTo(TRACE);
  }

  @ParameterizedTest
  @DisplayName(
      "HTT-12 a traceparent that is malformed, of version ff or of zeros begins a new root")
  @ValueSource(
      strings = {
        "",
        "x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
      })
  void aMalformedParentIsIgnored(String traceparent) {
    assertThat(traceOf(traceparent, Optional.empty())).isNotEqualTo(TRACE);
  }

  @Test
  @DisplayName("HTT-12 a tracestate of 4 KiB, and a traceparent of 1 MiB, begin a new root")
  void whatIsTooLongIsIgnored() {
    assertThat(traceOf(GOOD, Optional.of("a=" + "b".repeat(4096)))).isNotEqualTo(TRACE);
    assertThat(traceOf("01" + GOOD.substring(2) + "-" + "x".repeat(1 << 20), Optional.empty()))
        .isNotEqualTo(TRACE);
  }

  @Test
  void aMalformedStateLosesTheStateAlone() {
    assertThat(traceOf(GOOD, Optional.of("no equals sign"))).isEqualTo(TRACE);
  }
}
