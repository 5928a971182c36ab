package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoDurationTest {

  @Test
  void readsWhatGoWrites() {
    assertThat(GoDuration.parse("10s")).contains(Duration.ofSeconds(10));
    assertThat(GoDuration.parse("1.5s")).contains(Duration.ofMillis(1500));
    assertThat(GoDuration.parse("500ms")).contains(Duration.ofMillis(500));
    assertThat(GoDuration.parse("1m0s")).contains(Duration.ofMinutes(1));
    assertThat(GoDuration.parse("1h0m0.25s")).contains(Duration.ofMillis(3_600_250));
    assertThat(GoDuration.parse("24h")).contains(Duration.ofDays(1));
    assertThat(GoDuration.parse("100us")).contains(Duration.ofNanos(100_000));
  }

  @Test
  void readsNothingElse() {
    for (String text :
        List.of(
            "",
            "10",
            "s",
            "-1s",
            "+1s",
            "0s",
            "0.0s",
            " 1s",
            "1s ",
            "1 s",
            "1S",
            "1.s",
            ".5s",
            "1..5s",
            "1e3s",
            "1d",
            "25h",
            "1sx",
            "1%73",
            "NaNs",
            "\u0661s",
            "9".repeat(31) + "s",
            "1s".repeat(17),
            "0x1s",
            "1_0s",
            "1ss")) {
      assertThat(GoDuration.parse(text)).as(text).isEmpty();
    }
  }
}
