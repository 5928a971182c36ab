package dev.assayer.telemetry;

/** The metrics about state that replicas share; zero or absent where all is in memory. */
@SuppressWarnings("ImmutableEnumChecker") // the lists cannot be changed
enum CacheCatalogue implements PlainSpec {
  REQUESTS(
      "assayer_cache_requests_total",
      5,
      "Questions to shared state: hit, miss, expired, integrity_failure (what was there is not"
          + " sealed with our key under its name) or error (no answer in time, or not asked since it"
          + " is down).",
      MetricLabel.closed("result", "hit", "miss", "expired", "integrity_failure", "error")),
  UP("assayer_cache_up", 1, "Whether shared state can be read and written; absent without any."),
  WRITES(
      "assayer_cache_writes_total",
      3,
      "Changes of shared state: written, deferred (to be written behind) or dropped (no room to"
          + " wait).",
      MetricLabel.closed("result", "written", "deferred", "dropped")),
  CONFLICTS(
      "assayer_cache_conflicts_total",
      1,
      "Times that replicas were found to have seen other content under one version of a role.");

  private final Said said;

  CacheCatalogue(String metric, int bound, String meaning, MetricLabel... labels) {
    said = Said.of(metric, bound, meaning, labels);
  }

  @Override
  public Said said() {
    return said;
  }
}
