package dev.assayer.telemetry;

/**
 * The metrics of what is looked at in the background, running images and this process itself, and
 * of the operator page.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists cannot be changed
enum GuardCatalogue implements PlainSpec {
  RUNNING_IMAGES(
      "assayer_running_images",
      4,
      "Images of running pods by what the last complete look found of them; zero where this replica"
          + " does not lead.",
      MetricLabel.closed("state", "trusted", "untrusted", "unverifiable", "never_seen")),
  RUNNING_IMAGES_CHECKED(
      "assayer_running_images_checked_timestamp_seconds",
      1,
      "When the last complete look at running images ended; 0 where this replica does not lead, or"
          + " has not ended one."),
  RUNNING_IMAGES_DURATION(
      "assayer_running_images_check_duration_seconds",
      1,
      "How long the last complete look at running images took."),
  UNEXPECTED_PERMISSIONS(
      "assayer_rbac_unexpected_permissions",
      1,
      "Rules of the own service account that neither the chart gives nor every account has; absent"
          + " until they were first looked at."),
  MISSING_PERMISSIONS(
      "assayer_rbac_missing_permissions",
      1,
      "Rules that the chart gives and the own service account does not have; absent until they were"
          + " first looked at."),
  SELF_INTEGRITY(
      "assayer_self_integrity_mismatch",
      1,
      "Files of the own code that are not those of the build, and agents or options that could"
          + " change it."),
  FOREIGN_ENDPOINTS(
      "assayer_webhook_endpoints_foreign",
      1,
      "Endpoints of the webhook's Service that are no pods of this release; absent until they were"
          + " first looked at."),
  PAGE_REQUESTS(
      "assayer_page_requests_total",
      8,
      "Requests to the operator page by what became of them; unproven: a decision was asked for"
          + " whose entry the log does not hold as it was written.",
      MetricLabel.closed(
          "result",
          "answered",
          "not_found",
          "other_host",
          "other_site",
          "not_allowed",
          "busy",
          "failed",
          "unproven"));

  private final Said said;

  GuardCatalogue(String metric, int bound, String meaning, MetricLabel... labels) {
    said = Said.of(metric, bound, meaning, labels);
  }

  @Override
  public Said said() {
    return said;
  }
}
