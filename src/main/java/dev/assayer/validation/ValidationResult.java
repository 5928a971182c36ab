package dev.assayer.validation;

import dev.assayer.decision.Evidence;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Signer;
import dev.assayer.decision.TrustFacts;
import dev.assayer.image.Digest;
import java.util.List;
import java.util.Optional;

/** What a validator found. */
public sealed interface ValidationResult {
  /**
   * The digest was proven.
   *
   * @param warnings remarks that do not change the verdict, such as an expired root certificate
   * @param evidence the files that were verified
   */
  record Trusted(
      Digest digest,
      List<Signer> signers,
      TrustFacts trust,
      List<String> warnings,
      List<Evidence> evidence)
      implements ValidationResult {
    /** Without files, as of a validator that has none. */
    public Trusted(Digest digest, List<Signer> signers, TrustFacts trust, List<String> warnings) {
      this(digest, signers, trust, warnings, List.of());
    }
  }

  /** Admitted without proof, by configuration. */
  record Approved(String why) implements ValidationResult {}

  /**
   * Not proven.
   *
   * @param detail one sentence naming what failed, where and with which figures
   * @param trust the part of the chain that was verified before
   * @param outage true if nothing else than an upstream kept it from being proven, which did not
   *     answer or answered with 5xx only
   * @param evidence the files that were verified before it failed; never one that was not
   */
  record Refused(
      Reason reason,
      String detail,
      List<Signer> signers,
      Optional<TrustFacts> trust,
      boolean outage,
      List<Evidence> evidence)
      implements ValidationResult {
    /** Without files. */
    public Refused(
        Reason reason,
        String detail,
        List<Signer> signers,
        Optional<TrustFacts> trust,
        boolean outage) {
      this(reason, detail, signers, trust, outage, List.of());
    }

    /** An outage exactly where the reason alone says that nobody answered. */
    public Refused(Reason reason, String detail) {
      this(reason, detail, List.of(), Optional.empty(), reason.isSilence());
    }
  }
}
