package dev.assayer.telemetry;

import static dev.assayer.telemetry.MetricLabels.ALERT_RESULT;
import static dev.assayer.telemetry.MetricLabels.AREA;
import static dev.assayer.telemetry.MetricLabels.ATTACK;
import static dev.assayer.telemetry.MetricLabels.ATTEMPT_RESULT;
import static dev.assayer.telemetry.MetricLabels.CACHE;
import static dev.assayer.telemetry.MetricLabels.CALL_RESULT;
import static dev.assayer.telemetry.MetricLabels.CATEGORY;
import static dev.assayer.telemetry.MetricLabels.CERTIFICATE_RELOAD;
import static dev.assayer.telemetry.MetricLabels.CERTIFICATE_USE;
import static dev.assayer.telemetry.MetricLabels.CHECK;
import static dev.assayer.telemetry.MetricLabels.CLIENT_AUTH;
import static dev.assayer.telemetry.MetricLabels.CONDITION;
import static dev.assayer.telemetry.MetricLabels.DRY_RUN;
import static dev.assayer.telemetry.MetricLabels.ENDPOINT;
import static dev.assayer.telemetry.MetricLabels.FOLDED;
import static dev.assayer.telemetry.MetricLabels.IMAGE_REPO;
import static dev.assayer.telemetry.MetricLabels.IMAGE_VERDICT;
import static dev.assayer.telemetry.MetricLabels.KEY;
import static dev.assayer.telemetry.MetricLabels.KIND;
import static dev.assayer.telemetry.MetricLabels.MODE;
import static dev.assayer.telemetry.MetricLabels.OPERATION;
import static dev.assayer.telemetry.MetricLabels.OUTCOME;
import static dev.assayer.telemetry.MetricLabels.PINNED_OBJECT;
import static dev.assayer.telemetry.MetricLabels.POLICY_RELOAD;
import static dev.assayer.telemetry.MetricLabels.REASON;
import static dev.assayer.telemetry.MetricLabels.RECEIVER;
import static dev.assayer.telemetry.MetricLabels.REFUSAL;
import static dev.assayer.telemetry.MetricLabels.REMEMBERED;
import static dev.assayer.telemetry.MetricLabels.ROLE;
import static dev.assayer.telemetry.MetricLabels.RULE_MODE;
import static dev.assayer.telemetry.MetricLabels.SELF_TEST;
import static dev.assayer.telemetry.MetricLabels.SIGNAL;
import static dev.assayer.telemetry.MetricLabels.TYPE;
import static dev.assayer.telemetry.MetricLabels.UPSTREAM;
import static dev.assayer.telemetry.MetricLabels.UPSTREAM_KIND;
import static dev.assayer.telemetry.MetricLabels.VALIDATOR;
import static dev.assayer.telemetry.MetricLabels.VERDICT;
import static dev.assayer.telemetry.MetricLabels.VERIFY;
import static dev.assayer.telemetry.SeriesBound.of;
import static dev.assayer.telemetry.SeriesBound.perReceiver;
import static dev.assayer.telemetry.SeriesBound.perRepository;
import static dev.assayer.telemetry.SeriesBound.perUpstream;
import static dev.assayer.telemetry.SeriesBound.perValidator;

import java.time.Duration;
import java.util.List;

/** The metrics of our own, those of {@link ClusterCatalogue} apart. */
@SuppressWarnings("ImmutableEnumChecker") // the lists cannot be changed
enum Catalogue implements MetricSpec {
  RECEIVED(
      "assayer_admission_received_total",
      of(2),
      "Requests that reached the handler of /mutate or /validate.",
      ENDPOINT),
  REVIEWS(
      "assayer_admission_reviews_total",
      of(ReviewSeries.MOST),
      "Decisions given. The outcome is what the API server was told, the verdict what"
          + " verification found; a kind or operation is folded to other beyond the bound.",
      ENDPOINT,
      OUTCOME,
      VERDICT,
      MODE,
      OPERATION,
      KIND,
      DRY_RUN),
  REASONS(
      "assayer_admission_reasons_total",
      of(122),
      "Decisions given, by the reason of the review.",
      ENDPOINT,
      REASON),
  REFUSED(
      "assayer_admission_refused_total",
      of(16),
      "Requests that reached the handler and were refused before a decision.",
      ENDPOINT,
      REFUSAL),
  IN_FLIGHT("assayer_admission_in_flight", of(1), "Requests being decided."),
  REVIEW_DURATION(
      "assayer_admission_review_duration_seconds",
      of(120),
      "The whole request, from its first byte to the answer; cache says whether the freshness"
          + " proof of its images came from memory.",
      List.of(.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0),
      OUTCOME,
      CACHE),
  CONNECTIONS_CLOSED(
      "assayer_connections_closed_total",
      of(8),
      "Connections closed before a request reached the handler.",
      REFUSAL),
  IMAGE_DECISIONS(
      "assayer_image_decisions_total",
      perRepository(5).plus(10),
      "Decisions of single images, by normalised repository without tag or digest.",
      IMAGE_REPO,
      IMAGE_VERDICT),
  IMAGE_LAST_VERIFIED(
      "assayer_image_last_verified_timestamp_seconds",
      perRepository(1).plus(1),
      "When an image of the repository was last verified.",
      IMAGE_REPO),
  SERIES_FOLDED(
      "assayer_metric_series_folded_total",
      of(2),
      "Samples that went to _other or _unverified, or to no series for want of a place.",
      FOLDED),
  VERIFICATIONS(
      "assayer_signature_verifications_total",
      perValidator(61),
      "Verifications done, by what they found; decisions that share one count once.",
      VALIDATOR,
      TYPE,
      CHECK,
      REASON),
  VERIFICATION_DURATION(
      "assayer_signature_verification_duration_seconds",
      of(64),
      "One verification.",
      List.of(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 10.0),
      TYPE),
  SIGNING_KEY_USES(
      "assayer_signing_key_uses_total",
      perValidator(1).plusPerKey(1),
      "Successful verifications by the trust root they rest on, and by delegation keys together.",
      VALIDATOR,
      KEY),
  SIGNER_FIRST_SEEN(
      "assayer_signer_first_seen_total",
      perValidator(1),
      "Keys that signed a role of a known repository for the first time.",
      VALIDATOR),
  STATE_REQUESTS(
      "assayer_state_requests_total",
      of(2),
      "Verifications whose freshness proof was remembered (hit) or had to be fetched (miss).",
      REMEMBERED),
  TUF_ATTACKS(
      "assayer_tuf_attack_detected_total",
      perUpstream(10),
      "Verifications that met trust data which breaks a rule of TUF, by kind.",
      UPSTREAM,
      ATTACK),
  TUF_EXPIRY(
      "assayer_tuf_metadata_expiry_timestamp_seconds",
      perRepository(5),
      "When verified trust data expires: the earliest of its role, by repository.",
      UPSTREAM,
      IMAGE_REPO,
      ROLE),
  TUF_AGE(
      "assayer_tuf_timestamp_age_seconds",
      perUpstream(10),
      "Age of the remembered timestamp that a verification rested on.",
      List.of(1.0, 5.0, 10.0, 30.0, 60.0, 300.0),
      UPSTREAM),
  UPSTREAM_UP(
      "assayer_trust_upstream_up",
      perUpstream(1),
      "Whether the last background check of a real metadata path succeeded.",
      UPSTREAM,
      UPSTREAM_KIND),
  UPSTREAM_REQUESTS(
      "assayer_trust_upstream_requests_total",
      perUpstream(15),
      "Outgoing calls, token requests included, and calls not made for an open breaker.",
      UPSTREAM,
      UPSTREAM_KIND,
      CALL_RESULT),
  UPSTREAM_DURATION(
      "assayer_trust_upstream_request_duration_seconds",
      perUpstream(15),
      "Duration of the outgoing calls that were made.",
      List.of(.0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 10.0),
      UPSTREAM,
      UPSTREAM_KIND),
  BREAKER_STATE(
      "assayer_trust_upstream_breaker_state",
      perUpstream(1),
      "Circuit breaker: 0 closed, 1 half-open, 2 open.",
      UPSTREAM),
  UPSTREAM_CERTIFICATE(
      "assayer_trust_upstream_tls_not_after_timestamp_seconds",
      perUpstream(1),
      "When the certificate that the host showed last expires.",
      UPSTREAM),
  CLOCK_SKEW(
      "assayer_clock_skew_seconds",
      perUpstream(1),
      "Own wall clock minus the Date header of an answer; the header is exact to a second.",
      MetricLabel.configured("source", "hosts of the configuration")),
  READY("assayer_ready", of(1), "Whether /health/ready answers 200."),
  CONDITION_HOLDS(
      "assayer_readiness_condition",
      of(14),
      "Whether a part of readiness holds; absent until it was first looked at.",
      CONDITION),
  CONDITION_TRANSITIONS(
      "assayer_readiness_transitions_total", of(14), "Changes of a part of readiness.", CONDITION),
  SELF_TEST_SUCCESS(
      "assayer_selftest_success",
      of(3),
      "Whether a known-answer test through the real listener gave the right verdict last time.",
      SELF_TEST),
  DETECTION_MODE("assayer_detection_mode", of(1), "1 while nothing is denied."),
  POLICY_INFO(
      "assayer_policy_info",
      of(1),
      "The configuration in force; always 1.",
      MetricLabel.configured("digest", "first 12 hex characters, one at a time"),
      MetricLabel.configured("schema", "its apiVersion")),
  POLICY_RULES(
      "assayer_policy_rules",
      of(6),
      "Rules of the policy, by what they ask for.",
      VERIFY,
      RULE_MODE),
  POLICY_RELOADS(
      "assayer_policy_reloads_total",
      of(3),
      "Changed configurations that were found.",
      POLICY_RELOAD),
  CONFIG_GENERATION(
      "assayer_config_generation", of(1), "Configurations applied by this process, from 1."),
  TRUST_CONFIG_MISMATCH(
      "assayer_trust_config_mismatch",
      of(2),
      "1 while what is configured differs from what the pinned digest stands for.",
      PINNED_OBJECT),
  CLIENT_AUTH_FAILURES(
      "assayer_client_auth_failures_total", of(4), "TLS clients refused.", CLIENT_AUTH),
  CERTIFICATE_NOT_AFTER(
      "assayer_tls_cert_not_after_timestamp_seconds",
      of(2),
      "When an own certificate expires.",
      CERTIFICATE_USE),
  CERTIFICATE_RELOADS(
      "assayer_tls_cert_reloads_total",
      of(3),
      "Certificate and key read again after a change.",
      CERTIFICATE_RELOAD),
  ALERTS(
      "assayer_alerts_total",
      perReceiver(4),
      "Alerts by what became of them: held_back is told with a later one, dead_letter was given"
          + " up, dropped found no room in the queue.",
      RECEIVER,
      CATEGORY,
      ALERT_RESULT),
  ALERT_ATTEMPTS(
      "assayer_alert_attempts_total",
      perReceiver(11),
      "Attempts to deliver an alert.",
      RECEIVER,
      ATTEMPT_RESULT),
  ALERT_DURATION(
      "assayer_alert_delivery_duration_seconds",
      perReceiver(10),
      "From the decision to the delivery of its alert, waits and repeats included.",
      List.of(.05, .25, 1.0, 5.0, 30.0, 120.0),
      RECEIVER),
  ALERT_QUEUE(
      "assayer_alert_queue_depth",
      perReceiver(1),
      "Alerts that wait for their first attempt.",
      RECEIVER),
  TELEMETRY_DROPPED(
      "assayer_telemetry_dropped_total",
      of(2),
      "Telemetry dropped because its bounded queue was full or its receiver failed.",
      SIGNAL),
  BUILD_INFO(
      "assayer_build_info",
      of(1),
      "The software that runs; always 1.",
      MetricLabel.configured("version", "one"),
      MetricLabel.configured("java", "one")),
  JVM_MEMORY_USED("jvm_memory_used_bytes", of(2), "Memory in use by the JVM.", AREA),
  JVM_MEMORY_COMMITTED(
      "jvm_memory_committed_bytes", of(2), "Memory that the JVM has from the system.", AREA),
  JVM_MEMORY_MAX(
      "jvm_memory_max_bytes", of(2), "Memory that the JVM may take; -1 if unbounded.", AREA),
  JVM_GC(
      "jvm_gc_collection_seconds",
      Type.SUMMARY,
      of(8),
      "Garbage collections and the time they took.",
      MetricLabel.configured("gc", "collectors of this JVM")),
  JVM_THREADS("jvm_threads_current", of(1), "Platform threads; virtual ones are not counted."),
  PROCESS_CPU("process_cpu_seconds_total", of(1), "Processor time used."),
  PROCESS_START("process_start_time_seconds", of(1), "When the process started."),
  PROCESS_RESIDENT("process_resident_memory_bytes", of(1), "Memory resident in RAM."),
  PROCESS_FDS("process_open_fds", of(1), "Open file descriptors."),
  PROCESS_MAX_FDS("process_max_fds", of(1), "File descriptors that may be open.");

  /** What a metric is, in the words of Prometheus. */
  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    SUMMARY
  }

  private final String metric;
  private final Type type;
  private final SeriesBound bound;
  private final String meaning;
  private final List<Double> buckets;
  private final List<MetricLabel> labels;

  Catalogue(String metric, SeriesBound bound, String meaning, MetricLabel... labels) {
    this(metric, plainType(metric), bound, meaning, List.of(), labels);
  }

  Catalogue(String metric, Type type, SeriesBound bound, String meaning, MetricLabel... labels) {
    this(metric, type, bound, meaning, List.of(), labels);
  }

  Catalogue(
      String metric,
      SeriesBound bound,
      String meaning,
      List<Double> buckets,
      MetricLabel... labels) {
    this(metric, Type.HISTOGRAM, bound, meaning, buckets, labels);
  }

  Catalogue(
      String metric,
      Type type,
      SeriesBound bound,
      String meaning,
      List<Double> buckets,
      MetricLabel... labels) {
    this.metric = metric;
    this.type = type;
    this.bound = bound;
    this.meaning = meaning;
    this.buckets = buckets;
    this.labels = List.of(labels);
  }

  @Override
  public String metric() {
    return metric;
  }

  @Override
  public Type type() {
    return type;
  }

  private static Type plainType(String metric) {
    return metric.endsWith("_total") ? Type.COUNTER : Type.GAUGE;
  }

  @Override
  public SeriesBound bound() {
    return bound;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public List<Duration> buckets() {
    return buckets.stream().map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9))).toList();
  }

  @Override
  public List<MetricLabel> labels() {
    return labels;
  }
}
