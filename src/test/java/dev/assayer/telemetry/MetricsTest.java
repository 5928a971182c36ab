package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void aDecisionIsCounted() {
    metrics.received("mutate");
    metrics.decided(
        Decisions.of(Reason.UNSIGNED, "docker.io/acme/app:1"),
        Duration.ofMillis(7),
        Optional.empty());
    Scraped scraped = Scraped.of(metrics);
    System.out.println(scraped.text());
    assertThat(scraped.sum("assayer_admission_reviews_total")).isEqualTo(1);
  }
}
