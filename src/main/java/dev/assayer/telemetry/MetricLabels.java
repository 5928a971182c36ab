package dev.assayer.telemetry;

import static dev.assayer.telemetry.MetricLabel.closed;
import static dev.assayer.telemetry.MetricLabel.configured;

import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.Verdict;
import java.util.List;
import java.util.stream.Stream;

/** The labels, each with its closed set of values where it has one. */
final class MetricLabels {
  /** What stands for every value that is not known. */
  static final String OTHER = "other";

  static final MetricLabel ENDPOINT = closed("endpoint", "mutate", "validate");
  static final MetricLabel OUTCOME =
      closed("outcome", Stream.of(Outcome.values()).map(Outcome::code).toList());
  static final MetricLabel VERDICT =
      closed("verdict", Stream.of(Verdict.values()).map(Verdict::code).toList());

  /** An image always has something to verify. */
  static final MetricLabel IMAGE_VERDICT =
      closed(
          "verdict",
          Stream.of(Verdict.values())
              .filter(verdict -> verdict != Verdict.NOT_APPLICABLE)
              .map(Verdict::code)
              .toList());

  static final MetricLabel MODE = closed("mode", Stream.of(Mode.values()).map(Mode::code).toList());
  static final MetricLabel RULE_MODE = closed("mode", "enforce", "warn", "audit");
  static final MetricLabel OPERATION = closed("operation", "create", "update", OTHER);
  static final MetricLabel KIND =
      closed(
          "kind",
          "Pod",
          "ReplicationController",
          "Deployment",
          "ReplicaSet",
          "DaemonSet",
          "StatefulSet",
          "Job",
          "CronJob",
          OTHER);
  static final MetricLabel DRY_RUN = closed("dry_run", "false", "true");
  static final MetricLabel REASON =
      closed("reason", Stream.of(Reason.values()).map(Reason::code).toList());
  static final MetricLabel REFUSAL =
      closed("reason", Stream.of(Refusal.values()).map(Refusal::code).toList());
  static final MetricLabel CACHE = closed("cache", "hit", "miss", "mixed", "none");
  static final MetricLabel REMEMBERED = closed("result", "hit", "miss");
  static final MetricLabel IMAGE_REPO =
      configured("image_repo", "earned repositories, `_other`, `_unverified`");
  static final MetricLabel VALIDATOR = configured("validator", "configured validators");
  static final MetricLabel TYPE = closed("type", "notaryV1", "cosign", "notation", "static");
  static final MetricLabel CHECK =
      closed("result", "valid", "exempt", "invalid", "absent", "error");
  static final MetricLabel KEY = configured("key", "names of trust roots, `_delegation`");
  static final MetricLabel UPSTREAM = configured("upstream", "hosts of the configuration");
  static final MetricLabel UPSTREAM_KIND = closed("kind", "notary", "registry", "token");
  static final MetricLabel CALL_RESULT =
      closed(
          "result",
          "ok",
          "not_found",
          "auth",
          "4xx",
          "429",
          "5xx",
          "timeout",
          "tls",
          "dns",
          "connect",
          "redirect_blocked",
          "too_large",
          "malformed",
          "breaker_open",
          "overload");
  static final MetricLabel ATTACK =
      closed("attack", Stream.of(TufAttack.values()).map(TufAttack::code).toList());
  static final MetricLabel ROLE =
      closed("role", "root", "targets", "snapshot", "timestamp", "delegation");
  static final MetricLabel CONDITION =
      closed(
          "condition",
          "notary",
          "webhook",
          "webhook_config",
          "audit_sink",
          "policy",
          "tls_cert",
          "clock",
          "selftest",
          "sentinel",
          "kubernetes",
          "permissions",
          "integrity",
          "endpoints",
          "state");
  static final MetricLabel SELF_TEST =
      closed("case", "known_good_dct", "known_bad_dct", "unsigned");
  static final MetricLabel CLIENT_AUTH =
      closed("reason", "no_cert", "untrusted", "expired", "wrong_subject");
  static final MetricLabel CERTIFICATE_USE = closed("use", "server", "client_ca");
  static final MetricLabel CERTIFICATE_RELOAD = closed("result", "ok", "invalid", "mismatch");
  static final MetricLabel POLICY_RELOAD = closed("result", "ok", "invalid", "digest_mismatch");
  static final MetricLabel PINNED_OBJECT = closed("object", "policy", "trust_roots");
  static final MetricLabel VERIFY = closed("verify", "true", "false");
  static final MetricLabel AREA = closed("area", "heap", "nonheap");
  static final MetricLabel SIGNAL = closed("signal", "traces", "logs");
  static final MetricLabel RECEIVER = configured("receiver", "configured receivers of alerts");
  static final MetricLabel CATEGORY = closed("category", "admit", "reject");
  static final MetricLabel ALERT_RESULT =
      closed("result", "delivered", "held_back", "dead_letter", "dropped");
  static final MetricLabel ATTEMPT_RESULT =
      closed(
          "result",
          "delivered",
          "4xx",
          "429",
          "5xx",
          "redirect_blocked",
          "timeout",
          "tls",
          "dns",
          "connect",
          "malformed",
          "unreadable");
  static final MetricLabel FOLDED =
      closed(
          "metric",
          "assayer_image_decisions_total",
          "assayer_tuf_metadata_expiry_timestamp_seconds");

  private MetricLabels() {}

  /** The names of these labels. */
  static List<String> names(List<MetricLabel> labels) {
    return labels.stream().map(MetricLabel::name).toList();
  }
}
