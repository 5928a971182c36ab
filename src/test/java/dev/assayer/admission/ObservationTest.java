package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Reason;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verification;
import dev.assayer.remote.BreakerState;
import dev.assayer.remote.Call;
import dev.assayer.remote.CallResult;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.TufKey;
import dev.assayer.time.Deadline;
import dev.assayer.validation.Validator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class ObservationTest {
  private final Queue<Verification> verifications = new ConcurrentLinkedQueue<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Environment environment =
      new Environment(InstantSource.system(), "0.1.0", "assayer-0", 1)
          .observedBy(
              new Observation() {
                @Override
                public void verified(Verification verification) {
                  verifications.add(verification);
                }

                @Override
                public void called(Call call) {
                  calls.add(call);
                }

                @Override
                public void certificate(String host, Instant notAfter) {}

                @Override
                public void breaker(String host, BreakerState state) {}
              });

  @Test
  void eachVerificationIsToldWithItsValidatorAndRepository() {
    verify(FakeValidator.signing("default"), "acme/app:1");
    verify(
        FakeValidator.signing("default"),
        "registry.example:5000/acme/unsigned@sha256:" + "a".repeat(64));
    assertThat(verifications)
        .extracting(Verification::repository, one -> one.reason().verdict().admits())
        .containsExactly(
            tuple("docker.io/acme/app", true), tuple("registry.example:5000/acme/unsigned", false));
    Verification signed = verifications.element();
    assertThat(signed.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(signed.validator().name()).isEqualTo("default");
    assertThat(signed.trust()).isPresent();
    assertThat(signed.signers()).isNotEmpty();
  }

  @Test
  void aValidatorThatFailsIsToldAsAnInternalError() {
    verify(
        new FakeValidator(
            "default",
            "notary.example",
            (_, _, _) -> {
              throw new IllegalStateException("broken");
            }),
        "acme/app:1");
    assertThat(verifications)
        .singleElement()
        .satisfies(one -> {
          assertThat(one.reason()).isEqualTo(Reason.INTERNAL_ERROR);
          assertThat(one.validator())
              .isEqualTo(new ValidatorRef("default", "notaryV1", "notary.example"));
        });
  }

  @Test
  void whatIsDecidedWithoutAskingIsNoVerification() {
    try (Assayer assayer = assayer(FakeValidator.signing("default"), "verify: false")) {
      verify(assayer, "acme/app:1");
    }
    assertThat(verifications).isEmpty();
  }

  @Test
  void theCallsOfConfiguredValidatorsAreToldAndTheNextConfigurationTellsThemToo() {
    String notary =
        """
        apiVersion: assayer.dev/v1
        validators:
          - {name: default, type: notaryV1, host: 127.0.0.1:1, trustRoots: [{name: one, key: "PEM"}]}
        policy: [{pattern: '*:*'}]
        """
            .replace("PEM", TufKey.bare(KeyKind.ECDSA_P256).publicKeyPem().replace("\n", "\\n"));
    for (Environment each : List.of(environment, environment.next())) {
      try (Assayer assayer = Assayer.open(load(notary), each)) {
        verify(assayer, "acme/app:1");
      }
      assertThat(calls)
          .isNotEmpty()
          .allSatisfy(call -> {
            assertThat(call.host()).isEqualTo("127.0.0.1:1");
            assertThat(call.result()).isEqualTo(CallResult.CONNECT);
          });
      calls.clear();
    }
    assertThat(verifications)
        .extracting(Verification::reason)
        .containsExactly(Reason.UPSTREAM_UNREACHABLE, Reason.UPSTREAM_UNREACHABLE);
  }

  private static Config load(String yaml) {
    LoadResult result = new ConfigLoader().load(yaml, Path.of("/nowhere"), "test");
    if (result instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new IllegalArgumentException(result.toString());
  }

  private void verify(Validator validator, String image) {
    try (Assayer assayer = assayer(validator, "mode: enforce")) {
      verify(assayer, image);
    }
  }

  private Assayer assayer(Validator validator, String rule) {
    return new Assayer(
        AdmissionRig.config("policy: [{pattern: '*:*', " + rule + "}]"),
        environment,
        Map.of("default", validator));
  }

  private static void verify(Assayer assayer, String image) {
    assayer.verify(image, Optional.empty(), Instant.now(), Deadline.after(Duration.ofSeconds(9)));
  }
}
