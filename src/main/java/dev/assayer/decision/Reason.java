package dev.assayer.decision;

import java.util.Locale;

/**
 * Why a decision fell as it did: a closed set that is at once metric label, log field, and anchor
 * in {@code docs/reasons.md}. The first failing step in chain order gives the reason.
 */
public enum Reason {
  SIGNATURE_VALID(Verdict.VERIFIED),
  POLICY_EXEMPT(Verdict.EXEMPT),
  CHILD_APPROVED(Verdict.EXEMPT),
  UNCHANGED(Verdict.EXEMPT),
  GRACE(Verdict.EXEMPT),
  BREAK_GLASS(Verdict.EXEMPT),
  NO_IMAGES(Verdict.NOT_APPLICABLE),
  BEING_DELETED(Verdict.NOT_APPLICABLE),
  NAMESPACE_IGNORED(Verdict.NOT_APPLICABLE),
  MIRROR_POD(Verdict.NOT_APPLICABLE),
  NO_TRUST_DATA(Verdict.REJECTED),
  TAG_NOT_SIGNED(Verdict.REJECTED),
  UNSIGNED(Verdict.REJECTED),
  SIGNATURE_INVALID(Verdict.REJECTED),
  KEY_NOT_TRUSTED(Verdict.REJECTED),
  KEY_NOT_ALLOWED(Verdict.REJECTED),
  ALGORITHM_NOT_ALLOWED(Verdict.REJECTED),
  THRESHOLD_NOT_MET(Verdict.REJECTED),
  DELEGATION_MISSING(Verdict.REJECTED),
  DELEGATIONS_DISAGREE(Verdict.REJECTED),
  DELEGATION_NOT_AUTHORISED(Verdict.REJECTED),
  METADATA_EXPIRED(Verdict.REJECTED),
  METADATA_MISSING(Verdict.REJECTED),
  METADATA_MALFORMED(Verdict.REJECTED),
  ROLLBACK(Verdict.REJECTED),
  EQUIVOCATION(Verdict.REJECTED),
  MIX_AND_MATCH(Verdict.REJECTED),
  ROOT_CHAIN(Verdict.REJECTED),
  GUN_MISMATCH(Verdict.REJECTED),
  HASH_MISMATCH(Verdict.REJECTED),
  HASH_UNSUPPORTED(Verdict.REJECTED),
  LENGTH_MISMATCH(Verdict.REJECTED),
  DIGEST_MISMATCH(Verdict.REJECTED),
  TAG_DIGEST_CONFLICT(Verdict.REJECTED),
  REFERENCE_MISMATCH(Verdict.REJECTED),
  REFERENCE_INVALID(Verdict.REJECTED),
  NOT_PINNED(Verdict.REJECTED),
  IDENTITY_MISMATCH(Verdict.REJECTED),
  TLOG_MISMATCH(Verdict.REJECTED),
  CERTIFICATE_INVALID(Verdict.REJECTED),
  CERTIFICATE_EXPIRED(Verdict.REJECTED),
  CERTIFICATE_REVOKED(Verdict.REJECTED),
  TOO_MANY_SIGNATURES(Verdict.REJECTED),
  ATTESTATION_MISSING(Verdict.REJECTED),
  DENIED_BY_POLICY(Verdict.REJECTED),
  NO_MATCHING_RULE(Verdict.REJECTED),
  UPSTREAM_UNREACHABLE(Verdict.ERROR),
  UPSTREAM_ERROR(Verdict.ERROR),
  UPSTREAM_MALFORMED(Verdict.ERROR),
  RATE_LIMITED(Verdict.ERROR),
  AUTH_FAILED(Verdict.ERROR),
  REDIRECT_BLOCKED(Verdict.ERROR),
  TLS_FAILED(Verdict.ERROR),
  TOO_LARGE(Verdict.ERROR),
  OVERLOAD(Verdict.ERROR),
  AUDIT_UNAVAILABLE(Verdict.ERROR),
  ALERT_UNDELIVERABLE(Verdict.ERROR),
  CONFIG_ERROR(Verdict.ERROR),
  INTERNAL_ERROR(Verdict.ERROR),
  UPSTREAM_TIMEOUT(Verdict.TIMEOUT),
  DEADLINE_EXCEEDED(Verdict.TIMEOUT);

  private final Verdict verdict;

  Reason(Verdict verdict) {
    this.verdict = verdict;
  }

  /** The stable word in records, metrics and messages, such as {@code tag_not_signed}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether it says by itself that somebody who was asked did not answer. {@code upstream_error}
   * does not: an answer may be behind it.
   */
  public boolean isSilence() {
    return this == UPSTREAM_UNREACHABLE || this == UPSTREAM_TIMEOUT;
  }

  /** The verdict that this reason always belongs to. */
  public Verdict verdict() {
    return verdict;
  }
}
