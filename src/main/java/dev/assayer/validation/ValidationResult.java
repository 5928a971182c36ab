package dev.assayer.validation;

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
   */
  record Trusted(Digest digest, List<Signer> signers, TrustFacts trust, List<String> warnings)
      implements ValidationResult {}

  /** Admitted without proof, by configuration. */
  record Approved(String why) implements ValidationResult {}

  /**
   * Not proven.
   *
   * @param detail one sentence naming what failed, where and with which figures
   * @param trust the part of the chain that was verified before
   */
  record Refused(Reason reason, String detail, List<Signer> signers, Optional<TrustFacts> trust)
      implements ValidationResult {
    public Refused(Reason reason, String detail) {
      this(reason, detail, List.of(), Optional.empty());
    }
  }
}
