package dev.assayer.telemetry;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Verification;
import java.util.Locale;
import java.util.Optional;

/** The ways in which trust data that a server gave broke the rules of TUF. */
enum TufAttack {
  /** Metadata older than what was seen before. */
  ROLLBACK,
  /** Another content under a version that was seen before. */
  EQUIVOCATION,
  /** Metadata past its time. */
  FREEZE,
  /** Files that do not belong together: by hash, by length, or by the snapshot. */
  MIX_AND_MATCH,
  /** More bytes than a file of its kind may have. */
  ENDLESS_DATA,
  /** A role without enough valid signatures. */
  THRESHOLD,
  /** Keys that the pinned root does not vouch for. */
  KEY_MISMATCH,
  /** A root that its predecessor has not signed. */
  ROOT_CHAIN,
  /** A delegation that speaks for what it was not given. */
  DELEGATION_ESCAPE,
  /** Metadata of another repository. */
  WRONG_REPOSITORY;

  /** The stable word in the metric. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What a verification met. A chain that holds breaks no rule of TUF, even where the policy wants
   * more signers than it has; only a delegation's overreach is found after that.
   */
  static Optional<TufAttack> of(Verification verification) {
    boolean chainHolds = verification.trust().isPresent();
    if (chainHolds && verification.reason() != Reason.DELEGATION_NOT_AUTHORISED) {
      return Optional.empty();
    }
    return switch (verification.reason()) {
      case ROLLBACK -> Optional.of(ROLLBACK);
      case EQUIVOCATION -> Optional.of(EQUIVOCATION);
      case METADATA_EXPIRED -> Optional.of(FREEZE);
      case MIX_AND_MATCH, HASH_MISMATCH, LENGTH_MISMATCH -> Optional.of(MIX_AND_MATCH);
      case TOO_LARGE -> Optional.of(ENDLESS_DATA);
      case THRESHOLD_NOT_MET, SIGNATURE_INVALID -> Optional.of(THRESHOLD);
      case KEY_NOT_TRUSTED -> Optional.of(KEY_MISMATCH);
      case ROOT_CHAIN -> Optional.of(ROOT_CHAIN);
      case DELEGATION_NOT_AUTHORISED -> Optional.of(DELEGATION_ESCAPE);
      case GUN_MISMATCH -> Optional.of(WRONG_REPOSITORY);
      default -> Optional.empty();
    };
  }
}
