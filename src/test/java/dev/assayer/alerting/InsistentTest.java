package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.AlertingConfig;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.AlertReceiver.Answer;
import dev.assayer.testing.Await;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Receivers that must know of an admission first. */
class InsistentTest {
  private static final String APP = "docker.io/acme/app:1.4";

  private final AlertReceiver receiver = AlertReceiver.plain();
  private Optional<Rig> open = Optional.empty();

  private Rig rig(String alerting) {
    Rig rig = new Rig(alerting);
    open = Optional.of(rig);
    return rig;
  }

  @AfterEach
  void close() {
    receiver.close();
    open.ifPresent(Rig::close);
  }

  private static Alerts.Insistent insistent(Rig rig, String alerting) {
    AlertingConfig config = Rig.config(alerting);
    Alerts.Insistent insistent = rig.alerts.opened(config);
    rig.metrics.configured(Rig.facts(config));
    rig.alerts.configured(config);
    return insistent;
  }

  private static String admitting(String... receivers) {
    return "admit: {receivers: [" + String.join(", ", receivers) + "]}\n";
  }

  private static Decision admitted() {
    return Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, APP);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(8));
  }

  @Test
  void whoInsistsIsToldAndNotToldAgainAfterwards() {
    Rig rig = rig("window: 0s");
    Alerts.Insistent insistent =
        insistent(
            rig, "window: 0s\n" + admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    StageLog stages = new StageLog();
    Decision decision = admitted();
    assertThat(insistent.reserve()).isPositive();
    assertThat(insistent.undelivered(decision, stages, soon())).isEmpty();
    assertThat(stages.snapshot()).extracting(Stage::name).containsExactly("alert.send admit-ecs");
    assertThat(stages.snapshot().getFirst().note()).contains("200");
    rig.alerts.accept(decision);
    rig.alerts.close();
    assertThat(receiver.got()).hasSize(1);
  }

  @Test
  void aRefusalARedirectAndNoAnswerAreUndeliverableWithReceiverAndCauseAndNoAddress() {
    Rig rig = rig("window: 0s");
    receiver.answering(n -> new Answer(n == 0 ? 302 : 403, "", "Location", "http://x.example/"));
    Alerts.Insistent insistent =
        insistent(rig, admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    assertThat(insistent.undelivered(admitted(), new StageLog(), soon()))
        .contains(
            "receiver admit-ecs was not told: it answered 302, a redirect, which is not followed");
    assertThat(insistent.undelivered(admitted(), new StageLog(), soon()))
        .contains("receiver admit-ecs was not told: it answered 403");
    receiver.holding();
    assertThat(
            insistent.undelivered(
                admitted(), new StageLog(), Deadline.after(Duration.ofMillis(400))))
        .hasValueSatisfying(why ->
            assertThat(why)
                .startsWith("receiver admit-ecs was not told: ")
                .containsAnyOf("did not answer within ", "it took too long")
                .doesNotContain("localhost", "hook"));
    Await.until("counted", () -> rig.alerts("dead_letter") == 3);
  }

  @Test
  void allWhoInsistAreToldAtTheSameTime() {
    AlertReceiver second = AlertReceiver.plain().holding();
    try (second) {
      receiver.holding();
      Rig rig = rig("window: 0s");
      Alerts.Insistent insistent =
          insistent(
              rig,
              admitting(
                  Rig.receiver(receiver.url(), "name: one, failAdmission: true"),
                  Rig.receiver(second.url(), "name: two, failAdmission: true"),
                  Rig.receiver(second.url(), "name: three")));
      Thread releasing =
          Thread.ofVirtual()
              .start(() -> {
                Await.until("both", () -> receiver.got().size() == 1 && second.got().size() == 1);
                receiver.release();
                second.release();
              });
      assertThat(insistent.undelivered(admitted(), new StageLog(), soon())).isEmpty();
      assertThat(releasing.isInterrupted()).isFalse();
    }
  }

  @Test
  void whatWasDeliveredInTheWindowCountsAsDeliveredAndWhatFailedDoesNot() {
    receiver.answering(n -> new Answer(n == 0 ? 400 : 200, ""));
    Rig rig = rig("window: 5m");
    Alerts.Insistent insistent =
        insistent(rig, admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    assertThat(insistent.undelivered(admitted(), new StageLog(), soon())).isPresent();
    assertThat(insistent.undelivered(admitted(), new StageLog(), soon())).isEmpty();
    StageLog stages = new StageLog();
    assertThat(insistent.undelivered(admitted(), stages, soon())).isEmpty();
    assertThat(stages.snapshot().getFirst().note()).contains("told before");
    assertThat(receiver.got()).hasSize(2);
    assertThat(rig.alerts("held_back")).isEqualTo(1);
  }

  @Test
  void aSingleFailureOfTheServerIsRepeatedOnce() {
    receiver.answering(n -> new Answer(n == 0 ? 500 : 200, ""));
    Rig rig = rig("window: 5m");
    Alerts.Insistent insistent =
        insistent(rig, admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    assertThat(insistent.undelivered(admitted(), new StageLog(), soon())).isEmpty();
    assertThat(receiver.got()).hasSize(2);
  }

  @Test
  void nobodyIsAskedForADryRun() {
    Rig rig = rig("window: 5m");
    Alerts.Insistent insistent =
        insistent(rig, admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    Decision dryRun = Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, true, APP);
    assertThat(insistent.undelivered(dryRun, new StageLog(), soon())).isEmpty();
    rig.alerts.accept(dryRun);
    rig.alerts.close();
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void aLongNameThatBeginsLikeOneThatWasToldIsNotAdmittedUntold() {
    Rig rig = rig("window: 5m");
    Alerts.Insistent insistent =
        insistent(rig, admitting(Rig.receiver(receiver.url(), "failAdmission: true")));
    String same = "docker.io/" + "a".repeat(240) + ":1.4@sha256:" + "0".repeat(60);
    for (String digest : List.of("0001", "0002")) {
      Decision decision = Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, same + digest);
      assertThat(insistent.undelivered(decision, new StageLog(), soon())).isEmpty();
    }
    assertThat(receiver.bodies()).hasSize(2);
    assertThat(receiver.bodies().getLast()).contains("0002");
  }

  @Test
  void aDenialThatWasToldDoesNotStandForTheAdmissionThatAModeMakesLater() {
    Rig rig = rig("window: 5m");
    String alerting = Rig.rejecting(Rig.receiver(receiver.url(), "failAdmission: true"));
    Alerts.Insistent insistent = insistent(rig, alerting);
    rig.alerts.accept(Rig.denied(APP));
    Await.until("told of the denial", () -> rig.alerts("delivered") == 1);
    Decision admitted = Rig.of(Reason.TAG_NOT_SIGNED, Mode.WARN, APP);
    assertThat(insistent.undelivered(admitted, new StageLog(), soon())).isEmpty();
    assertThat(receiver.bodies()).hasSize(2);
    assertThat(receiver.bodies().getLast()).contains("Admitted only because of mode warn");
    assertThat(insistent.undelivered(admitted, new StageLog(), soon())).isEmpty();
    assertThat(receiver.bodies()).as("told of this admission").hasSize(2);
    receiver.answering(400, "");
    Decision other = Rig.of(Reason.TAG_NOT_SIGNED, Mode.WARN, "docker.io/acme/other:1");
    assertThat(insistent.undelivered(other, new StageLog(), soon())).isPresent();
  }
}
