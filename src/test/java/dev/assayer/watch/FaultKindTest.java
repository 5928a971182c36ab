package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.watch.Rules.Rule;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultKindTest {
  private static final Duration QUICK = Duration.ofMinutes(15);
  private static final Rules RULES = Rules.rendered();

  private static final Set<String> CAUSED =
      Arrays.stream(FaultKind.values())
          .flatMap(kind -> kind.fires().stream())
          .collect(Collectors.toSet());

  private static Set<String> names(List<Rule> rules) {
    return rules.stream().map(Rule::name).collect(Collectors.toSet());
  }

  @Test
  void everyAlertIsCausedOrHasAReasonWhyNotNeverBoth() {
    assertThat(CAUSED)
        .doesNotContainAnyElementsOf(FaultKind.SLOW.keySet())
        .doesNotContainAnyElementsOf(FaultKind.IMPOSSIBLE.keySet());
    Set<String> all = new HashSet<>(CAUSED);
    all.addAll(FaultKind.SLOW.keySet());
    all.addAll(FaultKind.IMPOSSIBLE.keySet());
    assertThat(all).isEqualTo(names(RULES.alerts()));
  }

  @Test
  void everyAlertThatLooksAtLessThanAQuarterOfAnHourIsCausedOrImpossible() {
    Set<String> quick =
        names(
            RULES.alerts().stream()
                .filter(alert -> RULES.window(alert).compareTo(QUICK) < 0)
                .toList());
    assertThat(quick).hasSizeGreaterThan(30).doesNotContainAnyElementsOf(FaultKind.SLOW.keySet());
    Set<String> uncaused = new HashSet<>(quick);
    uncaused.removeAll(CAUSED);
    assertThat(uncaused).isEqualTo(FaultKind.IMPOSSIBLE.keySet());
  }

  @Test
  void aWindowIsTheLongestOfAllThatAnAlertLooksAt() {
    assertThat(window("AssayerWebhookMissing")).isEqualTo(Duration.ofMinutes(1));
    assertThat(window("AssayerWebhookFailOpen")).isEqualTo(Duration.ofMinutes(10));
    assertThat(window("AssayerReplicaUnready")).isEqualTo(Duration.ofMinutes(15));
    // through what is recorded
    assertThat(window("AssayerLatencyNearWebhookTimeout")).isEqualTo(Duration.ofMinutes(10));
    assertThat(window("AssayerSloSlowBurn")).isEqualTo(Duration.ofDays(3));
  }

  private static Duration window(String alert) {
    return RULES.window(
        RULES.alerts().stream().filter(one -> one.name().equals(alert)).findFirst().orElseThrow());
  }
}
