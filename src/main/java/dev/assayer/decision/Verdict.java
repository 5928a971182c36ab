package dev.assayer.decision;

import java.util.Locale;

/**
 * What verification found; ordered from best to worst, so that a review takes its images' worst.
 */
public enum Verdict {
  /** A signature chain from a pinned root of trust to the digest was proven. */
  VERIFIED(200),
  /** Nothing to verify in this request. */
  NOT_APPLICABLE(200),
  /** Admitted without proof because configuration says so. */
  EXEMPT(200),
  /** A dependency or the deadline ended the attempt; no proof either way. */
  TIMEOUT(504),
  /** A fault prevented a proof either way. */
  ERROR(503),
  /** There is proof of a problem. */
  REJECTED(403);

  private final int status;

  Verdict(int status) {
    this.status = status;
  }

  /** The stable word in records, metrics and messages. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The {@code status.code} of the admission response when this verdict denies. */
  public int status() {
    return status;
  }

  /** True for the three verdicts that may admit; nothing else ever does in enforce mode. */
  public boolean admits() {
    return this == VERIFIED || this == EXEMPT || this == NOT_APPLICABLE;
  }

  /** The worse of two verdicts. */
  public Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
