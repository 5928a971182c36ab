package dev.assayer.testing;

import dev.assayer.decision.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a verifier must find in one {@link NotaryScenario}. Immutable.
 *
 * @param step the step whose served files are verified
 * @param pin which root key is pinned: that of the named step, or {@link #STRANGER}
 * @param image the reference as a user writes it; where its repository is not the scenario's, the
 *     scenario's files are served under the image's name, which only a recording can do
 * @param delegations delegations that must have signed, without {@code targets/}
 * @param threshold how many of them suffice; empty for all
 * @param after how long after the step's recording expiry is judged
 * @param reason what must be found
 * @param digest hex sha256, exactly when the reason is {@code signature_valid}
 */
public record Expectation(
    String step,
    String pin,
    String image,
    List<String> delegations,
    OptionalInt threshold,
    Duration after,
    Reason reason,
    Optional<String> digest) {
  /** The name of the pin that is a key which has signed nothing. */
  public static final String STRANGER = "stranger";

  /** A digest belongs to success, and to nothing else. */
  public Expectation {
    delegations = List.copyOf(delegations);
    if ((reason == Reason.SIGNATURE_VALID) != digest.isPresent()) {
      throw new IllegalArgumentException("a digest exactly for signature_valid: " + image);
    }
  }

  /** Verified with this digest, at the only step, pinned to its root key. */
  public static Expectation trusted(String image, String digest) {
    return plain(image, Reason.SIGNATURE_VALID, Optional.of(digest));
  }

  /** Refused for this reason, at the only step, pinned to its root key. */
  public static Expectation refused(String image, Reason reason) {
    return plain(image, reason, Optional.empty());
  }

  private static Expectation plain(String image, Reason reason, Optional<String> digest) {
    return new Expectation(
        NotaryScenario.ONLY,
        NotaryScenario.ONLY,
        image,
        List.of(),
        OptionalInt.empty(),
        Duration.ZERO,
        reason,
        digest);
  }

  /** The same at another step, pinned to that step's root key. */
  public Expectation at(String otherStep) {
    return new Expectation(
        otherStep, otherStep, image, delegations, threshold, after, reason, digest);
  }

  /** The same with another pinned key; to be called after {@link #at}. */
  public Expectation pinned(String otherPin) {
    return new Expectation(step, otherPin, image, delegations, threshold, after, reason, digest);
  }

  /** The same with delegations demanded. */
  public Expectation by(String... demanded) {
    return new Expectation(step, pin, image, List.of(demanded), threshold, after, reason, digest);
  }

  /** The same where {@code n} of the delegations suffice. */
  public Expectation threshold(int n) {
    return new Expectation(step, pin, image, delegations, OptionalInt.of(n), after, reason, digest);
  }

  /** The same judged some days after the recording. */
  public Expectation daysLater(int days) {
    return new Expectation(
        step, pin, image, delegations, threshold, Duration.ofDays(days), reason, digest);
  }

  /** Whether the image is of this repository, so that a live server can be asked too. */
  public boolean concerns(String gun) {
    String name = gun.startsWith("docker.io/library/") ? image : gun;
    return image.equals(name) || image.startsWith(name + ":") || image.startsWith(name + "@");
  }
}
