package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GenerationTest {
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final AtomicLong now = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Generation generation = new Generation(assayer(), 1, now::get);

  private Assayer assayer() {
    Config config =
        ((LoadResult.Loaded)
                new ConfigLoader()
                    .load(
                        """
                        apiVersion: assayer.dev/v1
                        webhook: {budget: 5s}
                        policy: [{pattern: "*:*", verify: false}]
                        """,
                        Path.of("/nowhere"),
                        "test"))
            .config();
    return new Assayer(
        config,
        new Environment(InstantSource.system(), "test", "replica", 1),
        Map.of("closing", new Closing(closed)));
  }

  private record Closing(AtomicBoolean closed) implements Validator {
    @Override
    public ValidatorRef ref() {
      return new ValidatorRef("closing", "test", "-");
    }

    @Override
    public ValidationResult validate(
        ValidationRequest request, StageLog stages, Deadline deadline) {
      return new ValidationResult.Refused(Reason.INTERNAL_ERROR, "not asked");
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void itStaysOpenWhileAReviewUsesItAndForAsLongAsAVerificationMayOutliveThat() {
    assertThat(generation.enter()).isTrue();
    pass(Duration.ofMinutes(1));
    assertThat(generation.retire()).isFalse();
    generation.leave();
    assertThat(generation.retire()).isFalse();
    pass(BUDGET);
    assertThat(generation.retire()).isFalse();
    assertThat(closed).isFalse();
    pass(BUDGET);
    assertThat(generation.retire()).isTrue();
    assertThat(closed).isTrue();
  }

  @Test
  void nobodyEntersOnceItIsClosed() {
    pass(BUDGET.multipliedBy(2));
    assertThat(generation.retire()).isTrue();
    assertThat(generation.enter()).isFalse();
  }
}
