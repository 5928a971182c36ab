package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private final Window window = new Window(Duration.ofMinutes(5));

  private static Alert alert(String... images) {
    return Alerted.of(
            Rig.of(
                dev.assayer.decision.Reason.TAG_NOT_SIGNED,
                dev.assayer.decision.Mode.ENFORCE,
                images))
        .orElseThrow();
  }

  private static Alert admitted(String image) {
    return Alerted.of(
            Rig.of(
                dev.assayer.decision.Reason.TAG_NOT_SIGNED, dev.assayer.decision.Mode.WARN, image))
        .orElseThrow();
  }

  private long sent(Alert alert, long now) {
    return window.ask(alert, false, now) instanceof Window.Send(Window.Due due, var _)
        ? due.heldBack()
        : -1;
  }

  @Test
  void theSameIsToldOnceInTheWindowAndTheNextOneHasTheCount() {
    assertThat(sent(alert("a.example/a:1"), 0)).isZero();
    assertThat(sent(alert("a.example/a:1"), MINUTE)).isEqualTo(-1);
    assertThat(sent(alert("a.example/a:1"), 4 * MINUTE)).isEqualTo(-1);
    assertThat(sent(alert("a.example/a:1"), 5 * MINUTE)).isEqualTo(2);
    assertThat(sent(alert("a.example/a:1"), 6 * MINUTE)).isEqualTo(-1);
  }

  @Test
  void anotherImageIsToldAndADecisionWithOneNewImageToo() {
    assertThat(sent(alert("a.example/a:1"), 0)).isZero();
    assertThat(sent(alert("a.example/b:1"), 1)).isZero();
    assertThat(sent(alert("a.example/a:1", "a.example/c:1"), 2)).isZero();
    assertThat(sent(alert("a.example/c:1", "a.example/b:1"), 3)).isEqualTo(-1);
  }

  @Test
  void aWindowThatEndsWithDecisionsHeldBackGivesOneSummaryAndBeginsAnew() {
    assertThat(sent(alert("a.example/a:1"), 0)).isZero();
    assertThat(sent(alert("a.example/b:1"), 0)).isZero();
    assertThat(sent(alert("a.example/a:1"), MINUTE)).isEqualTo(-1);
    assertThat(window.ended(5 * MINUTE - 1)).isEmpty();
    List<Window.Due> due = window.ended(5 * MINUTE);
    assertThat(due).hasSize(1);
    assertThat(due.getFirst().heldBack()).isEqualTo(1);
    assertThat(due.getFirst().alert().sentence()).startsWith("Again: Denied");
    assertThat(sent(alert("a.example/a:1"), 6 * MINUTE)).as("told by the summary").isEqualTo(-1);
    assertThat(window.ended(9 * MINUTE)).isEmpty();
    assertThat(window.ended(10 * MINUTE)).hasSize(1);
    assertThat(window.ended(15 * MINUTE)).isEmpty();
    assertThat(window.size()).isZero();
  }

  @Test
  void whatNeverArrivedIsToldAgain() {
    Alert first = alert("a.example/a:1");
    assertThat(sent(first, 0)).isZero();
    assertThat(sent(alert("a.example/a:1"), 1)).isEqualTo(-1);
    window.failed(first);
    assertThat(sent(alert("a.example/a:1"), 2)).isEqualTo(1);
  }

  @Test
  void whoMustBeSureCountsOnlyWhatWasDelivered() {
    Alert first = admitted("a.example/a:1");
    assertThat(window.ask(first, true, 0)).isInstanceOf(Window.Send.class);
    assertThat(window.ask(admitted("a.example/a:1"), true, 1)).isInstanceOf(Window.Send.class);
    window.delivered(first);
    assertThat(window.ask(admitted("a.example/a:1"), true, 2)).isInstanceOf(Window.HoldBack.class);
    window.failed(first);
    assertThat(window.ask(admitted("a.example/a:1"), true, 3)).isInstanceOf(Window.Send.class);
  }

  @Test
  void aFloodOfDifferentImagesStaysBoundedAndLosesNoCount() {
    long told = 0;
    long heldBack = 0;
    long summarised = 0;
    for (int i = 0; i < 3 * Window.MOST_KEYS; i++) {
      for (int again = 0; again < 2; again++) {
        switch (window.ask(alert("a.example/image-" + i + ":1"), false, i)) {
          case Window.HoldBack() -> heldBack++;
          case Window.Send(Window.Due due, var also) -> {
            told++;
            summarised += due.heldBack();
            summarised += also.stream().mapToLong(Window.Due::heldBack).sum();
          }
        }
      }
    }
    assertThat(window.size()).isEqualTo(Window.MOST_KEYS);
    assertThat(told).isEqualTo(3L * Window.MOST_KEYS);
    summarised += window.drained().stream().mapToLong(Window.Due::heldBack).sum();
    assertThat(summarised).isEqualTo(heldBack).isEqualTo(3L * Window.MOST_KEYS);
  }

  @Test
  void aWindowOfZeroHoldsNothingBack() {
    window.length(Duration.ZERO);
    assertThat(sent(alert("a.example/a:1"), 0)).isZero();
    assertThat(sent(alert("a.example/a:1"), 0)).isZero();
    assertThat(window.size()).isZero();
  }
}
