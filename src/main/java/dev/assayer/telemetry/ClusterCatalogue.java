package dev.assayer.telemetry;

/** The metrics about the cluster around us; zero or absent where there is none. */
@SuppressWarnings("ImmutableEnumChecker") // the lists cannot be changed
enum ClusterCatalogue implements PlainSpec {
  WEBHOOK_PRESENT(
      "assayer_webhook_config_present",
      1,
      "Whether the own webhook objects exist; absent until they were first looked at."),
  WEBHOOK_DRIFT(
      "assayer_webhook_config_drift",
      13,
      "1 where a field of the live webhook objects differs from what was applied; absent until they"
          + " were first looked at.",
      MetricLabel.closed(
          "field",
          "webhooks",
          "failurePolicy",
          "rules",
          "namespaceSelector",
          "objectSelector",
          "matchConditions",
          "matchPolicy",
          "caBundle",
          "service",
          "timeoutSeconds",
          "sideEffects",
          "reinvocationPolicy",
          "admissionReviewVersions")),
  WEBHOOK_TIMEOUT(
      "assayer_webhook_timeout_seconds", 1, "The least timeoutSeconds of the live webhooks."),
  SENTINEL_ACTIVE(
      "assayer_bootstrap_sentinel_active",
      1,
      "Whether a bootstrap sentinel stands for the webhook now."),
  SENTINEL_STARTED(
      "assayer_bootstrap_sentinel_started_timestamp_seconds",
      1,
      "When the sentinel that stands for the webhook was made, 0 if there is none."),
  SENTINEL_SEEN(
      "assayer_bootstrap_sentinel_seen_total",
      3,
      "Pods under the sentinel's name, each counted once for what it is.",
      MetricLabel.closed("result", "genuine", "forged", "expired")),
  REQUESTS(
      "assayer_kubernetes_requests_total",
      6,
      "Calls to the Kubernetes API.",
      MetricLabel.closed(
          "result", "ok", "not_found", "conflict", "forbidden", "invalid", "unavailable")),
  EVENTS(
      "assayer_kubernetes_events_total",
      4,
      "Events about denials: sent, failed, repeated (one was sent lately) or dropped for want of"
          + " room or rate.",
      MetricLabel.closed("result", "sent", "failed", "repeated", "dropped")),
  EXEMPT_NAMESPACES(
      "assayer_exempt_namespaces",
      1,
      "Namespaces that their labels take out of verification; absent until they were first listed."),
  BREAK_GLASS_ACTIVE("assayer_break_glass_active", 1, "Break-glass objects in force."),
  BREAK_GLASS_EXPIRES(
      "assayer_break_glass_expires_timestamp_seconds",
      1,
      "When the last break-glass object in force expires, 0 if there is none."),
  BREAK_GLASS_SEEN(
      "assayer_break_glass_seen_total",
      3,
      "Break-glass objects, each counted once for what it is.",
      MetricLabel.closed("result", "accepted", "expired", "refused")),
  LEADER("assayer_leader", 1, "Whether this replica does the work that one does for all."),
  OWNER_LOOKUPS(
      "assayer_owner_lookups_total",
      3,
      "Owners looked up for child approval: living as claimed, refuted, or unknown (no answer in"
          + " time, or none that helps: the child is verified in full).",
      MetricLabel.closed("result", "living", "refuted", "unknown"));

  private final Said said;

  ClusterCatalogue(String metric, int bound, String meaning, MetricLabel... labels) {
    said = Said.of(metric, bound, meaning, labels);
  }

  @Override
  public Said said() {
    return said;
  }
}
