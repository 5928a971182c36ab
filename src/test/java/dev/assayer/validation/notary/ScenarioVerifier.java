package dev.assayer.validation.notary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.RootMaterial;
import dev.assayer.config.TrustRoot;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TrustMaterial;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.remote.Upstream;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.TrustState;
import dev.assayer.testing.Expectation;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the validator to what scenarios of the real Notary expect. One instance remembers, as one
 * replica does: a validator for each pinned key, all with one state.
 */
final class ScenarioVerifier {
  private static final SignatureVerifier SIGNATURES = SignatureVerifier.create();

  private final Upstream upstream;
  private final TrustState state = new InMemoryTrustState();
  private final Map<String, NotaryValidator> byPin = new HashMap<>();

  ScenarioVerifier(Upstream upstream) {
    this.upstream = upstream;
  }

  /** Verifies as expected, with this key pinned, as of {@code at}. */
  void meet(Expectation expectation, String pinPem, Instant at) {
    ValidationResult result =
        byPin
            .computeIfAbsent(pinPem, this::open)
            .validate(
                new ValidationRequest(
                    reference(expectation.image()),
                    List.of("default"),
                    expectation.delegations(),
                    expectation.threshold(),
                    at),
                new StageLog(),
                Deadline.after(Duration.ofSeconds(10)));
    switch (result) {
      case ValidationResult.Trusted trusted -> {
        assertThat(Reason.SIGNATURE_VALID)
            .as("trusted %s", expectation)
            .isEqualTo(expectation.reason());
        assertThat(Optional.of(trusted.digest().hex()))
            .as("digest of %s", expectation)
            .isEqualTo(expectation.digest());
      }
      case ValidationResult.Refused refused ->
          assertThat(refused.reason())
              .as("%s: %s", expectation, refused.detail())
              .isEqualTo(expectation.reason());
      case ValidationResult.Approved approved ->
          throw new AssertionError("approved without proof: " + approved);
    }
  }

  private NotaryValidator open(String pinPem) {
    RootMaterial material =
        switch (Pem.publicKeyOrCertificate(pinPem)) {
          case TrustMaterial.BareKey(var key) -> new RootMaterial.Key(key);
          case TrustMaterial.Certificate(var certificate, var key) ->
              new RootMaterial.Certificate(certificate, key, List.of());
          case TrustMaterial.Refused(var kind, String why) -> throw new AssertionError(why);
        };
    return NotaryValidator.open(
        new NotaryV1Config(
            "scenario",
            1,
            upstream.host(),
            List.of(new TrustRoot("default", 1, material)),
            false,
            List.of(),
            Optional.empty(),
            false),
        upstream,
        state,
        SIGNATURES,
        new NotaryOptions(Duration.ZERO, Set.of(), 64 << 20));
  }

  private static ImageReference reference(String image) {
    return switch (ImageReference.parse(image)) {
      case ReferenceResult.Valid(ImageReference reference) -> reference;
      case ReferenceResult.Invalid invalid -> throw new AssertionError(invalid.detail());
    };
  }
}
