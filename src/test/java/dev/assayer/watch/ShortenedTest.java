package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShortenedTest {
  private static final Shortened SIXTY = new Shortened(60);

  @Test
  void everyTimeOfARuleIsDividedAndNothingElse() {
    assertThat(
            SIXTY.rules(
                """
                  - name: g
                    interval: 30s
                    rules:
                      - alert: A
                        expr: rate(a:rate5m[5m]) > 600 or min_over_time(b[10m:1m]) unless c offset 1h
                        for: 2m
                        keep_firing_for: 1d
                        annotations: {summary: 'for 2m and offset of 3'}
                """))
        .isEqualTo(
            """
              - name: g
                interval: 500ms
                rules:
                  - alert: A
                    expr: rate(a:rate5m[5000ms]) > 600 or min_over_time(b[10000ms:1000ms]) unless c offset 60000ms
                    for: 2000ms
                    keep_firing_for: 1440000ms
                    annotations: {summary: 'for 2m and offset of 3'}
            """);
  }

  @Test
  void noTimeOfTheShippedRulesIsLeftAsItWas() {
    assertThat(SIXTY.rules(Rules.withDefaults()))
        .doesNotContainPattern(Pattern.compile("\\[\\d+[smhd][\\]:]|:\\d+[smhd]\\]"))
        .doesNotContainPattern(
            Pattern.compile("(?m)^ +(for|keep_firing_for|interval): \\d+[smhd]$"))
        .doesNotContainPattern(Pattern.compile("offset \\d+[smhd]\\b"));
  }
}
