package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;
import dev.assayer.decision.TraceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Every metric of the appliance. Callers say what happened; names, labels and bounds are here and
 * nowhere else. Safe for concurrent use; no call blocks or throws.
 */
public final class Metrics {

  /**
   * A request entered the handler; one call of {@link #decided} or {@link #refused} must follow.
   *
   * @param endpoint {@code mutate} or {@code validate}
   */
  public void received(String endpoint) {}

  /** A request that was received ends without a decision. */
  public void refused(String endpoint, Refusal why) {}

  /**
   * A request that was received ends with a decision.
   *
   * @param took from the first byte of the request to the answer, reading the body included
   * @param trace the trace for exemplars, if it is kept
   */
  public void decided(Decision decision, Duration took, Optional<TraceRef> trace) {}

  /** A connection was closed before a request entered the handler. */
  public void connectionEnded(Refusal why) {}

  /**
   * A TLS client was refused.
   *
   * @param reason {@code no_cert}, {@code untrusted}, {@code expired} or {@code wrong_subject}
   */
  public void clientRefused(String reason) {}

  /**
   * An own certificate is in use.
   *
   * @param use {@code server} or {@code client_ca}
   */
  public void certificate(String use, Instant notAfter) {}

  /**
   * Certificate and key were read again.
   *
   * @param result {@code ok}, {@code invalid} or {@code mismatch}
   */
  public void certificateReload(String result) {}

  /**
   * A changed configuration was found.
   *
   * @param result {@code ok}, {@code invalid} or {@code digest_mismatch}
   */
  public void policyReload(String result) {}

  /**
   * Whether what is configured differs from what the pinned digest stands for: gauge {@code
   * assayer_trust_config_mismatch}, 1 while it does.
   *
   * @param object {@code policy} or {@code trust_roots}
   */
  public void trustConfigMismatch(String object, boolean differs) {}

  /**
   * A part of readiness, as it is now.
   *
   * @param condition {@code notary}, {@code webhook_config}, {@code audit_sink}, {@code policy},
   *     {@code tls_cert}, {@code clock}, {@code selftest} or {@code sentinel}
   */
  public void condition(String condition, boolean holds) {}

  /** What {@code /health/ready} answers from now on. */
  public void ready(boolean ready) {}

  /**
   * A case of the self-test ended.
   *
   * @param name {@code known_good_dct}, {@code known_bad_dct} or {@code unsigned}
   */
  public void selfTest(String name, boolean success) {}

  /**
   * A background check of an upstream ended.
   *
   * @param kind {@code notary} or {@code registry}
   */
  public void upstreamUp(String upstream, String kind, boolean up) {}
}
