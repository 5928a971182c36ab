package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verification;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every metric of the appliance. Callers say what happened; names, labels and bounds are in the
 * {@link MetricSpec#all catalogues} and nowhere else. Safe for concurrent use; no call blocks or
 * throws, and a value that is not in a label's closed set is not counted.
 */
public final class Metrics {
  /** Repositories that can have series of their own. */
  public static final int DEFAULT_BUDGET = 200;

  private final KeptTrace kept = new KeptTrace();
  private final Meters meters = new Meters(kept);
  private final EarnedRepositories repositories;
  private final ReviewMetrics reviews;
  private final ImageMetrics images;
  private final TrustMetrics trust;
  private final ExpiryMetrics expiry;
  private final UpstreamMetrics upstreams;
  private final ReadinessMetrics readiness;
  private final PolicyMetrics policy;
  private final TlsMetrics tls;
  private final AlertMetrics alerts;
  private final TelemetryMetrics telemetry;
  private final ClusterMetrics cluster;
  private final AuditMetrics audit;
  private final CacheMetrics cache;
  private final GuardMetrics guard;

  /** Metrics of an unnamed version, with the default budget. */
  public Metrics() {
    this("unknown", DEFAULT_BUDGET);
  }

  /**
   * Registers all that is known from the start.
   *
   * @param version of the software
   * @param budget most repositories that can have series of their own
   */
  public Metrics(String version, int budget) {
    repositories = new EarnedRepositories(budget);
    Family<Counter> folded = meters.counters(Catalogue.SERIES_FOLDED);
    reviews = new ReviewMetrics(meters);
    images = new ImageMetrics(meters, folded, repositories);
    trust = new TrustMetrics(meters);
    expiry = new ExpiryMetrics(meters, folded, repositories, budget);
    upstreams = new UpstreamMetrics(meters);
    readiness = new ReadinessMetrics(meters);
    policy = new PolicyMetrics(meters);
    tls = new TlsMetrics(meters);
    alerts = new AlertMetrics(meters);
    telemetry = new TelemetryMetrics(meters);
    cluster = new ClusterMetrics(meters);
    audit = new AuditMetrics(meters);
    cache = new CacheMetrics(meters);
    guard = new GuardMetrics(meters);
    meters.gauges(Catalogue.BUILD_INFO).of(version, Runtime.version().toString()).set(1);
    ProcessMetrics.bind(meters);
  }

  /**
   * All metrics as they are now.
   *
   * @param accept the Accept header of the scraper; OpenMetrics if it takes that, else Prometheus
   *     text
   */
  public Scrape scrape(Optional<String> accept) {
    return meters.scrape(accept.orElse(""));
  }

  /** What concerns the cluster around us. */
  public ClusterMetrics cluster() {
    return cluster;
  }

  /** What concerns the records of decisions. */
  public AuditMetrics audit() {
    return audit;
  }

  /** What concerns state that replicas share. */
  public CacheMetrics cache() {
    return cache;
  }

  /** What is looked at in the background. */
  public GuardMetrics guard() {
    return guard;
  }

  /** What is configured, at start and after each change. What is gone loses its series. */
  public void configured(Configured facts) {
    EarnedRepositories.Change change = repositories.name(facts.repositories());
    images.configured(change);
    trust.configured(facts);
    expiry.configured(
        facts.upstreams().stream().map(Configured.Upstream::host).collect(Collectors.toSet()),
        change);
    upstreams.configured(facts);
    policy.configured(facts);
    alerts.configured(facts);
  }

  /**
   * A request entered the handler; one call of {@link #decided} or {@link #refused} must follow.
   *
   * @param endpoint {@code mutate} or {@code validate}
   */
  public void received(String endpoint) {
    reviews.received(endpoint);
  }

  /** A request that was received ends without a decision. */
  public void refused(String endpoint, Refusal why) {
    reviews.refused(endpoint, why);
  }

  /**
   * A request that was received ends with a decision.
   *
   * @param took from the first byte of the request to the answer, reading the body included
   * @param trace the trace for exemplars, if it is kept
   */
  public void decided(Decision decision, Duration took, Optional<TraceRef> trace) {
    kept.during(trace, () -> reviews.decided(decision, took));
    images.decided(decision);
  }

  /** A connection was closed before a request entered the handler. */
  public void connectionEnded(Refusal why) {
    reviews.connectionEnded(why);
  }

  /**
   * A TLS client was refused.
   *
   * @param reason {@code no_cert}, {@code untrusted}, {@code expired} or {@code wrong_subject}
   */
  public void clientRefused(String reason) {
    tls.clientRefused(reason);
  }

  /**
   * An own certificate is in use.
   *
   * @param use {@code server} or {@code client_ca}
   */
  public void certificate(String use, Instant notAfter) {
    tls.certificate(use, notAfter);
  }

  /**
   * Certificate and key were read again.
   *
   * @param result {@code ok}, {@code invalid} or {@code mismatch}
   */
  public void certificateReload(String result) {
    tls.reload(result);
  }

  /**
   * A changed configuration was found.
   *
   * @param result {@code ok}, {@code invalid} or {@code digest_mismatch}
   */
  public void policyReload(String result) {
    policy.reload(result);
  }

  /**
   * Whether what is configured differs from what the pinned digest stands for.
   *
   * @param object {@code policy} or {@code trust_roots}
   */
  public void trustConfigMismatch(String object, boolean differs) {
    policy.mismatch(object, differs);
  }

  /**
   * A part of readiness, as it is now.
   *
   * @param condition one of the label's values; what is none, such as a step in the life of the
   *     process, is not counted
   */
  public void condition(String condition, boolean holds) {
    readiness.condition(condition, holds);
  }

  /** What {@code /health/ready} answers from now on. */
  public void ready(boolean ready) {
    readiness.ready(ready);
  }

  /**
   * A case of the self-test ended.
   *
   * @param name {@code known_good_dct}, {@code known_bad_dct} or {@code unsigned}
   */
  public void selfTest(String name, boolean success) {
    readiness.selfTest(name, success);
  }

  /**
   * A background check of an upstream ended.
   *
   * @param kind {@code notary} or {@code registry}
   */
  public void upstreamUp(String upstream, String kind, boolean up) {
    upstreams.up(upstream, up);
  }

  /** A validator has verified an image, or failed to. */
  public void verified(Verification found) {
    if (found.reason() == Reason.SIGNATURE_VALID) {
      images.signed(found.repository());
    }
    trust.verified(found);
    expiry.verified(found);
  }

  /**
   * An outgoing call ended, or was not made.
   *
   * @param upstream the host as in {@link Configured.Upstream}
   * @param result a value of the label {@code result}, such as {@code ok} or {@code 5xx}
   * @param made whether there was an exchange, whose duration counts
   */
  public void called(String upstream, String result, boolean made, Duration took) {
    upstreams.called(upstream, result, made, took);
  }

  /** The certificate that a host showed. */
  public void upstreamCertificate(String upstream, Instant notAfter) {
    upstreams.certificate(upstream, notAfter);
  }

  /** How far our clock is ahead of a host's. */
  public void clockSkew(String upstream, Duration ahead) {
    upstreams.skew(upstream, ahead);
  }

  /**
   * The state of a host's circuit breaker.
   *
   * @param state 0 closed, 1 half-open, 2 open
   */
  public void breaker(String upstream, int state) {
    upstreams.breaker(upstream, state);
  }

  /**
   * An alert came to its end, or was held back.
   *
   * @param receiver its name in the configuration
   * @param result {@code delivered}, {@code held_back}, {@code dead_letter} or {@code dropped}
   */
  public void alert(String receiver, String result) {
    alerts.ended(receiver, result);
  }

  /**
   * An attempt to deliver an alert ended.
   *
   * @param result {@code delivered}, or the way in which it failed
   */
  public void alertAttempt(String receiver, String result) {
    alerts.attempted(receiver, result);
  }

  /** An alert was delivered, this long after its decision. */
  public void alertDelivered(String receiver, Duration took) {
    alerts.took(receiver, took);
  }

  /** So many alerts wait for their first attempt. */
  public void alertsWaiting(String receiver, int number) {
    alerts.waiting(receiver, number);
  }

  /**
   * Telemetry was dropped.
   *
   * @param signal {@code traces} or {@code logs}
   */
  public void dropped(String signal, long items) {
    telemetry.dropped(signal, items);
  }
}
