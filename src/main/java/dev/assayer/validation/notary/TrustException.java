package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A step of the chain that failed; never leaves this room. */
final class TrustException extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;
  private final boolean outage;

  @SuppressWarnings("serial") // never serialised
  private final List<Verified<?>> verified;

  TrustException(Reason reason, String detail) {
    this(reason, detail, reason.isSilence());
  }

  /**
   * With what the failed fetch says of it.
   *
   * @param outage as in {@link dev.assayer.remote.FetchResult.Failed}
   */
  TrustException(Reason reason, String detail, boolean outage) {
    this(reason, detail, outage, List.of());
  }

  private TrustException(Reason reason, String detail, boolean outage, List<Verified<?>> verified) {
    super(detail, null, false, false);
    this.reason = reason;
    this.outage = outage;
    this.verified = verified;
  }

  /** The same after these files had been verified. */
  TrustException after(List<Verified<?>> files) {
    return new TrustException(reason, detail(), outage, files);
  }

  /** The same as told to a review that joined the attempt of another one and waited so long. */
  TrustException joined(Duration waited) {
    String told =
        String.format(
            Locale.ROOT,
            "%s (this review joined that attempt under way, and waited %.1f s)",
            detail(),
            waited.toMillis() / 1000.0);
    return new TrustException(reason, told, outage, verified);
  }

  /** What was verified before it. */
  List<Verified<?>> verified() {
    return verified;
  }

  Reason reason() {
    return reason;
  }

  /** Whether the upstream did not answer, or with 5xx only. */
  boolean outage() {
    return outage;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
