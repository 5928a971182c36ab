package dev.assayer.admission;

import dev.assayer.decision.Evidence;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.Digest;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A validator that says what a test tells it to, and remembers what it was asked. */
final class FakeValidator implements Validator {
  /** What to say. */
  interface Behaviour {
    ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline);
  }

  final Queue<ValidationRequest> asked = new ConcurrentLinkedQueue<>();
  private final ValidatorRef ref;
  private final Behaviour behaviour;

  FakeValidator(String name, String upstream, Behaviour behaviour) {
    ref = new ValidatorRef(name, "notaryV1", upstream);
    this.behaviour = behaviour;
  }

  /**
   * Signs by name: repositories with {@code unsigned} in their name are not signed, all others are,
   * each tag with a digest of its own.
   */
  static FakeValidator signing(String name) {
    return new FakeValidator(
        name,
        name + ".notary.example",
        (request, stages, deadline) ->
            request.image().path().contains("unsigned")
                ? new ValidationResult.Refused(Reason.TAG_NOT_SIGNED, "the tag is not signed")
                : trusted(signed(request.image().repository(), request.image().tag())));
  }

  /** Always the same answer. */
  static FakeValidator saying(String name, ValidationResult result) {
    return new FakeValidator(name, name + ".notary.example", (request, stages, deadline) -> result);
  }

  static ValidationResult trusted(Digest digest) {
    return trusted(digest, List.of());
  }

  static ValidationResult trusted(Digest digest, List<String> warnings) {
    return new ValidationResult.Trusted(
        digest,
        List.of(new Signer("targets/lou", "ab".repeat(32), "ecdsa-p256", false)),
        new TrustFacts(
            List.of("default"),
            List.of(
                new RoleTrust(
                    "root",
                    3,
                    Instant.parse("2030-01-01T00:00:00Z"),
                    1,
                    List.of("cd".repeat(32)),
                    "ef".repeat(32))),
            "fresh",
            Optional.empty(),
            false),
        warnings,
        List.of(new Evidence("default", "root", 3, "ef".repeat(32), new byte[0])));
  }

  /** The digest that {@link #signing} has for a tag; a digest alone is taken as signed. */
  static Digest signed(String repository, Optional<String> tag) {
    return sha256(repository + ":" + tag.orElse("latest"));
  }

  static Digest sha256(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Digest.ofBytes(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public ValidatorRef ref() {
    return ref;
  }

  @Override
  public ValidationResult validate(ValidationRequest request, StageLog stages, Deadline deadline) {
    asked.add(request);
    return behaviour.validate(request, stages, deadline);
  }
}
