package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.NOW;
import static dev.assayer.admission.AdmissionRig.createPod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Config;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssayerTest {

  @Test
  void verifyingOneImageIsWhatAReviewWouldFind() {
    AdmissionRig rig = AdmissionRig.signing();
    ImageDecision alone =
        rig.assayer.verify(
            "nginx:1", Optional.of("shop"), NOW, Deadline.after(Duration.ofSeconds(5)));
    ImageDecision reviewed = rig.review(createPod("nginx:1")).image(0);
    assertThat(alone.reason()).isEqualTo(reviewed.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(alone.digest()).isEqualTo(reviewed.digest()).isPresent();
    assertThat(alone.rule()).isEqualTo(reviewed.rule());
    assertThat(alone.trust()).isEqualTo(reviewed.trust());
    assertThat(alone.evidence())
        .singleElement()
        .satisfies(file -> assertThat(file.sha256()).isEqualTo("ef".repeat(32)));
    assertThat(alone.patched()).isFalse();
    ImageDecision bad =
        rig.assayer.verify("No Image", Optional.empty(), NOW, Deadline.after(Duration.ZERO));
    assertThat(bad.reason()).isEqualTo(Reason.REFERENCE_INVALID);
  }

  @Test
  void thePolicyExplainsItselfWithoutAnyValidator() {
    Policy policy =
        Policy.of(
            AdmissionRig.config(
                "policy: [{pattern: '*:*'}, {pattern: 'a.io/*:*', namespaces: ['x-*']}]"));
    ImageReference image = ((ReferenceResult.Valid) ImageReference.parse("a.io/app:1")).reference();
    assertThat(policy.select(image, Optional.of("x-1")).orElseThrow().index()).isEqualTo(1);
    assertThat(policy.select(image, Optional.empty()).orElseThrow().index()).isZero();
    assertThat(policy.explain(image, Optional.of("y")).why())
        .anyMatch(line -> line.contains("it is for namespaces x-*, not y"));
    assertThat(policy.rules()).hasSize(2);
  }

  @Test
  void numberingAndMemoryGoOnWithTheNextConfiguration() {
    Environment first = new Environment(InstantSource.fixed(NOW), "0.1.0", "assayer-0", 1);
    Config config = AdmissionRig.config("policy: [{pattern: '*:*', validator: allow}]");
    try (Assayer one = Assayer.open(config, first);
        Assayer two = Assayer.open(config, first.next())) {
      Deadline deadline = Deadline.after(Duration.ofSeconds(5));
      byte[] body = AdmissionRig.bytes(createPod("app:1"));
      ReviewAnswer.Answered a =
          (ReviewAnswer.Answered) one.review(body, deadline, "mutate", "anonymous");
      ReviewAnswer.Answered b =
          (ReviewAnswer.Answered) two.review(body, deadline, "mutate", "anonymous");
      assertThat(a.decision().sequence()).isEqualTo(1);
      assertThat(b.decision().sequence()).isEqualTo(2);
      assertThat(b.decision().generation()).isEqualTo(2);
      assertThat(first.next().state()).isSameAs(first.state());
      assertThat(a.decision().policyDigest()).isEqualTo(config.policyDigest());
      assertThat(a.decision().time()).isEqualTo(NOW);
    }
  }

  @Test
  void closingClosesTheValidators() {
    Set<String> closed = new HashSet<>();
    Config config = AdmissionRig.config("policy: [{pattern: '*:*'}]");
    FakeValidator fake = FakeValidator.signing("default");
    Validator validator =
        new Validator() {
          @Override
          public ValidatorRef ref() {
            return fake.ref();
          }

          @Override
          public ValidationResult validate(
              ValidationRequest request, StageLog stages, Deadline deadline) {
            return fake.validate(request, stages, deadline);
          }

          @Override
          public void close() {
            closed.add("default");
          }
        };
    Environment environment = new Environment(InstantSource.fixed(NOW), "0.1.0", "r", 1);
    new Assayer(config, environment, Map.of("default", validator)).close();
    assertThat(closed).containsExactly("default");
  }

  @Test
  void recordIdsAreVersion7AndSortByTime() {
    RecordIds ids = new RecordIds();
    Set<String> seen = new HashSet<>();
    String before = "";
    for (int i = 0; i < 1000; i++) {
      String id = ids.next(NOW.plusMillis(i));
      assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
      assertThat(id).isGreaterThan(before);
      assertThat(seen.add(id)).isTrue();
      before = id;
    }
    assertThat(ids.next(NOW).replace("-", ""))
        .startsWith("0" + Long.toHexString(NOW.toEpochMilli()));
  }
}
