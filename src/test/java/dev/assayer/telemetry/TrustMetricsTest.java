package dev.assayer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verification;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrustMetricsTest {
  private static final String APP = "docker.io/acme/app";
  private static final String CHECKS = "assayer_signature_verifications_total";
  private static final String FIRST_SEEN =
      "assayer_signer_first_seen_total{validator=\"validator0\"}";
  private static final String ATTACKS = "assayer_tuf_attack_detected_total";

  private final Metrics metrics = new Metrics("test", 3);

  @BeforeEach
  void configure() {
    metrics.configured(FullSize.configured(APP));
  }

  @Test
  void whatIsConfiguredStandsAtZeroBeforeAnythingHappens() {
    Scraped scraped = Scraped.of(metrics);
    for (Reason reason : List.of(Reason.DIGEST_MISMATCH, Reason.ROLLBACK, Reason.TLS_FAILED)) {
      for (int i = 0; i < FullSize.VALIDATORS; i++) {
        String labels = "reason=\"" + reason.code() + '"';
        String validator = "validator=\"validator" + i + '"';
        assertThat(scraped.count(CHECKS, labels, validator)).as(labels).isEqualTo(1);
      }
    }
    assertThat(scraped.sum(CHECKS)).isZero();
    assertThat(scraped.count(CHECKS, "no_matching_rule")).isZero();
    assertThat(scraped.count(ATTACKS)).isEqualTo(3L * TufAttack.values().length);
    assertThat(scraped.count("assayer_trust_upstream_requests_total")).isEqualTo(3 * 15);
    assertThat(scraped.sum("assayer_trust_upstream_breaker_state")).isZero();
    assertThat(scraped.count("assayer_trust_upstream_breaker_state")).isEqualTo(3);
    assertThat(scraped.count("assayer_signing_key_uses_total")).isEqualTo(3 * 3);
    assertThat(scraped.count("assayer_trust_upstream_up")).isZero();
    assertThat(scraped.value(FIRST_SEEN)).hasValue(0);
    assertThat(scraped.count("assayer_image_decisions_total", APP)).isEqualTo(5);
  }

  @Test
  @DisplayName("OPS-23 the first signature of a new delegation key is admitted and counted, once")
  void aFirstSeenSignerIsCounted() {
    metrics.verified(FullSize.valid(0, APP, Optional.empty()));
    Scraped once = Scraped.of(metrics);
    assertThat(once.value(FIRST_SEEN)).hasValue(1);
    assertThat(once.sum(CHECKS, "result=\"valid\"", "validator=\"validator0\"")).isEqualTo(1);
    metrics.verified(FullSize.valid(0, APP, Optional.of(Duration.ofSeconds(2))));
    assertThat(Scraped.of(metrics).value(FIRST_SEEN)).as("from memory").hasValue(1);
  }

  @Test
  void keysAreCountedByTheirConfiguredNamesAndDelegationKeysTogether() {
    metrics.verified(FullSize.valid(1, APP, Optional.empty()));
    Scraped scraped = Scraped.of(metrics);
    String metric = "assayer_signing_key_uses_total";
    assertThat(scraped.value(metric + "{key=\"key1\",validator=\"validator1\"}")).hasValue(1);
    assertThat(scraped.value(metric + "{key=\"spare1\",validator=\"validator1\"}")).hasValue(0);
    assertThat(scraped.value(metric + "{key=\"_delegation\",validator=\"validator1\"}"))
        .hasValue(1);
    assertThat(scraped.sum(metric)).isEqualTo(2);
  }

  @Test
  void eachKindOfAttackIsCountedUnderItsName() {
    for (Reason reason : Reason.values()) {
      metrics.verified(FullSize.failed(2, APP, reason));
    }
    Scraped scraped = Scraped.of(metrics);
    assertThat(attacks(scraped, "rollback")).isEqualTo(1);
    assertThat(attacks(scraped, "equivocation")).isEqualTo(1);
    assertThat(attacks(scraped, "freeze")).isEqualTo(1);
    assertThat(attacks(scraped, "mix_and_match")).isEqualTo(3);
    assertThat(attacks(scraped, "endless_data")).isEqualTo(1);
    assertThat(attacks(scraped, "threshold")).isEqualTo(2);
    assertThat(attacks(scraped, "key_mismatch")).isEqualTo(1);
    assertThat(attacks(scraped, "root_chain")).isEqualTo(1);
    assertThat(attacks(scraped, "delegation_escape")).isEqualTo(1);
    assertThat(attacks(scraped, "wrong_repository")).isEqualTo(1);
    assertThat(scraped.sum(ATTACKS)).isEqualTo(13);
    assertThat(scraped.sum(ATTACKS, "notary2")).isEqualTo(13);
  }

  private static double attacks(Scraped scraped, String attack) {
    return scraped.sum(ATTACKS, "attack=\"" + attack + '"');
  }

  @Test
  void aPolicyThatWantsMoreSignersThanAnHonestRepositoryHasIsNoAttack() {
    metrics.verified(
        new Verification(
            FullSize.ref(0),
            APP,
            Reason.THRESHOLD_NOT_MET,
            List.of(),
            FullSize.valid(0, APP, Optional.empty()).trust(),
            FullSize.TOOK));
    assertThat(Scraped.of(metrics).sum(ATTACKS)).isZero();
  }

  @Test
  void expiryIsTheEarliestOfARoleByRepository() {
    metrics.verified(FullSize.valid(0, APP, Optional.empty()));
    for (String unearned : List.of("docker.io/evil/app", "docker.io/evil/other")) {
      metrics.verified(
          new Verification(
              FullSize.ref(0),
              unearned,
              Reason.TAG_NOT_SIGNED,
              List.of(),
              FullSize.valid(0, unearned, Optional.empty()).trust(),
              FullSize.TOOK));
    }
    Scraped scraped = Scraped.of(metrics);
    String metric = "assayer_tuf_metadata_expiry_timestamp_seconds";
    assertThat(scraped.count(metric)).isEqualTo(5);
    assertThat(
            scraped.value(
                metric
                    + "{image_repo=\""
                    + APP
                    + "\",role=\"delegation\",upstream=\"notary0.example.com\"}"))
        .hasValue(Decisions.NOW.getEpochSecond() + (double) "targets/lou".length());
    assertThat(scraped.sum("assayer_metric_series_folded_total", metric)).isEqualTo(2);
  }

  @Test
  void theFirstValidSignatureEarnsItsRepositoryAllItsSeries() {
    metrics.verified(FullSize.valid(0, "docker.io/acme/new", Optional.empty()));
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.count("assayer_tuf_metadata_expiry_timestamp_seconds", "acme/new"))
        .isEqualTo(5);
    assertThat(scraped.count("assayer_image_decisions_total", "acme/new")).isEqualTo(5);
  }

  @Test
  void memoryIsCountedByHitsAndAges() {
    metrics.verified(FullSize.valid(0, APP, Optional.of(Duration.ofSeconds(7))));
    metrics.verified(FullSize.valid(0, APP, Optional.empty()));
    metrics.verified(FullSize.failed(0, APP, Reason.UPSTREAM_TIMEOUT));
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.value("assayer_state_requests_total{result=\"hit\"}")).hasValue(1);
    assertThat(scraped.value("assayer_state_requests_total{result=\"miss\"}")).hasValue(2);
    assertThat(scraped.sum("assayer_tuf_timestamp_age_seconds_sum")).isEqualTo(7);
    assertThat(scraped.sum("assayer_tuf_timestamp_age_seconds_bucket", "le=\"5.0\"")).isZero();
    assertThat(scraped.sum("assayer_tuf_timestamp_age_seconds_bucket", "le=\"10.0\"")).isEqualTo(1);
  }

  @Test
  void aStaticValidatorHasNoKeysAndNoTrustData() {
    metrics.configured(
        new Configured(
            "sha256:00",
            "assayer.dev/v1",
            5,
            false,
            List.of(),
            List.of(),
            List.of(new Configured.Validator("allow", "static", List.of())),
            Set.of(),
            Set.of()));
    metrics.verified(
        new Verification(
            new ValidatorRef("allow", "static", "-"),
            APP,
            Reason.POLICY_EXEMPT,
            List.of(),
            Optional.<TrustFacts>empty(),
            FullSize.TOOK));
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.count(CHECKS)).isEqualTo(2);
    assertThat(scraped.sum(CHECKS, "result=\"exempt\"")).isEqualTo(1);
    assertThat(scraped.sum("assayer_state_requests_total")).isZero();
    assertThat(scraped.count("assayer_signing_key_uses_total")).isZero();
  }

  @Test
  void whatIsNoLongerConfiguredLosesItsSeriesAndGetsNoneAgain() {
    metrics.verified(FullSize.valid(0, APP, Optional.empty()));
    metrics.called("notary0.example.com", "ok", true, FullSize.TOOK);
    metrics.upstreamUp("notary0.example.com", "notary", true);
    Configured without =
        new Configured(
            "sha256:" + "cd".repeat(32),
            "assayer.dev/v1",
            5,
            false,
            List.of(),
            List.of(),
            FullSize.configured().validators().subList(1, 3),
            Set.of(new Configured.Upstream("notary1.example.com", "notary")),
            Set.of());
    metrics.configured(without);
    metrics.verified(FullSize.valid(0, APP, Optional.empty()));
    metrics.called("notary0.example.com", "ok", true, FullSize.TOOK);
    metrics.breaker("notary0.example.com", 2);
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.samples().keySet())
        .noneMatch(series -> series.contains("notary0") || series.contains("validator0"))
        .anyMatch(series -> series.contains("notary1"))
        .anyMatch(series -> series.contains("validator1"));
    assertThat(scraped.samples().keySet().stream().filter(one -> one.contains("policy_info")))
        .containsExactly("assayer_policy_info{digest=\"cdcdcdcdcdcd\",schema=\"assayer.dev/v1\"}");
    assertThat(scraped.value("assayer_config_generation")).hasValue(5);

    metrics.configured(FullSize.configured());
    metrics.called("notary0.example.com", "ok", true, FullSize.TOOK);
    assertThat(Scraped.of(metrics).sum("assayer_trust_upstream_requests_total", "notary0"))
        .as("begins anew")
        .isEqualTo(1);
  }

  @Test
  void rulesAreCountedByWhatTheyAskFor() {
    Scraped scraped = Scraped.of(metrics);
    assertThat(scraped.value("assayer_policy_rules{mode=\"warn\",verify=\"true\"}")).hasValue(2);
    assertThat(scraped.value("assayer_policy_rules{mode=\"enforce\",verify=\"false\"}"))
        .hasValue(1);
    assertThat(scraped.count("assayer_policy_rules")).isEqualTo(6);
    assertThat(scraped.value("assayer_detection_mode")).hasValue(1);
  }
}
