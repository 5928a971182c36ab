package dev.assayer.server;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RuleRef;
import dev.assayer.server.RunningFinding.State;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Joins what was verified of an image's name with what the runtime says that it runs. */
final class RunningJudge {
  /**
   * This runtime reports the digest of the manifest for the node's platform where an image was
   * pulled by the digest of an index, so that another digest proves nothing, unless the node itself
   * says that both are of one image.
   */
  private static final String BY_PLATFORM = "cri-o";

  private RunningJudge() {}

  /**
   * What is to be said of it.
   *
   * @param decision what was found of its reference today
   * @param revoked digests that the configuration distrusts
   * @param known whether a decision is known that let it in; asked only where that matters
   */
  static RunningFinding judge(
      RunningImage image, ImageDecision decision, List<String> revoked, BooleanSupplier known) {
    String policy = decision.rule().map(RuleRef::pattern).orElse("");
    Optional<String> running = image.running();
    if (running.filter(revoked::contains).isPresent()) {
      return new RunningFinding(
          State.UNTRUSTED,
          false,
          Reason.DENIED_BY_POLICY.code(),
          "the digest that runs, " + running.get() + ", is revoked",
          policy);
    }
    return switch (decision.verdict()) {
      case REJECTED -> of(State.UNTRUSTED, decision, policy);
      case ERROR, TIMEOUT, NOT_APPLICABLE -> of(State.UNVERIFIABLE, decision, policy);
      case EXEMPT ->
          decision.reason() == Reason.POLICY_EXEMPT
              ? new RunningFinding(
                  State.TRUSTED, true, decision.reason().code(), decision.detail(), policy)
              : of(State.UNVERIFIABLE, decision, policy);
      case VERIFIED -> compared(image, decision, policy, known);
    };
  }

  private static RunningFinding of(State state, ImageDecision decision, String policy) {
    return new RunningFinding(state, false, decision.reason().code(), decision.detail(), policy);
  }

  private static RunningFinding compared(
      RunningImage image, ImageDecision decision, String policy, BooleanSupplier known) {
    String verified = decision.digest().orElse("");
    String runs = image.running().orElseGet(() -> mounted(image, verified));
    if (runs.isEmpty()) {
      return new RunningFinding(
          State.UNVERIFIABLE,
          false,
          Reason.DIGEST_MISMATCH.code(),
          "it cannot be compared with the verified digest "
              + verified
              + ": the runtime reports "
              + (image.image().imageId().isEmpty() ? "nothing of a volume" : "an image id"),
          policy);
    }
    boolean another = image.image().asNamed() && named(image, verified);
    if (!runs.equals(verified) && !another) {
      boolean platform = image.image().runtime().equals(BY_PLATFORM);
      return new RunningFinding(
          platform ? State.UNVERIFIABLE : State.UNTRUSTED,
          false,
          Reason.DIGEST_MISMATCH.code(),
          "runs "
              + runs
              + ", verified is "
              + verified
              + (platform ? "; this runtime may report the manifest of the platform" : ""),
          policy);
    }
    if (!known.getAsBoolean()) {
      return new RunningFinding(
          State.NEVER_SEEN,
          false,
          RunningFinding.NEVER_SEEN,
          "signed, but no decision is known that let it in",
          policy);
    }
    return of(State.TRUSTED, decision, policy);
  }

  /** Of a volume the runtime reports nothing, but it mounts by digest what is named by digest. */
  private static String mounted(RunningImage image, String verified) {
    return image.image().imageId().isEmpty() && named(image, verified) ? verified : "";
  }

  private static boolean named(RunningImage image, String digest) {
    return image.image().reference().endsWith('@' + digest);
  }
}
