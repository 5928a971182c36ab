package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;

/** The configuration in force and its changes. */
final class PolicyMetrics {
  private static final int SHORT_DIGEST = 12;

  private final Family<Level> info;
  private final Family<Level> rules;
  private final Level detection;
  private final Level generation;
  private final Family<Level> mismatch;
  private final Map<String, Counter> reloads;

  PolicyMetrics(Meters meters) {
    info = meters.gauges(Catalogue.POLICY_INFO);
    rules = meters.gauges(Catalogue.POLICY_RULES);
    detection = meters.gauges(Catalogue.DETECTION_MODE).of();
    generation = meters.gauges(Catalogue.CONFIG_GENERATION).of();
    mismatch = meters.gauges(Catalogue.TRUST_CONFIG_MISMATCH);
    MetricLabels.PINNED_OBJECT.values().forEach(mismatch::of);
    Family<Counter> counter = meters.counters(Catalogue.POLICY_RELOADS);
    reloads = ClosedSeries.of(MetricLabels.POLICY_RELOAD, counter::of);
  }

  void configured(Configured facts) {
    String hex = facts.policyDigest().substring(facts.policyDigest().indexOf(':') + 1);
    String digest = hex.substring(0, Math.min(SHORT_DIGEST, hex.length()));
    info.removeIf(
        labels -> !labels.getFirst().equals(digest) || !labels.get(1).equals(facts.schema()));
    info.of(digest, facts.schema()).set(1);
    detection.set(facts.detectionMode());
    generation.set((double) facts.generation());
    for (String verify : MetricLabels.VERIFY.values()) {
      for (String mode : MetricLabels.RULE_MODE.values()) {
        long count =
            facts.rules().stream()
                .filter(rule ->
                    Boolean.toString(rule.verify()).equals(verify) && rule.mode().equals(mode))
                .count();
        rules.of(verify, mode).set((double) count);
      }
    }
  }

  void reload(String result) {
    Counter counter = reloads.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  void mismatch(String object, boolean differs) {
    if (MetricLabels.PINNED_OBJECT.values().contains(object)) {
      mismatch.of(object).set(differs);
    }
  }
}
