package dev.assayer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the real Notary is absent. */
class NeedsRealNotaryTest {

  @Test
  void testsAreSkippedWithALineThatSaysWhatToInstall() {
    var result = NeedsRealNotary.Condition.evaluate(false, Map.of());
    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason().orElseThrow()).contains("apt-get install notary");
    assertThat(NeedsRealNotary.Condition.evaluate(true, Map.of("CI", "true")).isDisabled())
        .isFalse();
  }

  @Test
  void inCiTheAbsenceIsAFailure() {
    assertThatThrownBy(() -> NeedsRealNotary.Condition.evaluate(false, Map.of("CI", "true")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("apt-get install notary");
  }
}
