package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EarnedSeriesTest {
  private static final String DECISIONS = "assayer_image_decisions_total";

  @Test
  @DisplayName(
      "OPS-18 a flood of 100,000 unsigned names leaves series and scrape as they were, and what is"
          + " verified keeps its own")
  void unsignedNamesTakeNoSeries() {
    Metrics metrics = new Metrics("test", 200);
    configure(metrics, "docker.io/acme/named");
    for (int i = 0; i < 150; i++) {
      decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/good" + i + ":1");
    }
    Reason[] bad = {
      Reason.UNSIGNED, Reason.NO_TRUST_DATA, Reason.POLICY_EXEMPT, Reason.UPSTREAM_TIMEOUT
    };
    for (Reason reason : bad) {
      decide(metrics, reason, "docker.io/evil/first:1");
    }
    Scraped before = Scraped.of(metrics);
    for (int i = 0; i < 100_000; i++) {
      decide(metrics, bad[i % bad.length], "docker.io/evil/flood" + i + ":" + i);
    }
    Scraped after = Scraped.of(metrics);
    assertThat(after.samples().keySet()).isEqualTo(before.samples().keySet());
    assertThat(after.text().length()).isLessThan(before.text().length() + 2_000);
    assertThat(after.sum("assayer_metric_series_folded_total", DECISIONS))
        .isEqualTo(100_000 + bad.length);
    assertThat(after.sum(DECISIONS, "\"_unverified\"")).isEqualTo(100_000 + bad.length);
    assertThat(after.sum(DECISIONS)).isEqualTo(100_000 + bad.length + 150);
    for (int i = 0; i < 150; i++) {
      decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/good" + i + ":2");
    }
    Scraped again = Scraped.of(metrics);
    for (int i = 0; i < 150; i++) {
      assertThat(again.value(series("docker.io/acme/good" + i, "verified"))).hasValue(2);
    }
    assertThat(again.value(series("docker.io/acme/named", "rejected"))).hasValue(0);
  }

  @Test
  void aRepositoryThatEarnsItsPlaceHasAllItsSeriesAtZeroFirst() {
    Metrics metrics = new Metrics("test", 3);
    decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/app:1");
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.count(DECISIONS, "\"docker.io/acme/app\"")).isEqualTo(5);
    assertThat(scraped.value(series("docker.io/acme/app", "verified"))).hasValue(1);
    assertThat(scraped.value(series("docker.io/acme/app", "timeout"))).hasValue(0);
    decide(metrics, Reason.ROLLBACK, "docker.io/acme/app@sha256:" + "a".repeat(64));
    assertThat(Scraped.of(metrics).value(series("docker.io/acme/app", "rejected"))).hasValue(1);
    assertThat(
            scraped.value(
                "assayer_image_last_verified_timestamp_seconds{image_repo=\"docker.io/acme/app\"}"))
        .hasValue((double) Decisions.NOW.getEpochSecond());
  }

  @Test
  void verifiedOnesBeyondTheBudgetAreCountedTogetherAndApartFromTheUnverified() {
    Metrics metrics = new Metrics("test", 3);
    for (int i = 0; i < 10; i++) {
      decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/app" + i + ":1");
    }
    decide(metrics, Reason.ROLLBACK, "docker.io/acme/app9:1");
    decide(metrics, Reason.UNSIGNED, "docker.io/evil/app:1");
    decide(metrics, Reason.REFERENCE_INVALID, "not a name");
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.value(series("_other", "verified"))).hasValue(7);
    assertThat(scraped.value(series("_other", "rejected"))).hasValue(1);
    assertThat(scraped.value(series("_unverified", "rejected"))).hasValue(2);
    assertThat(scraped.count(DECISIONS)).isEqualTo(5 * (3 + 2));
    assertThat(scraped.sum(DECISIONS)).isEqualTo(13);
  }

  @Test
  void whatThePolicyNamesGoesBeforeWhatWasVerified() {
    Metrics metrics = new Metrics("test", 3);
    for (int i = 0; i < 3; i++) {
      decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/app" + i + ":1");
    }
    configure(metrics, "docker.io/acme/one", "docker.io/acme/two");
    for (int i = 0; i < 3; i++) {
      decide(metrics, Reason.SIGNATURE_VALID, "docker.io/acme/app" + i + ":1");
      decide(metrics, Reason.UNSIGNED, "docker.io/acme/one:1");
    }
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.value(series("docker.io/acme/one", "rejected"))).hasValue(3);
    assertThat(scraped.value(series("docker.io/acme/two", "rejected"))).hasValue(0);
    assertThat(scraped.value(series("docker.io/acme/app2", "verified"))).hasValue(2);
    assertThat(scraped.value(series("_other", "verified"))).hasValue(2);
    assertThat(scraped.count(DECISIONS)).isEqualTo(5 * (3 + 2));

    configure(metrics);
    Scraped dropped = Scraped.of(metrics);
    assertThat(dropped.count(DECISIONS, "acme/one")).isZero();
    assertThat(dropped.count(DECISIONS, "acme/app2")).isEqualTo(5);
    assertThat(dropped.count(DECISIONS)).isEqualTo(5 * (1 + 2));
  }

  @Test
  void aPolicyThatNamesMoreThanTheBudgetStaysWithinIt() {
    Metrics metrics = new Metrics("test", 3);
    configure(
        metrics,
        IntStream.range(0, 50).mapToObj(i -> "docker.io/acme/app" + i).toArray(String[]::new));
    assertThat(Scraped.of(metrics).count(DECISIONS)).isEqualTo(5 * (3 + 2));
  }

  private static String series(String repository, String verdict) {
    return DECISIONS + "{image_repo=\"" + repository + "\",verdict=\"" + verdict + "\"}";
  }

  private static void decide(Metrics metrics, Reason reason, String image) {
    metrics.received("mutate");
    metrics.decided(Decisions.of(reason, image), Duration.ofMillis(1), Optional.empty());
  }

  private static void configure(Metrics metrics, String... repositories) {
    metrics.configured(
        new Configured(
            "sha256:" + "ab".repeat(32),
            "assayer.dev/v1",
            1,
            false,
            List.of(),
            List.of(repositories),
            List.of(),
            Set.of(),
            Set.of()));
  }
}
