package dev.assayer.validation.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.StaticConfig;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StaticValidatorTest {

  @Test
  void approvalExemptsAndNeverClaimsADigest() {
    assertThat(answer(true)).isInstanceOf(ValidationResult.Approved.class);
  }

  @Test
  void refusalIsByPolicyAndNamesTheValidator() {
    assertThat(answer(false))
        .isEqualTo(
            new ValidationResult.Refused(
                Reason.DENIED_BY_POLICY, "validator \"fixed\" is static with approve: false"));
  }

  @Test
  void itHasNoUpstream() {
    try (StaticValidator validator = new StaticValidator(new StaticConfig("fixed", 1, true))) {
      assertThat(validator.ref()).isEqualTo(new ValidatorRef("fixed", "static", "-"));
    }
  }

  private static ValidationResult answer(boolean approve) {
    ImageReference image = ((ReferenceResult.Valid) ImageReference.parse("app")).reference();
    try (StaticValidator validator = new StaticValidator(new StaticConfig("fixed", 1, approve))) {
      return validator.validate(
          new ValidationRequest(image, List.of(), List.of(), OptionalInt.empty(), Instant.EPOCH),
          new StageLog(),
          Deadline.after(Duration.ofSeconds(1)));
    }
  }
}
